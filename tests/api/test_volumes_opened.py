"""Cases for a model of volumes: whole where they are named beside a loaded one, and refused where they are pictures."""

from pathlib import Path

import nibabel
import numpy as np
import PIL.Image
import pytest

from angiogram.api.asking import conversation_about
from angiogram.api.subject import Asked, opened
from angiogram.data.sources.options import SourceOptions
from angiogram.errors import InputError
from angiogram.imaging.read import Preparation
from angiogram.model.load import load_model
from tests.model.build.deep import bright_volumes, write_deep


@pytest.fixture
def deep(tmp_path):
    return load_model(str(write_deep(tmp_path / "model")), tmp_path, lambda _: None)


@pytest.fixture
def scans(tmp_path):
    """Two classes of four NIfTI volumes, 9 slices of 24 x 20 pixels."""
    rng = np.random.default_rng(0)
    for i in range(8):
        folder = tmp_path / "scans" / ("thick" if i % 2 else "thin")
        folder.mkdir(parents=True, exist_ok=True)
        values = rng.integers(-1000, 1000, (20, 24, 9)).astype(np.int16)
        nibabel.save(nibabel.Nifti1Image(values, np.diag([1, 1, 3, 1])), folder / f"{i}.nii.gz")
    return str(tmp_path / "scans")


def test_named_beside_a_loaded_model_they_are_read_whole(deep, scans, tmp_path):
    found = opened(Asked(deep, scans, folds=2), tmp_path / "cache", lambda _: None)
    image = found.examined.cases.read(found.examined.cases.rows[0])
    assert image.slices == 9 and found.examined.shapes[0] == (24, 20)


def test_so_they_are_beside_a_model_by_name(deep, scans, tmp_path):
    lines = []
    found = opened(Asked(deep.name, scans, folds=2), tmp_path / "cache", lines.append)
    assert found.examined.cases.read(found.examined.cases.rows[0]).slices == 9
    assert "the model takes volumes: the cases are read again, whole" in lines
    source, lines = SourceOptions(how=Preparation.parse(slice="all")), []
    found = opened(Asked(deep.name, scans, source, folds=2), tmp_path / "cache", lines.append)
    assert found.loaded.slices == 4 and not [line for line in lines if "again" in line]


def test_pictures_are_none_of_a_model_of_volumes(deep, tmp_path):
    rng = np.random.default_rng(0)
    for i in range(8):
        file = tmp_path / "pictures" / ("thick" if i % 2 else "thin") / f"{i}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        PIL.Image.fromarray(rng.integers(0, 256, (20, 24), dtype=np.uint8)).save(file)
    with pytest.raises(InputError, match=r"takes volumes, which it resamples to 4 slices, .* --slice all"):
        opened(Asked(deep.name, str(tmp_path / "pictures"), folds=2), tmp_path / "cache", lambda _: None)


def test_a_scan_is_asked_about_whole(deep, scans, tmp_path):
    lines = []
    scan, how = f"{scans}/thin/0.nii.gz", Preparation()
    conversation_about(deep.name, scan, how, 4, cache=tmp_path, progress=lines.append).ask("Which?")
    assert lines[-1].startswith("whole, as the model takes volumes: ")


def test_a_picture_is_not_said_to_be_whole(deep, tmp_path):
    lines, one = [], str(tmp_path / "one.png")
    PIL.Image.fromarray(np.zeros((20, 24), np.uint8)).save(one)
    asked = conversation_about(deep.name, one, Preparation(), 4, cache=tmp_path, progress=lines.append)
    with pytest.raises(InputError, match="takes volumes"):
        asked.ask("Which?")
    assert not [line for line in lines if "whole" in line]


@pytest.mark.parametrize("name", ["many.npy", "many.NPZ"])
def test_one_of_many_pictures_is_named_by_its_number(name):
    with pytest.raises(InputError, match=rf"'{name}' holds many pictures; name one by its number, '{name}#0'"):
        conversation_about("demo-3d", name, Preparation(), 4, cache=Path(), progress=print)


def test_volumes_are_none_of_a_model_of_pictures(tiny, tmp_path):
    with pytest.raises(InputError, match="takes pictures, and this is a volume of 6 slices"):
        opened(Asked(tiny, bright_volumes()), tmp_path / "cache", lambda _: None)
