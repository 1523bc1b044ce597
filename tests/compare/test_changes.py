"""Changes are paired case by case, at the resamples of the report."""

import numpy as np
import pytest

from angiogram.compare.changes import LEVEL, p_unchanged, stage_changes, step_changes, tap_changes
from angiogram.diagnose.read.measured import CurvePoint
from angiogram.statistics.bootstrap import Estimate, resample_groups
from angiogram.statistics.interval import Interval

DRAWS = resample_groups(np.arange(200))
RNG = np.random.default_rng(0)
NOTHING = Interval(0.5, 0.4, 0.6)


def readings(**shares):
    return {key: np.arange(200) < 200 * share for key, share in shares.items()}


def point(tap):
    values = dict.fromkeys(CurvePoint.__dataclass_fields__, NOTHING)
    plain = {"tap": tap, "part": "llm", "stream": "image", "depth": 3, "width": 8, "on_path": True}
    return CurvePoint(**{**values, **plain})


def test_a_change_is_after_minus_before_and_paired():
    before = RNG.random(200) < 0.5
    after = before | (RNG.random(200) < 0.4)
    (found,) = stage_changes({"G": before}, {"G": after}, DRAWS)
    assert found.change.value == found.after.value - found.before.value == pytest.approx(after.mean() - before.mean())
    assert 0 < found.change.low < found.change.high and found.changed and found.p_adjusted < 0.001
    unpaired = np.hypot(*(each.high - each.low for each in (found.before, found.after)))
    assert found.change.high - found.change.low < 0.8 * unpaired


def test_a_run_against_itself_changes_by_nothing():
    right = {key: RNG.random(200) < 0.6 for key in "VCIUSG"}
    for found in stage_changes(right, right, DRAWS):
        assert found.change.value == 0.0 and found.p == found.p_adjusted == 1.0 and not found.changed
        assert -3 / 200 < found.change.low <= 0 <= found.change.high < 3 / 200
    steps, total = step_changes(right, right, DRAWS)
    assert all(step.change.value == 0.0 for step in steps) and total.value == 0.0


def test_only_stages_of_both_runs_in_the_order_of_the_flow():
    right = np.arange(200) < 120
    found = stage_changes({"G": right, "V": right, "R": 0.9}, {"R": 0.8, "V": right, "S": right}, DRAWS)
    assert [stage.key for stage in found] == ["R", "V"]
    assert found[0].change.value == pytest.approx(-0.1) and found[0].p is None and not found[0].changed


def test_the_changes_of_the_losses_add_up_exactly_and_leave_i_out():
    before = {
        key: RNG.random(200) < share for key, share in zip("RVCIUSG", (0.9, 0.8, 0.8, 0.7, 0.7, 0.4, 0.3), strict=True)
    }
    after = {key: RNG.random(200) < 0.6 for key in "RVCIUSG"}
    steps, total = step_changes(before, after, DRAWS)
    assert [(step.start, step.end) for step in steps] == [("R", "V"), ("V", "C"), ("C", "U"), ("U", "S"), ("S", "G")]
    assert sum(step.change.value for step in steps) == total.value
    for step in steps:
        assert step.change.value == step.after.value - step.before.value
        assert step.change.low <= step.change.value <= step.change.high


def test_a_loss_that_both_stages_share_does_not_change():
    """Right and wrong move together at both ends: the paired change of the loss is sure to be nothing."""
    before, right = readings(V=0.8, C=0.8, U=0.8, S=0.5), readings(V=0.4, C=0.4, U=0.4, S=0.1)
    step = step_changes(before, right, DRAWS)[0][0]
    assert step.change.value == 0.0 and step.change.high - step.change.low < 0.06


def test_a_specialist_given_as_a_number_pairs_with_its_step():
    before, after = (
        {**readings(V=0.8, C=0.8, U=0.8, G=0.5), "R": 0.9},
        {**readings(V=0.7, C=0.7, U=0.7, G=0.5), "R": 0.9},
    )
    step = step_changes(before, after, DRAWS)[0][0]
    assert step.start == "R" and step.change.value == pytest.approx(0.1) and step.change.low > 0.05


def test_taps_pair_by_name_and_their_intervals_are_those_of_an_accuracy():
    before, after = {"a": RNG.random(200) < 0.5, "b": RNG.random(200) < 0.5}, {"b": RNG.random(200) < 0.9}
    (found,) = tap_changes([point("a"), point("b")], before, after, DRAWS)
    assert found.tap == "b" and found.depth == 3
    (stage,) = stage_changes({"G": before["b"]}, {"G": after["b"]}, DRAWS)
    assert (found.before, found.after, found.change) == (stage.before, stage.after, stage.change)
    assert tap_changes([point("a")], before, after, DRAWS) == ()


def test_p_agrees_with_the_interval_and_does_not_stop_at_the_resolution():
    for shift in np.linspace(0, 0.2, 9):
        change = Estimate(shift, RNG.normal(shift, 0.05, 2000), 12)
        interval = change.interval()
        if abs(interval.low) > 0.004:
            assert (p_unchanged(change) < LEVEL) == (interval.low > 0)
    far = Estimate(0.5, RNG.normal(0.5, 0.05, 2000), 12)
    assert p_unchanged(far) < 1e-4
    assert p_unchanged(Estimate(-0.5, -far.samples, 12)) == p_unchanged(far)


def test_holm_asks_more_of_a_change_among_many():
    before = {key: np.arange(200) < 120 for key in "VCIUSG"}
    after = {**before, "G": np.arange(200) < 126}
    alone = stage_changes({"G": before["G"]}, {"G": after["G"]}, DRAWS)[0]
    among = stage_changes(before, after, DRAWS)[-1]
    assert among.p == alone.p and among.p_adjusted == pytest.approx(min(1, 6 * alone.p))
