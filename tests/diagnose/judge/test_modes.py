"""The four modes are right when the truth is known and silent when it cannot be."""

import numpy as np
import pytest

from angiogram.diagnose.judge.modes import Measured, judge_modes
from angiogram.errors import InputError
from angiogram.statistics.bootstrap import resample_groups
from tests.diagnose.made import FLOW, drawn


def judged(right, margin=0.05, **more):
    found = judge_modes(Measured(right, resample_groups(np.arange(len(right["V"]))), margin, **more))
    return {v.mode: v for v in found}


@pytest.mark.parametrize(
    ("stage", "mode"),
    [
        ("V", "vision"),
        ("C", "connector"),
        ("I", "comprehension"),
        ("U", "comprehension"),
        ("S", "mapping"),
        ("G", "mapping"),
    ],
)
def test_one_planted_loss_is_found_and_nothing_else(stage, mode):
    found = judged(drawn(600, {stage: 0.25}))
    assert {m for m, v in found.items() if v.state == "present"} == {mode}
    assert {v.state for m, v in found.items() if m != mode} == {"absent"}
    assert found[mode].p_adjusted < 0.025 and found[mode].reason is None


def test_no_alarm_without_a_loss():
    """Margin zero is the hardest null: over 100 sets of four true nulls, about 2.5 % may alarm."""
    alarms = sum(
        any(v.state == "present" for v in judged(drawn(200, {}, seed), margin=0.0).values()) for seed in range(100)
    )
    assert alarms <= 8  # more has a chance below 1 %


def test_few_cases_stay_undetermined_and_know_what_they_need():
    found = judged(drawn(30, {"V": 0.08}))["vision"]
    assert found.state == "undetermined" and found.reason is None
    assert found.cases_needed is None or found.cases_needed > 30
    assert found.smallest_margin > 0.05


def test_two_cases_in_all_decide_nothing():
    right = {key: np.ones(2, dtype=bool) for key in FLOW}
    assert {v.state for v in judged(right).values()} == {"undetermined"}
    assert all(v.smallest_margin is None for v in judged(right).values())


def test_what_is_hidden_where_a_part_begins_is_not_gone():
    """Behind a connector whose mean shows nothing the last token still reads 80 %."""
    right = drawn(400, {"C": 0.8, "G": 0.3})
    right["I"] = right["U"] = right["S"] = right["V"]
    found = judged(right, null_band=0.3)["comprehension"]
    assert (found.state, found.reason) == ("not assessed", "hidden")
    gone = judged(drawn(400, {"C": 0.8}), null_band=0.3)["comprehension"]
    assert (gone.state, gone.reason) == ("not assessed", "nothing to lose")
    assert gone.loss is None and gone.accuracies is not None and (gone.start, gone.end) == ("C", "U")


def test_answers_that_name_no_class_are_a_loss_where_nothing_is_read_above_chance():
    right = drawn(400, {"G": 0.3}, start=0.3)
    most, few = np.arange(400) >= 20, np.arange(400) < 200
    found = judged(right, null_band=0.4, unnamed=most)
    assert (found["mapping"].state, found["mapping"].reason) == ("present", "silent")
    assert {found[mode].state for mode in ("vision", "connector", "comprehension")} == {"not assessed"}
    for unnamed in (few, None):  # half is not surely more than half
        assert judged(right, null_band=0.4, unnamed=unnamed)["mapping"].reason == "nothing to lose"
    even = judged(drawn(400, {}, start=0.3), null_band=0.4, unnamed=most)["mapping"]
    assert even.state == "not assessed"  # it loses nothing for sure
    assert judged(drawn(400, {"G": 0.3}), null_band=0.4, unnamed=most)["mapping"].reason is None


def test_without_a_specialist_vision_is_not_assessed_and_never_absent():
    right = drawn(300, {})
    del right["R"]
    found = judged(right)["vision"]
    assert (found.state, found.reason) == ("not assessed", "no reference")
    assert found.loss is None and found.p_adjusted is None and found.accuracies is None


def test_a_specialist_given_as_a_number():
    right = {**drawn(500, {"V": 0.2}), "R": 0.9}
    assert judged(right)["vision"].state == "present"


def test_a_gain_is_absent():
    found = judged(drawn(500, {"C": -0.1}, start=0.7))["connector"]
    assert found.state == "absent" and found.loss.high < 0


