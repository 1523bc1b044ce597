"""A model of volumes is mended as one of pictures is: cases and guard are read whole."""

import nibabel
import numpy as np
import pytest

from angiogram.api.mending import mend
from angiogram.model.load import load_model
from tests.model.build.deep import write_deep


def scans(folder, each):
    """Volumes of two classes, train and test apart, bright in another half."""
    rng = np.random.default_rng(0)
    for side in ("train", "test"):
        for kind in ("thick", "thin"):
            (folder / side / kind).mkdir(parents=True)
            for i in range(each):
                values = rng.integers(-900, 300, (20, 24, 9)).astype(np.int16)
                values[:10] += 600 * (kind == "thick")
                nibabel.save(nibabel.Nifti1Image(values, np.diag([1, 1, 3, 1])), folder / side / kind / f"{i}.nii.gz")
    return str(folder)


@pytest.mark.nightly
def test_cases_and_guard_are_read_whole(tmp_path):
    model, cases = str(write_deep(tmp_path / "model")), scans(tmp_path / "scans", 8)
    places = {"run": tmp_path / "run", "cache": tmp_path / "cache", "guard": cases, "progress": None}
    brief = {"permutations": 5, "resamples": 300, "ladder": "free"}
    made = mend(model, cases, tmp_path / "out", repair="class-words", **places, **brief)
    assert made.mending.comparison.evaluated == 16 and made.mending.guard.entries == 16
    assert load_model(str(made.folder), tmp_path, lambda _: None).slices == 4
