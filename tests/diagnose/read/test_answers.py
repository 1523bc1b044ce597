"""Likelihoods and words that are made up, read in every way."""

import numpy as np
import pytest

from angiogram.answer.labels import path_tree
from angiogram.data.class_words import one_word_each
from angiogram.diagnose.read.answers import CHOSEN, RAW, UNPARSED, read_answers
from angiogram.diagnose.read.wording import Wording

WORDS = one_word_each(["cyst", "stone"])
TREE = path_tree([(1,), (2, 3)])
FOLDS = ((np.array([0, 1, 2, 3]), np.array([4, 5, 6, 7])),)
EVALUATED = np.arange(4, 8)
TRUTH = np.array([0, 0, 1, 1])
# Two orders; whatever the image, "cyst" is 3 nats likelier, and in the second order the last case is read otherwise.
LEAN = np.array([1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0, -1.0])
ONE = np.stack([LEAN + 3.0, -LEAN], axis=1)
OTHER = ONE.copy()
OTHER[7] = ONE[4]
SAID = [("Cyst.", True), ("it may be a stone", True), ("", True), ("bananas", True)]


@pytest.fixture
def answering():
    both = np.stack([ONE, OTHER], axis=1)
    return read_answers(both, np.array([[3.0, 0.0], [3.0, 0.0]]), TREE, SAID, WORDS, FOLDS, EVALUATED)


def test_a_lean_to_one_class_is_in_the_raw_answer_and_calibrated_away(answering):
    assert answering.readings[RAW].tolist() == [0, 0, 0, 0]
    assert answering.by_order[:, 0].tolist() == [0, 0, 1, 1]
    assert answering.readings["summed, minus a content-free image"][:3].tolist() == [0, 0, 1]
    assert answering.constrained is answering.readings[CHOSEN]


def test_an_order_that_changes_an_answer_is_counted(answering):
    assert answering.sensitivity == 0.25
    told = answering.summary("Which?", TRUTH, 0.9, Wording()).orders
    assert told is not None and told.accuracies == (1.0, 0.75)


def test_words_name_a_class_or_none(answering):
    assert answering.generated.tolist() == [0, 1, UNPARSED, UNPARSED]
    summary = answering.summary("Which?", TRUTH, 0.9, Wording())
    assert (summary.exact, summary.mention, summary.unparsed) == (1, 1, 2)
    assert dict(summary.unparsed_texts) == {"": 1, "bananas": 1} and summary.told == 0.9


def test_one_order_has_no_sensitivity_to_show():
    alone = read_answers(ONE[:, None], np.zeros((1, 2)), TREE, SAID, WORDS, FOLDS, EVALUATED)
    assert alone.summary("Which?", TRUTH, 0.9, Wording()).orders is None and alone.sensitivity == 0.0
