import numpy as np
import pytest

from angiogram.diagnose.bootstrap import resample_groups
from angiogram.diagnose.remedies.judged import Judge

JUDGE = Judge(resample_groups(np.arange(400)), 0.05)


@pytest.mark.parametrize(
    ("right", "gain"), [(260, "gain"), (210, "gain"), (200, "no gain"), (199, "no gain"), (150, "no gain")]
)
def test_a_gain_lies_above_zero_and_no_gain_below_the_margin(right, gain):
    cases = np.arange(400)
    tried = JUDGE("r", ("mapping",), "d.", before=cases < 200, after=cases < right, compared="G", cost="none")
    assert (tried.before, tried.after.value) == pytest.approx((0.5, right / 400))
    assert tried.recovered.value == pytest.approx(right / 400 - 0.5)
    assert tried.recovered.low <= tried.recovered.value <= tried.recovered.high
    assert (tried.gain, tried.cases) == (gain, 400)


def test_few_cases_that_change_both_ways_decide_nothing():
    rng = np.random.default_rng(0)
    judge = Judge(resample_groups(np.arange(40)), 0.05)
    before, after = rng.random(40) < 0.5, rng.random(40) < 0.5
    tried = judge("r", ("mapping",), "d.", before=before, after=after, compared="G", cost="none")
    assert tried.gain == "undecided" and tried.recovered.low < 0 < tried.recovered.high


def test_worse_is_no_gain():
    tried = JUDGE(
        "r", ("mapping",), "d.", before=np.ones(400, bool), after=np.zeros(400, bool), compared="G", cost="none"
    )
    assert tried.recovered.value == -1 and tried.gain == "no gain"
