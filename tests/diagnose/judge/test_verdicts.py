"""Verdicts are right when the truth is known and silent when it cannot be."""

import numpy as np
import pytest

from angiogram.diagnose.judge.verdicts import verdicts
from angiogram.diagnose.statistics.bootstrap import resample_groups
from angiogram.errors import InputError

FLOW = ("R", "V", "C", "I", "U", "S", "G")


def drawn(n, losses, seed=0, start=0.9, noise=0.02):
    """Stages that lose these shares one after the other; a case is now and then right or wrong by accident."""
    rng = np.random.default_rng(seed)
    u, share, right = rng.random(n), start, {}
    for key in FLOW:
        share -= losses.get(key, 0.0)
        right[key] = (u < share) ^ (rng.random(n) < noise)
    return right


def judged(right, margin=0.05, **more):
    found = verdicts(right, resample_groups(np.arange(len(right["V"]))), margin, **more)
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
    assert found[mode].p_adjusted < 0.025
    assert 1 <= len(found[mode].next_steps) <= 3
    assert "more than the margin of 5 points" in found[mode].evidence


def test_no_alarm_without_a_loss():
    """Margin zero is the hardest null: over 100 sets of four true nulls, about 2.5 % may alarm."""
    alarms = sum(
        any(v.state == "present" for v in judged(drawn(200, {}, seed), margin=0.0).values()) for seed in range(100)
    )
    assert alarms <= 8  # more has a chance below 1 %


def test_few_cases_stay_undetermined_and_say_what_they_need():
    found = judged(drawn(30, {"V": 0.08}))["vision"]
    assert found.state == "undetermined"
    assert found.cases_needed is None or found.cases_needed > 30
    assert found.smallest_margin > 0.05
    assert "(now 30)" in found.next_steps[0] or "margin itself" in found.next_steps[0]


def test_two_cases_in_all_decide_nothing():
    right = {key: np.ones(2, dtype=bool) for key in FLOW}
    assert {v.state for v in judged(right).values()} == {"undetermined"}
    assert all(v.smallest_margin is None for v in judged(right).values())


def test_what_is_hidden_where_a_part_begins_is_not_said_to_be_gone():
    """Behind a connector whose mean shows nothing the last token still reads 80 %."""
    right = drawn(400, {"C": 0.8, "G": 0.3})
    right["I"] = right["U"] = right["S"] = right["V"]
    found = judged(right, null_band=0.3)["comprehension"]
    assert found.state == "not assessed"
    assert "hidden from the probe" in found.evidence and "nothing left to lose" not in found.evidence
    gone = judged(drawn(400, {"C": 0.8}), null_band=0.3)["comprehension"]
    assert gone.state == "not assessed" and "nothing left to lose" in gone.evidence


def test_without_a_specialist_vision_is_not_assessed_and_never_absent():
    right = drawn(300, {})
    del right["R"]
    found = judged(right)["vision"]
    assert found.state == "not assessed"
    assert found.loss is None and found.p_adjusted is None
    assert "no specialist reference was given" in found.evidence
    assert "the reference failed" in judged(right, reasons={"vision": "the reference failed"})["vision"].evidence


def test_a_specialist_given_as_a_number():
    right = {**drawn(500, {"V": 0.2}), "R": 0.9}
    assert judged(right)["vision"].state == "present"


def test_a_gain_is_absent_and_says_so():
    found = judged(drawn(500, {"C": -0.1}, start=0.7))["connector"]
    assert found.state == "absent" and found.loss.high < 0
    assert "points are gained" in found.evidence and "ruled out" in found.evidence


def test_where_nothing_can_be_read_nothing_is_called_absent():
    found = judged(drawn(400, {"V": 0.8}), null_band=0.15)
    assert found["vision"].state == "present"
    assert {found[m].state for m in ("connector", "comprehension", "mapping")} == {"not assessed"}
    assert "than chance allows" in found["connector"].evidence


def test_comprehension_says_whether_the_image_tokens_or_the_routing_lose():
    routing = judged(drawn(600, {"U": 0.3}))["comprehension"]
    tokens = judged(drawn(600, {"I": 0.3}))["comprehension"]
    assert "from C to I" in routing.evidence and "from I to U" in routing.evidence
    assert "still carry the label" in routing.next_steps[1]
    assert "Fine-tune the language model" in tokens.next_steps[1]
    assert all("connector's alignment" in v.next_steps[0] for v in (routing, tokens))


def test_mapping_says_whether_words_or_format_fail():
    assert "preferred but not said" in judged(drawn(600, {"G": 0.3}))["mapping"].next_steps[0]
    assert "Calibrate" in judged(drawn(600, {"S": 0.3}))["mapping"].next_steps[0]


def test_the_margin_decides_what_counts():
    right = drawn(2000, {"C": 0.1}, noise=0.0)
    assert judged(right, margin=0.05)["connector"].state == "present"
    assert judged(right, margin=0.15)["connector"].state == "absent"


def test_present_needs_holm():
    """A loss just past its own interval is not enough when four questions are asked."""
    states = [judged(drawn(220, {"C": 0.11}, seed))["connector"] for seed in range(25)]
    close = [v for v in states if v.loss.low > 0.05 and v.state == "undetermined"]
    assert close and all("several stages" in v.evidence and v.p_adjusted >= 0.025 for v in close)


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


def test_every_evidence_is_one_sentence():
    for right in (drawn(500, {"S": 0.3}), drawn(40, {}), drawn(500, {"C": -0.1}, start=0.7)):
        for verdict in judged(right).values():
            assert verdict.evidence.endswith(".") and verdict.evidence.count(". ") == 0
            assert all(step.endswith(".") for step in verdict.next_steps)


def test_a_loss_behind_another_may_follow_from_it():
    right = {key: np.arange(400) < share for key, share in (("V", 380), ("C", 300), ("U", 200), ("G", 198))}
    _, connector, comprehension, _ = verdicts(right, resample_groups(np.arange(400)))
    assert connector.state == comprehension.state == "present"
    assert "may follow from it" not in connector.evidence
    assert comprehension.evidence.endswith(
        "it stands behind the loss in the connector and may follow from it, as no later part was trained on that."
    )
