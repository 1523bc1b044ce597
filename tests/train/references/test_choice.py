"""R is chosen inside the training side, whatever the judged cases would prefer."""

import numpy as np
import pytest

from angiogram.data.cases import Case, Cases
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.train.references.choice import contest, inner_share
from angiogram.train.references.task import Learned, Training

HOW = Training(steps=1, batch_size=1, learning_rate=1.0)
SILENT = lambda _: None  # noqa: E731


def nearest(cases, channel):
    """Learns the mean brightness of each class in one channel."""

    def learn(train, test):
        light = np.array([cases.read(row).pixels[..., channel].mean() for row in cases.rows])
        labels = cases.labels
        means = np.array([light[train][labels[train] == k].mean() for k in range(len(cases.classes))])
        return Learned(np.abs(light[test][:, None] - means).argmin(axis=1), HOW, (0.0,))

    return learn


def planted(groups=10):
    """Rows 0 to 39 teach: red tells every class, green four of five. Rows 40 to 59 are judged: green alone tells."""
    rng = np.random.default_rng(0)
    truth = np.arange(60) % 2
    red, green = truth.copy(), truth.copy()
    wrong = rng.choice(40, 8, replace=False)
    green[wrong] = 1 - green[wrong]
    red[40:] = rng.permutation(truth[40:])
    pixels = np.zeros((60, 4, 4, 3), np.uint8)
    pixels[..., 0], pixels[..., 1] = 200 * red[:, None, None], 200 * green[:, None, None]
    rows = tuple(Case(str(i), f"planted#{i}", "ab"[k], f"g{i % groups}") for i, k in enumerate(truth.tolist()))
    return Cases("planted", rows, ("a", "b"), lambda row: Image(pixels[int(row.id)], ()), "Which?")


TRAIN, TEST = np.arange(40), np.arange(40, 60)


def test_the_judged_cases_would_prefer_the_other_one_and_are_not_asked():
    cases = planted()
    learners = {"green": nearest(cases, 1), "red": nearest(cases, 0)}
    found = contest(learners, cases, [(TRAIN, TEST)], SILENT)
    green, red = found.references
    right = {each.name: np.mean(each.predicted[TEST] == cases.labels[TEST]) for each in found.references}
    assert right["green"] == 1.0 and right["red"] < 0.8
    assert red.inner == 1.0 and green.inner < 1.0
    assert (red.folds, green.folds) == (1, 0)
    assert (found.predicted == red.predicted).all() and (found.predicted[TRAIN] == -1).all()


def test_labels_of_judged_cases_change_neither_choice_nor_predictions():
    cases = planted()
    flipped = Cases(
        cases.name,
        tuple(
            row if i < 40 else Case(row.id, row.path, "ab"["ba".index(row.label)], row.group)
            for i, row in enumerate(cases.rows)
        ),
        cases.classes,
        cases.read,
        cases.question,
    )
    one, other = (
        contest({"green": nearest(c, 1), "red": nearest(c, 0)}, c, [(TRAIN, TEST)], SILENT) for c in (cases, flipped)
    )
    assert (one.predicted == other.predicted).all()
    assert [each.inner for each in one.references] == [each.inner for each in other.references]


def test_each_fold_chooses_for_itself():
    cases = planted()
    pairs = [(np.arange(40), np.arange(40, 60)), (np.arange(20, 60), np.arange(20))]
    found = contest({"green": nearest(cases, 1), "red": nearest(cases, 0)}, cases, pairs, SILENT)
    assert sum(each.folds for each in found.references) == 2
    chosen = {each.name: each for each in found.references}
    assert (found.predicted[40:] == chosen["red"].predicted[40:]).all()
    assert (found.predicted[:20] == chosen["green"].predicted[:20]).all()


def test_of_equals_the_first_named_is_r():
    cases = planted()
    same = nearest(cases, 0)
    found = contest({"first": same, "second": same}, cases, [(TRAIN, TEST)], SILENT)
    assert [each.folds for each in found.references] == [1, 0]


def test_the_only_reference_learns_once_from_all():
    cases, seen = planted(), []

    def learn(train, test):
        seen.append((len(train), len(test)))
        return Learned(np.zeros(len(test), np.int64), HOW, (0.0,))

    found = contest({"only": learn}, cases, [(TRAIN, TEST)], SILENT)
    assert seen == [(40, 20)] and found.references[0].inner is None and found.references[0].folds == 1


def test_the_inner_share_divides_no_group_and_holds_training_cases_alone():
    cases = planted()
    learn, rest = inner_share(cases, TRAIN)
    assert sorted([*learn, *rest]) == TRAIN.tolist()
    assert not {cases.rows[i].group for i in learn} & {cases.rows[i].group for i in rest}
    assert 4 <= len(rest) <= 12


def test_training_cases_of_one_group_cannot_choose():
    cases = planted(groups=1)
    with pytest.raises(InputError, match="are of one group"):
        contest({"a": nearest(cases, 0), "b": nearest(cases, 1)}, cases, [(TRAIN, TEST)], SILENT)
