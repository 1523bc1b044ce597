"""Repairs of the words: they mend what went wrong in the words, on cases from which they learnt nothing."""

import numpy as np
import pytest

from angiogram.diagnose.repair.words import UNREAD, exchanged_names, own_words
from angiogram.probe.permutation import permuted_labels

K, N = 4, 400
LABELS = np.random.default_rng(0).integers(0, K, N)
FOLDS = [(np.arange(0, 300), np.arange(300, N))]
GERMAN = np.array(["Niere", "Leber", "Lunge", "Milz"])


def likelihoods(named, sure=3.0):
    """Log-likelihoods that prefer these names, with noise."""
    noise = np.random.default_rng(1).normal(size=(N, K))
    return noise + sure * np.eye(K)[named]


def test_names_that_changed_places_are_read_as_what_they_stand_for():
    exchange = np.array([1, 0, 3, 2])
    read = exchanged_names(likelihoods(exchange[LABELS]), LABELS, FOLDS)
    assert (read[300:] == LABELS[300:]).mean() > 0.95
    assert (likelihoods(exchange[LABELS]).argmax(axis=1) == LABELS).mean() < 0.05
    assert (read[:300] == UNREAD).all()


def test_right_names_stay_as_they_are():
    scores = likelihoods(LABELS)
    assert (exchanged_names(scores, LABELS, FOLDS)[300:] == scores[300:].argmax(axis=1)).mean() > 0.95


def test_an_exchange_does_not_mend_a_model_that_does_not_know():
    read = exchanged_names(likelihoods(np.random.default_rng(2).integers(0, K, N)), LABELS, FOLDS)
    assert (read[300:] == LABELS[300:]).mean() < 0.4


def test_two_names_for_one_class_cannot_both_stand_for_it():
    """The exchange is one to one: a model that names two classes alike keeps one of them wrong."""
    read = exchanged_names(likelihoods(np.where(LABELS == 1, 0, LABELS), 9.0), LABELS, FOLDS)
    assert (read[300:] == LABELS[300:]).mean() < 0.85


@pytest.mark.parametrize("write", [str, str.upper, "  {}. ".format, "**{}**".format])
def test_a_class_by_another_name_is_read_however_it_is_written(write):
    texts = [write(GERMAN[label]) if i % 2 else GERMAN[label] for i, label in enumerate(LABELS)]
    assert own_words(texts, LABELS, np.arange(N), 0).tolist() == LABELS.tolist()


def test_a_text_that_no_other_case_says_is_wrong():
    texts = [f"{GERMAN[label]} {i}" for i, label in enumerate(LABELS)]
    assert (own_words(texts, LABELS, np.arange(N), 0) == UNREAD).all()


def test_of_two_readings_the_more_frequent_wins():
    texts = ["organ"] * N
    labels = np.where(np.arange(N) % 4 == 0, 1, 0)
    assert (own_words(texts, labels, np.arange(N), 0) == 0).all()


def test_no_group_teaches_itself():
    """Every patient has a text of its own, said of all its cases: nobody else says it."""
    groups = np.arange(N) // 8
    texts = [f"patient {group}" for group in groups]
    assert (own_words(texts, LABELS, groups, 0) == UNREAD).all()
    assert (own_words(texts, LABELS, np.arange(N), 0) != UNREAD).mean() > 0.9


def test_one_group_cannot_be_cut():
    assert own_words(["Leber"] * 4, np.array([0, 0, 1, 1]), np.zeros(4, np.int64), 0) is None


def test_two_groups_teach_each_other():
    read = own_words(["Leber", "Niere"] * 4, np.array([0, 1] * 4), np.repeat([0, 1], 4), 0)
    assert read.tolist() == [0, 1] * 4


@pytest.mark.parametrize("repair", ["own words", "exchanged names"])
def test_permuted_labels_teach_no_more_than_chance(repair):
    """The negative control: what is learnt from labels that were handed around does not bring them back."""
    rights = []
    for others in permuted_labels(LABELS, FOLDS, 20, 0, np.arange(N)):
        if repair == "own words":
            rights.append((own_words(list(GERMAN[LABELS]), others, np.arange(N), 0) == others).mean())
        else:
            rights.append((exchanged_names(likelihoods(LABELS), others, FOLDS)[300:] == others[300:]).mean())
    assert np.mean(rights) == pytest.approx(1 / K, abs=0.05)
