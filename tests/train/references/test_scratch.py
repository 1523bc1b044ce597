from dataclasses import replace

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.train.references.scratch import CNN, VIT, cnn, vit
from tests.train.references.planted import task

FEW = {cnn: replace(CNN, steps=20, batch_size=16), vit: replace(VIT, steps=40, batch_size=16, learning_rate=3e-4)}


def sides(cases):
    return tuple(np.flatnonzero([row.split == side for row in cases.rows]) for side in ("train", "test"))


@pytest.mark.parametrize("learn", [cnn, pytest.param(vit, marks=pytest.mark.nightly)])
def test_it_learns_the_squares_and_is_kept_with_its_provenance(squares, tiny, tmp_path, learn):
    train, test = sides(squares)
    lines = []
    asked = task(squares, tiny, tmp_path / "cache", lines.append)
    first = learn(asked, train, test, FEW[learn])
    assert np.mean(first.predicted == squares.labels[test]) > 0.7
    assert len(first.curve) == FEW[learn].steps and first.curve[-1] < first.curve[0]
    trained = len(lines)
    again = learn(asked, train, test, FEW[learn])
    assert (again.predicted == first.predicted).all() and again.curve == first.curve and len(lines) == trained
    (folder,) = (tmp_path / "cache").iterdir()
    assert '"images": 32' in (folder / "provenance.json").read_text()
    (folder / "predicted.npy").write_bytes(b"")
    with pytest.raises(InputError, match="damaged"):
        learn(asked, train, test, FEW[learn])


def test_other_labels_images_or_settings_are_learnt_anew(squares, tiny, tmp_path):
    train, test = sides(squares)
    few = replace(CNN, steps=2, batch_size=4)
    asked = task(squares, tiny, tmp_path)
    swapped = replace(squares, rows=tuple(replace(row, label=squares.classes[0]) for row in squares.rows))
    cnn(asked, train, test, few)
    for other in (
        lambda: cnn(replace(asked, cases=swapped), train, test, few),
        lambda: cnn(asked, train[1:], test, few),
        lambda: cnn(asked, train, test[1:], few),
        lambda: cnn(asked, train, test, replace(few, seed=1)),
        lambda: vit(asked, train, test, few),
    ):
        before = len(list(tmp_path.iterdir()))
        other()
        assert len(list(tmp_path.iterdir())) == before + 1
