"""What the answers say of where they fail, counted."""

import numpy as np
import pytest

from angiogram.answer.parse import Parsed
from angiogram.diagnose.judge.said import said_of
from angiogram.diagnose.read.answers import CHOSEN, RAW, UNPARSED, Answering
from angiogram.diagnose.read.assess import Assessed
from angiogram.statistics.bootstrap import resample_groups

TRUTH = np.array([0, 1, 2, 0, 1, 2])


def answers(constrained, generated, raw=TRUTH):
    parsed = tuple(Parsed(None, "unparsed") if each == UNPARSED else Parsed(int(each), "exact") for each in generated)
    readings, texts = {RAW: raw, CHOSEN: constrained}, ("",) * 6
    answering = Answering(np.zeros((6, 3)), np.zeros((6, 3)), readings, constrained[:, None], 0.0, texts, parsed)
    everyone = np.arange(6)
    return Assessed(everyone, TRUTH, everyone, resample_groups(everyone), None, answering, {}, {})  # no probe is read


@pytest.mark.parametrize(
    ("generated", "named"),
    [
        (TRUTH, 0.0),  # nothing is lost in words
        ([0, 1, 2, UNPARSED, UNPARSED, 1], 1 / 3),
        ([UNPARSED] * 6, 0.0),
        ([1, 2, 0, 1, 2, 0], 1.0),
    ],
)
def test_which_share_of_the_lost_words_names_another_class(generated, named):
    said = said_of(answers(TRUTH, np.array(generated)), told=0.9)
    assert said.named == pytest.approx(named) and said.classes == 3 and said.calibrated == 1.0


def test_cases_that_the_likelihood_has_wrong_do_not_count():
    wrong = np.array([1, 1, 2, 0, 1, 2])
    assert said_of(answers(wrong, np.array([2, 1, 2, 0, 1, UNPARSED])), told=0.9).named == 0.0
