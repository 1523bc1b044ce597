"""Another patient's image: an exchange between groups."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from angiogram.evaluate.collect.donors import donors

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
