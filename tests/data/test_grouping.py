"""Groups are components of "one patient" and "one picture" together; chains that swallow a class are cut."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from made import made_cases

from angiogram.data.audit.duplicates import ALIKE, Duplicates
from angiogram.data.grouping import EXACT, grouping_of, join, parts


def duplicates(picture, near=()):
    """Cases show these pictures; `near` holds (picture, picture, correlation)."""
    first, second = (np.array([pair[side] for pair in near], np.int64) for side in (0, 1))
    return Duplicates(np.array(picture), first, second, np.array([pair[2] for pair in near], np.float32))


@st.composite
def related(draw):
    """(picture and named group of each case, near pairs of pictures)."""
    count = draw(st.integers(1, 14))
    picture = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    _, picture = np.unique(picture, return_inverse=True)
    _, named = np.unique(draw(st.lists(st.integers(0, 9), min_size=count, max_size=count)), return_inverse=True)
    top = int(picture.max())
    pairs = draw(st.sets(st.tuples(st.integers(0, top), st.integers(0, top)).filter(lambda p: p[0] < p[1]), max_size=6))
    return picture, named, sorted(pairs)


def by_hand(picture, named, pairs):
    """Spread the smallest label over both relations until nothing changes."""
    group = list(range(len(picture)))
    alike = {(a, b) for a, b in pairs} | {(b, a) for a, b in pairs}
    changed = True
    while changed:
        changed = False
        for i in range(len(group)):
            for j in range(len(group)):
                one = named[i] == named[j] or picture[i] == picture[j] or (picture[i], picture[j]) in alike
                if one and group[j] < group[i]:
                    group[i], changed = group[j], True
    return group


@given(related())
@settings(deadline=None, max_examples=60)
def test_groups_are_the_components_of_the_union_of_both_relations(case):
    picture, named, pairs = case
    found = parts(duplicates(picture, [(a, b, 0.95) for a, b in pairs]), named).groups
    expected = np.array(by_hand(picture, named, pairs))
    np.testing.assert_array_equal(found[:, None] == found, expected[:, None] == expected)


def test_a_joined_group_has_the_name_of_its_first_and_cases_keep_their_own():
    cases = made_cases("abab", groups=["p", "q", "p", "r"])
    joined = join(cases, duplicates([0, 1, 2, 3], [(2, 3, 0.95)]), None)
    assert [row.group for row in joined.cases.rows] == ["p", "q", "p", "p"]
    assert [row.own_group for row in joined.cases.rows] == [None, None, None, "r"]
    assert [row.named_group for row in joined.cases.rows] == ["p", "q", "p", "r"]
    assert grouping_of(joined.cases).named == 3 and grouping_of(joined.cases).groups == 2
    assert (joined.alike, joined.reason) == (ALIKE, "")
    assert join(joined.cases, duplicates([0, 1, 2, 3], [(2, 3, 0.95)]), None).cases.rows == joined.cases.rows


def test_duplicates_with_two_labels_join():
    assert join(made_cases("ab"), duplicates([0, 0]), None).cases.groups.tolist() == [0, 0]


def chain(length, correlation):
    return [(i, i + 1, correlation) for i in range(length - 1)]


def test_a_chain_that_swallows_a_class_is_cut_by_a_stricter_likeness():
    cases = made_cases("a" * 10 + "b" * 10)
    near = [*chain(10, 0.94), (12, 13, 0.97)]
    joined = join(cases, duplicates(range(20), near), 5)
    assert joined.alike == 0.96 and grouping_of(joined.cases).groups == 19
    assert joined.reason == (
        "Near-duplicates from a correlation of 0.935 would chain 10 of the 10 cases of the class 'a' into one group; "
        "only those from 0.96 join cases to groups here."
    )
    exact = join(cases, duplicates(range(20), chain(10, 0.99)), None)
    assert exact.alike == EXACT and "only equal pixels join" in exact.reason


def test_many_copies_of_one_picture_are_no_chain_and_stay_together():
    near = [(i, j, 0.94) for i in range(8) for j in range(i + 1, 8)]
    joined = join(made_cases("a" * 12 + "b" * 12), duplicates(range(24), near), 5)
    assert (joined.alike, joined.reason) == (ALIKE, "") and grouping_of(joined.cases).largest == 8
    copies = join(made_cases("a" * 12 + "b" * 12), duplicates([0] * 9 + list(range(1, 16))), 5)
    assert copies.reason == "" and grouping_of(copies.cases).largest == 9


def test_a_chain_that_leaves_fewer_groups_than_folds_is_cut_where_folds_are_needed():
    cases, near = made_cases("a" * 12 + "b" * 20), [*chain(6, 0.94), *((i + 6, j + 6, k) for i, j, k in chain(6, 0.94))]
    assert join(cases, duplicates(range(32), near), None).reason == ""
    assert "6 of the 12 cases of the class 'a'" in join(cases, duplicates(range(32), near), 5).reason
