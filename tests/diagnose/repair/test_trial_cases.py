import numpy as np

from angiogram.answer.calibrate import calibrated
from angiogram.data.splits import assign
from angiogram.diagnose.repair.trial_cases import Trial, choose_trial


def test_few_cases_teach_and_they_are_balanced(squares):
    trial = choose_trial(squares, assign(squares, 3, 0), 0, most=12)
    assert np.bincount(squares.labels[trial.taught]).tolist() == [3, 3, 3, 3]
    assert {squares.rows[i].split for i in trial.taught} == {"train"}
    assert [squares.rows[i].split for i in trial.judged] == ["test"] * 16
    assert trial.where == "the test cases"


def test_of_a_cross_validation_the_first_fold_alone(squares):
    rows = tuple(type(row)(row.id, row.path, row.label, row.group) for row in squares.rows)
    cases = type(squares)(squares.name, rows, squares.classes, squares.read, squares.question)
    splits = assign(cases, 3, 0)
    trial = choose_trial(cases, splits, 0)
    assert trial.judged.tolist() == splits.pairs[0][1].tolist() and set(trial.taught) <= set(splits.pairs[0][0])
    assert trial.where == "the test cases of the first of 3 folds"


def test_right_is_stage_s():
    rng = np.random.default_rng(0)
    scores, labels = rng.normal((4.0, 0.0, 0.0), size=(30, 3)), rng.integers(0, 3, 30)
    taught, judged = np.arange(20), np.arange(20, 30)
    expected = calibrated(scores, [(taught, judged)])[judged].argmax(axis=1) == labels[judged]
    right = Trial(taught, judged, "").right(scores[taught], scores[judged], labels)
    assert right.tolist() == expected.tolist()
