import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.train.specialist import SpecialistSettings, specialist_predictions

SETTINGS = SpecialistSettings(steps=30, batch_size=16)


def test_a_cnn_learns_the_squares_and_is_kept_with_its_provenance(squares, tmp_path):
    train = np.flatnonzero([row.split == "train" for row in squares.rows])
    test = np.flatnonzero([row.split == "test" for row in squares.rows])
    lines = []
    first = specialist_predictions(squares, train, test, tmp_path, lines.append, SETTINGS)
    assert np.mean(first == squares.labels[test]) > 0.7
    trained = len(lines)
    again = specialist_predictions(squares, train, test, tmp_path, lines.append, SETTINGS)
    assert (again == first).all() and len(lines) == trained
    (folder,) = tmp_path.iterdir()
    assert '"images": 32' in (folder / "provenance.json").read_text()
    (folder / "model.safetensors").write_bytes(b"")
    with pytest.raises(InputError, match="damaged"):
        specialist_predictions(squares, train, test, tmp_path, lines.append, SETTINGS)
