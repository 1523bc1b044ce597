"""Which files show a slice a second time: a name alone does not say so."""

import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import RLELossless
from tests.imaging.dicom.planted_files import ROOT, enhanced, save, write_series

from angiogram.errors import InputError
from angiogram.imaging.dicom.read import read_series
from angiogram.imaging.dicom.series import files_in, find_stacks
from angiogram.imaging.read import Preparation, read_image


def one_name(ds: Dataset, _: int = 0) -> None:
    """As who makes files anonymous may write it."""
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = f"{ROOT}.1"


def no_name(ds: Dataset, _: int = 0) -> None:
    ds.SOPInstanceUID = ""


def left_out(folder: Path) -> list[str]:
    return [path.name for path, _ in find_stacks(files_in(folder)).left_out]


@pytest.mark.parametrize("change", [one_name, no_name])
def test_slices_of_one_name_at_different_places_are_one_volume(tmp_path: Path, change) -> None:
    folder = write_series(tmp_path / "s", [0, 2, 4, 6, 8], change=change)
    volume = read_series(folder)
    assert [int(volume.array[0, 0, k]) for k in range(5)] == [0, 1, 2, 3, 4]
    assert not any("left out" in step for step in volume.made)


@pytest.mark.parametrize("change", [one_name, no_name, lambda *_: None])
def test_a_copy_among_them_is_left_out_under_any_name(tmp_path: Path, change) -> None:
    folder = write_series(tmp_path / "s", [0, 2, 4], change=change)
    shutil.copy(folder / "2.dcm", folder / "2 again.dcm")
    assert left_out(folder) == ["2.dcm"]  # the later one in the order of names
    assert read_series(folder).array.shape[2] == 3


def test_a_copy_that_is_packed_otherwise_shows_the_same(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [0, 2, 4])
    ds = dcmread(folder / "2.dcm")
    ds.compress(RLELossless, generate_instance_uid=False)
    save(ds, folder / "packed.dcm")
    assert left_out(folder) == ["packed.dcm"]


def test_time_points_of_one_name_are_no_copies(tmp_path: Path) -> None:
    def change(ds: Dataset, i: int) -> None:
        one_name(ds)
        ds.AcquisitionNumber = 1 + i // 3

    arrays = [np.full((4, 6), 7, np.int16)] * 6  # nothing has changed between them
    folder = write_series(tmp_path / "s", [0, 1, 2] * 2, arrays=arrays, change=change)
    assert left_out(folder) == []
    assert "1: CT, axial, 3 slices" in refusal(folder)


def test_other_pixels_at_one_place_are_no_copy(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [0, 1, 2, 1], change=one_name)
    assert left_out(folder) == []
    assert "holds 4 slices at 3 positions" in refusal(folder)


def test_a_damaged_file_is_a_copy_of_none_but_its_like(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [0, 1, 2])
    (folder / "2 cut.dcm").write_bytes((folder / "2.dcm").read_bytes()[:-10])
    assert left_out(folder) == []
    shutil.copy(folder / "2 cut.dcm", folder / "2 cut again.dcm")
    assert left_out(folder) == ["2 cut.dcm"]


def test_frames_of_one_file_are_no_copies_and_a_second_file_is(tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    path = save(enhanced(np.zeros((3, 4, 6), np.int16), [0, 1, 2]), tmp_path / "s" / "a.dcm")
    shutil.copy(path, tmp_path / "s" / "b.dcm")
    assert left_out(tmp_path / "s") == ["b.dcm"]
    assert read_image(tmp_path / "s", Preparation.parse(slice="2")).made[-1].startswith("1 file left out")


def refusal(folder: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_series(folder)
    return str(caught.value)