def test_where_nothing_can_be_read_nothing_is_called_absent():
    found = judged(drawn(400, {"V": 0.8}), null_band=0.15)
    assert found["vision"].state == "present"
    assert {found[m].state for m in ("connector", "comprehension", "mapping")} == {"not assessed"}


@pytest.mark.parametrize(
    ("stage", "mode", "parts"),
    [
        ("I", "comprehension", (("C", "I"), ("I", "U"))),
        ("U", "comprehension", (("C", "I"), ("I", "U"))),
        ("S", "mapping", (("U", "S"), ("S", "G"))),
        ("G", "mapping", (("U", "S"), ("S", "G"))),
    ],
)
def test_the_parts_of_a_mode_add_up_and_show_where_in_it_the_loss_is(stage, mode, parts):
    found = judged(drawn(600, {stage: 0.3}))[mode]
    assert tuple((part.start, part.end) for part in found.parts) == parts
    assert sum(part.loss for part in found.parts) == pytest.approx(found.loss.value)
    assert max(found.parts, key=lambda part: part.loss).end == stage


def test_without_the_stage_in_between_a_mode_has_no_parts():
    right = drawn(300, {})
    del right["I"], right["S"]
    assert all(v.parts == () for v in judged(right).values())


def test_the_margin_decides_what_counts():
    right = drawn(2000, {"C": 0.1}, noise=0.0)
    assert judged(right, margin=0.05)["connector"].state == "present"
    assert judged(right, margin=0.15)["connector"].state == "absent"


def test_present_needs_holm():
    """A loss just past its own interval is not enough when four questions are asked."""
    states = [judged(drawn(220, {"C": 0.11}, seed))["connector"] for seed in range(25)]
    close = [v for v in states if v.loss.low > 0.05 and v.state == "undetermined"]
    assert close and all(v.reason == "holm" and v.p_adjusted >= 0.025 for v in close)


def test_a_loss_further_from_the_margin_than_the_smallest_margin_is_decided():
    found = [v for seed in range(25) for v in judged(drawn(220, {"C": 0.11}, seed)).values()]
    away = {
        state: [abs(v.loss.value - v.margin) / v.smallest_margin for v in found if v.state == state]
        for state in ("present", "absent", "undetermined")
    }
    assert max(away["undetermined"]) < 1.05  # resamples are not quite normal
    assert max(away["present"]) > 1.05 and max(away["absent"]) > 1.05


def test_the_smallest_margin_grows_with_the_modes_judged_at_once():
    right = drawn(220, {"C": 0.11})
    one = judged({key: right[key] for key in FLOW if key != "R"})["connector"]
    assert judged(right)["connector"].smallest_margin > one.smallest_margin > (one.loss.high - one.loss.low) / 2


@pytest.mark.parametrize("margin", [-0.1, 1.0, 5.0])
def test_the_margin_is_a_fraction(margin):
    with pytest.raises(InputError, match="margin must be a fraction"):
        judged(drawn(20, {}), margin=margin)


def test_readings_that_cannot_be_accounted_for_are_refused():
    right = drawn(20, {})
    del right["C"]
    with pytest.raises(InputError, match="missing: C"):
        judged(right)


def test_what_a_grid_reads_otherwise_is_undetermined():
    """The mean behind the connector hides 30 points that a 2x2 grid reads."""
    right = drawn(600, {"C": 0.3, "I": -0.3})
    found = judged(right, grid={"V": right["V"], "C": right["V"]})
    assert (found["connector"].state, found["connector"].reason) == ("undetermined", "position")
    assert found["connector"].grid is not None and found["connector"].grid_loss is not None
    assert found["connector"].grid_loss.value == 0.0 and found["connector"].cases_needed is None
    assert found["vision"].grid is None  # the grid reads V as the mean does


def test_a_grid_that_agrees_changes_nothing():
    right = drawn(600, {"C": 0.3})
    by_grid = {"V": right["V"], "C": right["C"] | (np.arange(600) % 5 == 0)}
    found = judged(right, grid=by_grid)["connector"]
    assert found.state == "present" and found.grid is not None
    assert judged(right)["connector"].loss == found.loss


def test_a_grid_that_reads_no_more_than_chance_judges_nothing():
    right = drawn(600, {"C": 0.3})
    nothing = np.arange(600) % 10 == 0
    found = judged(right, null_band=0.2, grid={"V": nothing, "C": nothing})["connector"]
    assert found.state == "present" and found.grid is None
