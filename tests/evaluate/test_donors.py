"""Another patient's image: an exchange between groups."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from angiogram.evaluate.collect.donors import donors, one_picture_one_group
from angiogram.evaluate.collect.request import requests_for
from tests.data.annotations.entries import entry

GROUPS = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=40)


@given(GROUPS, st.integers(0, 5))
def test_an_image_never_comes_from_the_own_group(groups, seed):
    found = donors(groups, seed)
    assert (found is None) == (len(set(groups)) == 1)
    if found is not None:
        assert all(groups[giver] != groups[taker] for taker, giver in enumerate(found))
        assert (found == donors(groups, seed)).all()
        if 2 * max(map(groups.count, groups)) <= len(groups):
            assert sorted(found) == list(range(len(groups)))


def test_another_seed_is_another_exchange():
    groups = [str(i) for i in range(50)]
    assert (donors(groups, 0) != donors(groups, 1)).mean() > 0.8
    assert np.unique(donors(groups, 0)).size == 50


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")), min_size=1, max_size=20))
def test_groups_that_share_a_picture_are_one(pairs):
    joined = one_picture_one_group(*zip(*pairs, strict=True))
    for one, mine in zip(pairs, joined, strict=True):
        for other, its in zip(pairs, joined, strict=True):
            if one[0] == other[0] or one[1] == other[1]:
                assert mine == its


def test_a_picture_under_two_groups_is_no_other_patients():
    joined = one_picture_one_group(["a", "b", "c", "d"], ["1", "1", "2", "3"])
    given_to = donors(joined, 0)
    assert given_to is not None and all(given_to[i] not in (0, 1) for i in (0, 1))


def test_copies_of_one_file_and_two_spellings_of_a_path_are_one_picture():
    entries = [entry(i, image=image) for i, image in enumerate(("a.png", "./a.png", "b.png", "c.png"))]
    same = {"b.png": "1", "c.png": "1"}
    for seed in range(5):
        shown = [each.image for each in requests_for(entries, ("other",), seed, same)]
        assert {"b.png", "c.png"} == set(shown[:2]) and {"a.png", "./a.png"} == set(shown[2:])
