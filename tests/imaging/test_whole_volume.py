"""All slices of a file, for models that take volumes."""

import nibabel
import numpy as np
import pytest
from tests.imaging.dicom.planted_files import film, save, write_series

from angiogram.errors import InputError
from angiogram.imaging.read import Preparation, read_image

ALL = Preparation.parse(slice="all", window="0/2000")  # MedM-VL's: -1000 to 1000 HU


@pytest.fixture
def scan(tmp_path):
    """A NIfTI of 4 x 5 x 6 voxels, a point of 1000 at the patient's left, front and top, stored the other way round."""
    array = np.full((4, 5, 6), -3000, np.int16)
    array[0, 4, 5] = 1000
    affine = np.diag([-0.8, 0.7, 2.5, 1])
    nibabel.save(nibabel.Nifti1Image(array[::-1], affine), tmp_path / "scan.nii.gz")
    return tmp_path / "scan.nii.gz"


def test_slices_run_from_the_foot_up_each_as_it_is_displayed(scan):
    volume = read_image(scan, ALL)
    assert volume.slices == 6 and volume.size == (5, 4) and volume.values is None
    assert np.argwhere(volume.pixels == 255).tolist() == [[5, 0, 3]] and volume.pixels.sum() == 255
    for index in range(6):
        alone = read_image(scan, Preparation.parse(slice=str(index), plane="axial", window="0/2000"))
        assert alone.pixels[0, -1] == volume.pixels[index, 0, -1]


def test_every_step_is_said(scan):
    made = "; ".join(read_image(scan, ALL).made)
    for step in ("all 6 axial slices, 2.5 mm apart", "pixels of 0.7 x 0.8 mm, not resampled", "window -1000..1000"):
        assert step in made
    other = read_image(scan, Preparation.parse(slice="all", plane="coronal"))
    assert other.slices == 5 and "own range -3000..1000" in "; ".join(other.made)


def test_one_window_holds_for_all_slices(scan):
    assert set(np.unique(read_image(scan, Preparation.parse(slice="all")).pixels)) == {0, 255}


def test_three_columns_are_not_told_from_colours(tmp_path):
    nibabel.save(nibabel.Nifti1Image(np.zeros((3, 5, 6), np.int16), np.eye(4)), tmp_path / "thin.nii")
    with pytest.raises(InputError, match=r"thin\.nii' cannot be shown: A volume whose slices are 3 pixels wide"):
        read_image(tmp_path / "thin.nii", ALL)


def test_a_series_is_a_volume_and_a_film_is_none(tmp_path):
    arrays = np.arange(5 * 8 * 6, dtype=np.int16).reshape(5, 8, 6)
    write_series(tmp_path / "series", [0, 2, 4, 6, 8], arrays=arrays)
    volume = read_image(tmp_path / "series", Preparation.parse(slice="all"))
    assert volume.slices == 5 and volume.size == (8, 6) and "all 5 axial slices" in "; ".join(volume.made)
    middle = read_image(tmp_path / "series", Preparation.parse(slice="2"))
    order = [np.argsort(each.ravel()).tolist() for each in (volume.pixels[2], middle.pixels)]
    assert order[0] == order[1]
    frames = save(film(np.zeros((3, 8, 6), np.uint8)), tmp_path / "film.dcm")
    with pytest.raises(InputError, match="frames do not say where they lie; only the slices of a volume"):
        read_image(frames, Preparation.parse(slice="all"))
