"""A probe that learnt on some features and reads others of the same cases."""

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.probe.evaluate import probe_tap
from angiogram.probe.frozen import frozen_reader

RNG = np.random.default_rng(0)
LABELS = np.arange(240) % 3
FOLDS = [(np.flatnonzero(np.arange(240) % 4 != k), np.flatnonzero(np.arange(240) % 4 == k)) for k in range(4)]
X = (RNG.normal(size=(3, 12))[LABELS] + 0.6 * RNG.normal(size=(240, 12))).astype(np.float32)


@pytest.mark.parametrize("width", [12, 300], ids=["primal", "dual"])
def test_by_its_own_features_it_names_what_the_runs_probe_names(width):
    wide = np.concatenate([X, RNG.normal(size=(240, width)).astype(np.float32)], axis=1)[:, :width]
    own, theirs = frozen_reader(wide, wide, LABELS, FOLDS)
    assert own.tolist() == theirs.tolist() == probe_tap(wide, LABELS, FOLDS).predicted.tolist()


def test_what_is_turned_is_decodable_and_not_readable():
    turn, _ = np.linalg.qr(RNG.normal(size=(12, 12)))
    turned = (X - X.mean(axis=0)) @ turn + X.mean(axis=0)
    own, theirs = frozen_reader(X, turned, LABELS, FOLDS)
    anew = probe_tap(turned, LABELS, FOLDS).predicted
    assert np.mean(own == LABELS) > 0.9 and np.mean(anew == LABELS) > 0.9
    assert np.mean(theirs == LABELS) < 0.7


def test_an_official_split_reads_its_test_cases_in_their_order():
    folds = [(np.arange(0, 240, 2), np.arange(1, 240, 2))]
    own, theirs = frozen_reader(X, X[1::2][::-1], LABELS, folds)
    assert theirs.tolist() == own[::-1].tolist()


def test_other_widths_and_other_cases_are_refused():
    with pytest.raises(InputError, match=r"A frozen reader of 12 features needs the same of 240 cases.*\(240, 11\)"):
        frozen_reader(X, X[:, :11], LABELS, FOLDS)
    with pytest.raises(InputError, match="240 cases"):
        frozen_reader(X, X[:5], LABELS, FOLDS)
    with pytest.raises(InputError):
        frozen_reader(X, np.full_like(X, np.nan), LABELS, FOLDS)
