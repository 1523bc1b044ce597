"""A card says what was measured and what follows, and no more."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.diagnose.judge.located import Located
from angiogram.diagnose.judge.modes import Measured, judge_modes
from angiogram.diagnose.judge.verdict import Part, Verdict
from angiogram.diagnose.tell.cards import cards
from angiogram.statistics.bootstrap import resample_groups
from tests.diagnose.made import around, drawn, verdicts


def told(right, margin=0.05, **more):
    cases = len(right["V"])
    found = judge_modes(Measured(right, resample_groups(np.arange(cases)), margin, **more))
    return {card.mode: card for card in cards(found, cases)}


def test_a_card_carries_the_numbers_of_its_verdict():
    for verdict, card in zip(verdicts("mapping"), cards(verdicts("mapping"), 100), strict=True):
        for name in ("mode", "state", "loss", "margin", "p_adjusted", "cases_needed", "smallest_margin"):
            assert getattr(card, name) == getattr(verdict, name)


def test_what_is_present_is_more_than_the_margin_and_says_where_in_the_mode():
    card = told(drawn(600, {"U": 0.3}))["comprehension"]
    assert "that is more than the margin of 5 points" in card.evidence.lower()
    assert "from C to I" in card.evidence and "from I to U" in card.evidence
    assert 1 <= len(card.next_steps) <= 3


def test_comprehension_advises_by_whether_the_image_tokens_or_the_routing_lose():
    routing, tokens = (told(drawn(600, {stage: 0.3}))["comprehension"] for stage in "UI")
    assert "still carry the label" in routing.next_steps[0]
    assert "Fine-tune the language model" in tokens.next_steps[0]


def test_mapping_advises_by_whether_words_or_format_fail():
    assert "preferred but not said" in told(drawn(600, {"G": 0.3}))["mapping"].next_steps[0]
    assert "Calibrate" in told(drawn(600, {"S": 0.3}))["mapping"].next_steps[0]


def test_a_gain_is_called_a_gain_and_a_loss_ruled_out():
    card = told(drawn(500, {"C": -0.1}, start=0.7))["connector"]
    assert "points are gained" in card.evidence and "ruled out" in card.evidence


def test_what_is_undetermined_says_how_many_cases_would_decide():
    card = told(drawn(30, {"V": 0.08}))["vision"]
    assert "neither exceeds" in card.evidence
    assert "(now 30)" in card.next_steps[0] or "margin itself" in card.next_steps[0]


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (Verdict("vision", "not assessed", 0.05, "no reference"), "no specialist was given"),
        (Verdict("mapping", "not assessed", 0.05, "hidden", "U", "G", (0.2, 0.8)), "hidden from the probe"),
        (Verdict("mapping", "not assessed", 0.05, "nothing to lose", "U", "G", (0.2, 0.2)), "nothing left to lose"),
    ],
)
def test_what_is_not_assessed_says_why(verdict, words):
    (card,) = cards((verdict,), 100)
    assert card.evidence.startswith("Not assessed: ") and words in card.evidence
    assert card.loss is None and len(card.next_steps) == 1


def test_position_and_holm_are_named_as_reasons():
    verdict = replace(verdicts()[1], state="undetermined", loss=around(0.1, 0.04))
    by_grid = replace(verdict, reason="position", grid=(0.95, 0.94), grid_loss=around(0.01, 0.02))
    (position,) = cards((by_grid,), 100)
    assert "Position matters" in position.evidence and "94 %" in position.evidence
    assert position.next_steps[0].startswith("Position carries the class")
    (holm,) = cards((replace(verdict, reason="holm"),), 100)
    assert "several modes judged at once (Holm)" in holm.evidence


def test_a_loss_behind_another_may_follow_from_it():
    _, connector, comprehension, mapping = cards(verdicts("connector", "comprehension"), 400)
    assert "may follow from it" not in connector.evidence + mapping.evidence
    assert comprehension.evidence.endswith("It stands behind the loss in the connector and may follow from it.")


def test_a_part_that_loses_one_point_is_told_in_the_singular():
    split = replace(verdicts("mapping")[3], parts=(Part("U", "S", 0.01), Part("S", "G", 0.29)))
    assert "(1 point from U to S, 29 points from S to G)" in cards((split,), 100)[0].evidence


@pytest.mark.parametrize(
    "right", [drawn(500, {"S": 0.3}), drawn(40, {}), drawn(500, {"C": -0.1}, start=0.7), drawn(400, {"V": 0.8})]
)
def test_every_card_ends_its_sentences(right):
    for card in told(right, null_band=0.2).values():
        assert card.evidence[0].isupper() and card.evidence.endswith(".") and ".." not in card.evidence
        assert card.next_steps and all(step.endswith(".") for step in card.next_steps)


@pytest.mark.parametrize(
    ("fault", "first"),
    [
        (("hand-over",), "Train the connector again with the language model frozen"),
        (("hand-over", "language model"), "Train the connector again with the language model frozen"),
        (("language model",), "Fine-tune the language model"),
        (("words", "format"), "Rename the classes in words that the model knows"),
        (("format",), "The right label is often preferred but not said"),
    ],
)
def test_what_to_try_follows_from_the_fault(fault, first):
    mapping = cards(verdicts("mapping"), 400, Located(fault))[3]
    assert mapping.next_steps[0].startswith(first) and len(mapping.next_steps) == len(fault) + 2
    assert mapping.next_steps[-1].startswith("`angiogram mend` makes the least repair")
    assert cards(verdicts("vision"), 400, Located(fault))[0].next_steps[0].startswith("Fine-tune the vision encoder")


def test_images_that_are_to_be_prepared_otherwise_ask_for_no_training():
    mapping = cards(verdicts("mapping"), 400, Located(("hand-over",), cleared="input"))[3]
    assert len(mapping.next_steps) == 1 and mapping.next_steps[0].startswith("Prepare the images as the ladder says")
