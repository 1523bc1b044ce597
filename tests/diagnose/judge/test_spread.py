"""Losses that no stage has for sure, and several have together: which are named, and which only spoken of."""

from dataclasses import replace

import pytest

from angiogram.diagnose.judge.located import Located
from angiogram.diagnose.terms import MODES
from tests.diagnose.made import around, ladder, located, undecided, verdicts

HAND_OVER, MODEL = "hand-over", "language model"


def test_a_loss_that_is_spread_is_named_where_all_stages_together_surely_lose():
    spread = (undecided("vision", 0.1), *verdicts()[1:])
    found = located(spread, ladder(likelihood=0.0, words=0.0), total=0.15)
    assert found.fault == ("vision",) and found.spread and found.loss == around(0.15)
    assert located(spread, ladder(), total=0.08) == Located()  # not surely above the margin
    answer = (undecided("vision", 0.08), *verdicts()[1:3], undecided("mapping", 0.1))
    found = located(answer, ladder(likelihood=0.12, words=0.12), total=0.08)  # of 95 that a probe reads
    assert found.fault == (HAND_OVER, MODEL) and found.spread and (found.loss, found.of) == (around(0.12), 0.95)
    few = (undecided("vision", 0.08), undecided("connector", 0.08), *verdicts()[2:])
    assert located(few, ladder(), total=0.3).fault == ("vision", "connector")


def test_a_suspect_just_under_the_margin_is_a_suspect():
    """Which of two losses passes the margin by value is chance in the choice of patients."""
    near = (undecided("vision", 0.06), undecided("connector", 0.045), verdicts()[2], undecided("mapping", 0.045))
    found = located(near, ladder(likelihood=0.045, words=0.045), total=0.15)
    assert found == Located((), around(0.15), 0.95, spread=True, among=("vision", "connector", HAND_OVER, MODEL))


def test_where_the_answer_surely_loses_nothing_behind_the_connector_nothing_behind_it_is_suspected():
    last = (undecided("vision", 0.1), verdicts()[1], undecided("comprehension", 0.08), verdicts()[3])
    found = located(last, ladder(likelihood=0.0, words=0.0), total=0.18)
    assert found.fault == ("vision",) and found.among == ()


def test_one_suspect_is_not_given_what_the_others_lose():
    """Of 18 points it holds 6; the others are each surely below the margin, and together above it."""
    cleared = (replace(one, loss=around(0.04, 0.005)) for one in verdicts()[1:])
    found = located((undecided("vision", 0.06), *cleared), ladder(likelihood=0.08, words=0.08), total=0.18)
    assert found.fault == () and found.among == ("vision", "connector", HAND_OVER, MODEL)


def test_what_many_stages_lose_a_little_of_is_lost_all_the_same():
    """Each of four loses less than the margin for sure, and all together three times as much."""
    little = tuple(replace(one, loss=around(0.04, 0.005)) for one in verdicts())
    found = located(little, ladder(likelihood=0.08, words=0.08), total=0.16)
    assert found.fault == () and found.among == ("vision", "connector", HAND_OVER, MODEL)
    assert located(little, ladder(likelihood=0.08, words=0.08), total=0.06) == Located()


def test_what_the_grid_reads_and_the_mean_does_not_is_not_the_connector_s_alone():
    torn = [replace(undecided(mode, loss), reason="position") for mode, loss in (("connector", 0.35), (MODES[2], 0.0))]
    found = located((verdicts()[0], *torn, verdicts()[3]), ladder(likelihood=0.0, words=0.0), total=0.35)
    assert found.fault == () and found.among == ("connector", HAND_OVER, MODEL)


@pytest.mark.parametrize("largest", range(len(MODES)))
def test_of_more_than_two_none_is_named_whichever_loses_most(largest):
    """Which loses most by value is chance in the choice of patients."""
    many = tuple(undecided(mode, 0.09 if number == largest else 0.07) for number, mode in enumerate(MODES))
    found = located(many, ladder(likelihood=0.07, words=0.08), total=0.3)
    assert found == Located((), around(0.3), 0.95, spread=True, among=("vision", "connector", HAND_OVER, MODEL))


def test_of_more_than_two_those_are_named_that_surely_lose_together():
    many = tuple(undecided(mode, 0.08) for mode in MODES)
    found = located(many, ladder(likelihood=0.16, words=0.2), total=0.3)
    assert found.fault == (HAND_OVER, MODEL) and found.spread and found.among == ()
    assert (found.loss, found.of) == (around(0.16), 0.95)
