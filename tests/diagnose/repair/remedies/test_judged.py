import numpy as np
import pytest

from angiogram.diagnose.repair.remedies.judged import Judge, judged_together
from angiogram.statistics.bootstrap import resample_groups

JUDGE = Judge(resample_groups(np.arange(400)), 0.05, 0.25)


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
    judge = Judge(resample_groups(np.arange(40)), 0.05, 0.25)
    before, after = rng.random(40) < 0.5, rng.random(40) < 0.5
    tried = judge("r", ("mapping",), "d.", before=before, after=after, compared="G", cost="none")
    assert tried.gain == "undecided" and tried.recovered.low < 0 < tried.recovered.high


def test_worse_is_no_gain():
    tried = JUDGE(
        "r", ("mapping",), "d.", before=np.ones(400, bool), after=np.zeros(400, bool), compared="G", cost="none"
    )
    assert tried.recovered.value == -1 and tried.gain == "no gain"


@pytest.mark.parametrize("right", [40, 75, 100, 110])
def test_what_comes_back_but_may_be_guessing_is_no_gain(right):
    cases = np.arange(400)
    tried = JUDGE("r", ("mapping",), "d.", before=cases < 0, after=cases < right, compared="G", cost="none")
    assert tried.recovered.low > 0 and tried.p < 0.001 and tried.gain == "not shown to beat guessing"


def test_a_gain_must_stand_beside_the_other_remedies_of_the_run():
    cases = np.arange(400)
    before, after = cases < 200, (cases >= 6) & (cases < 218)  # 18 gained, 6 lost
    weak = JUDGE("weak", ("mapping",), "d.", before=before, after=after, compared="G", cost="none")
    clear = JUDGE("clear", ("mapping",), "d.", before=before, after=before | True, compared="G", cost="none")
    none = JUDGE("none", ("mapping",), "d.", before=before, after=before, compared="G", cost="none")
    assert weak.gain == clear.gain == "gain" and 0.003 < weak.p < 0.025
    together = judged_together([none, weak, *[none] * 7, clear], 0.05)
    assert [one.remedy for one in together] == ["none", "weak", *["none"] * 7, "clear"]
    assert together[1].p_adjusted == pytest.approx(9 * weak.p) and together[1].p == weak.p
    assert together[1].gain != "gain" and together[-1].gain == "gain"
    assert judged_together([weak], 0.05) == (weak,)


def test_few_groups_do_not_hide_what_is_clear():
    judge = Judge(resample_groups(np.arange(120) // 10, count=400), 0.05, 0.25)
    cases = np.arange(120)
    clear = judge("r", ("mapping",), "d.", before=cases % 5 == 0, after=cases % 10 > 0, compared="G", cost="none")
    assert judged_together([clear] * 10, 0.05)[0].gain == "gain"
