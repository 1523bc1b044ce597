import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.diagnose.account.utilisation import utilisation
from angiogram.statistics.bootstrap import resample_groups

DRAWS = resample_groups(np.arange(300), count=500)


def found(*right: int):
    """With so many of 300 cases right: answer, probe, floor."""
    rng = np.random.default_rng(0)
    return utilisation(*(rng.permutation(300) < count for count in right), DRAWS)


@given(st.integers(0, 300))
def test_it_is_the_share_between_floor_and_probe(answer):
    used = found(answer, 270, 90)
    assert used.share.value == pytest.approx((answer - 90) / 180)
    assert used.share.low <= used.share.value <= used.share.high


def test_an_answer_as_good_as_the_probe_is_one_and_one_at_the_floor_is_none():
    right, floor = np.arange(300) < 270, np.arange(300) < 90
    full, none = utilisation(right, right, floor, DRAWS).share, utilisation(floor, right, floor, DRAWS).share
    assert full.value == 1 and full.high - full.low < 1e-9  # paired: it is the same reading
    assert none.value == 0 and none.high - none.low < 0.05


def test_an_answer_below_the_floor_is_negative_and_said_as_a_number():
    used = found(30, 270, 90)
    assert used.share.high < 0 and "uses -33 %" in used.says and "gain" not in used.says


@pytest.mark.parametrize("probe", [90, 96, 30])
def test_where_the_probe_does_not_exceed_the_floor_it_was_not_measured(probe):
    used = found(150, probe, 90)
    assert math.isnan(used.share.value) and used.says.startswith("Utilisation was not measured: ")
