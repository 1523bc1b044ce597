from dataclasses import replace

import numpy as np
import pytest
from angiogram.diagnose.judge.verdicts import verdicts
from angiogram.diagnose.repair.alignment import NOT_TESTED, alignment_words, with_alignment

from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.repair.refit import REMEDY
from angiogram.diagnose.repair.remedies.judged import Judge
from angiogram.diagnose.statistics.bootstrap import resample_groups
from angiogram.diagnose.tell.headline import headline
from angiogram.diagnose.tell.next_steps import REFIT

DRAWS = resample_groups(np.arange(400))


def right(share):
    return np.random.default_rng(3).permutation(400) < 400 * share


READINGS = {key: right(share) for key, share in (("V", 0.95), ("C", 0.94), ("U", 0.4), ("S", 0.3), ("G", 0.3))}
ACCOUNTING = account(READINGS, DRAWS)
JUDGED = verdicts(READINGS, DRAWS)


def refit(before, after, cases=400):
    judge = Judge(resample_groups(np.arange(cases)), 0.05, 0.25)
    return judge(REMEDY, ("comprehension",), "d.", before=before[:cases], after=after[:cases], compared="S", cost="c")


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (0.9, "encoded but not readable"),
        (0.7, "encoded but not readable"),
        (0.5, "only a part comes back"),
        (0.31, "does not come back"),
        (0.2, "does not come back"),
    ],
)
def test_what_the_refit_says(after, said):
    words = alignment_words([refit(right(0.3), right(after))], JUDGED, ACCOUNTING.accuracies, can="can say")
    assert words is not None and said in words
    assert ("alignment is at fault" in words) == (after >= 0.5)
    assert words in headline(JUDGED, ACCOUNTING, None, words)


def test_few_cases_do_not_tell():
    cases = np.arange(12)
    tried = refit(cases < 4, (cases > 1) & (cases < 8), cases=12)
    words = alignment_words([tried], JUDGED, ACCOUNTING.accuracies, can="can say")
    assert words is not None and "does not tell" in words


def test_without_a_loss_inside_the_language_model_there_is_nothing_to_say():
    healthy = {key: right(0.9) for key in READINGS}
    judged = verdicts(healthy, DRAWS)
    words = alignment_words([refit(right(0.3), right(0.9))], judged, account(healthy, DRAWS).accuracies, can="can say")
    assert words is None
    assert with_alignment(judged, account(healthy, DRAWS).accuracies, words) == judged


def test_where_it_was_not_tried_the_verdict_says_so_and_advises_it():
    assert alignment_words([], JUDGED, ACCOUNTING.accuracies, can="can say") is None
    told = {verdict.mode: verdict for verdict in with_alignment(JUDGED, ACCOUNTING.accuracies, None)}
    assert told["comprehension"].evidence.endswith(NOT_TESTED)
    assert REFIT["comprehension"] in told["comprehension"].next_steps
    assert NOT_TESTED not in told["connector"].evidence


def test_where_it_was_tried_the_verdict_says_so_and_no_longer_advises_it():
    words = alignment_words([refit(right(0.3), right(0.9))], JUDGED, ACCOUNTING.accuracies, can="can say")
    told = with_alignment(JUDGED, ACCOUNTING.accuracies, words)
    (comprehension,) = [one for one in told if one.mode == "comprehension"]
    assert "The image is encoded but not readable" in comprehension.evidence
    assert REFIT["comprehension"] not in comprehension.next_steps and comprehension.next_steps
    assert replace(comprehension, evidence="", next_steps=()) == replace(
        next(one for one in JUDGED if one.mode == "comprehension"), evidence="", next_steps=()
    )


def mapped(after, can="can say"):
    """A loss at U - S alone, and what a re-fit says of it."""
    readings = {**READINGS, "U": right(0.93)}
    judged, accuracies = verdicts(readings, DRAWS), account(readings, DRAWS).accuracies
    words = alignment_words([refit(right(0.3), right(after))], judged, accuracies, can)
    return words, {one.mode: one for one in with_alignment(judged, accuracies, words)}


def test_where_the_last_token_still_knows_it_matters_whether_the_model_can_say_the_classes():
    words, told = mapped(0.9)
    assert words is not None and "not readable" in words and "alignment is at fault" in words
    assert told["mapping"].evidence.endswith("at fault.") and "re-fitted" not in told["comprehension"].evidence
    assert REFIT["mapping"] not in told["mapping"].next_steps and told["mapping"].next_steps
    words, _ = mapped(0.9, can="cannot say")
    assert words is not None and "or the class words are at fault" in words and "not readable" not in words
    words, _ = mapped(0.32)
    assert words is not None and "so the language model is the cause" in words


def test_a_loss_of_format_alone_says_nothing_of_the_connector():
    readings = {key: right(0.93) for key in READINGS} | {"G": right(0.3)}
    judged, accuracies = verdicts(readings, DRAWS), account(readings, DRAWS).accuracies
    assert alignment_words([refit(right(0.3), right(0.9))], judged, accuracies, can="can say") is None
    assert with_alignment(judged, accuracies, None) == judged
