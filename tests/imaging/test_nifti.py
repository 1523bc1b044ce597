import itertools
import sys
from pathlib import Path

import nibabel
import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.imaging.nifti import read_volume


def _write(path: Path, array: np.ndarray, affine: np.ndarray) -> Path:
    nibabel.save(nibabel.Nifti1Image(array, affine), path)
    return path


@pytest.mark.parametrize("signs", list(itertools.product((1, -1), repeat=3)))
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_every_stored_orientation_reads_the_same(
    tmp_path: Path, order: tuple[int, ...], signs: tuple[int, ...]
) -> None:
    plain = np.arange(2 * 3 * 4, dtype=np.int16).reshape(2, 3, 4)
    spacing = np.array([0.7, 0.8, 2.5])
    # Stored axis a runs along patient axis order[a], in the direction signs[a].
    stored = plain.transpose(order)
    affine = np.eye(4)
    affine[:3, :3] = 0
    for a, (axis, sign) in enumerate(zip(order, signs, strict=True)):
        affine[axis, a] = sign * spacing[axis]
        if sign < 0:
            stored = np.flip(stored, a)
            affine[axis, 3] = spacing[axis] * (plain.shape[axis] - 1)
    volume = read_volume(_write(tmp_path / "v.nii.gz", stored, affine))
    np.testing.assert_array_equal(volume.array, plain)
    np.testing.assert_allclose(volume.spacing, spacing, rtol=1e-5)
    np.testing.assert_allclose(volume.affine, np.diag([*spacing, 1]), atol=1e-5)


def test_the_stored_slope_is_applied(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(np.full((2, 2, 2), 10, dtype=np.int16), np.eye(4))
    image.header.set_slope_inter(2.0, -1024.0)
    nibabel.save(image, tmp_path / "v.nii")
    raw = nibabel.load(tmp_path / "v.nii").get_fdata()
    assert (read_volume(tmp_path / "v.nii").array == raw).all()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no NIfTI file '.*v\.nii'"):
        read_volume(tmp_path / "v.nii")


@pytest.mark.parametrize("keep", [0, 10, 200])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, keep: int) -> None:
    array = np.random.default_rng(0).integers(0, 1000, (20, 20, 20)).astype(np.int16)
    path = _write(tmp_path / "v.nii.gz", array, np.eye(4))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(InputError, match=r"v\.nii\.gz' is not a readable NIfTI volume: .*") as caught:
        read_volume(path)
    assert "\n" not in str(caught.value)


def test_four_dimensions_are_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "v.nii", np.zeros((2, 2, 2, 2), dtype=np.int16), np.eye(4))
    with pytest.raises(InputError, match="has 4 dimensions"):
        read_volume(path)


def test_without_nibabel_one_sentence_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nibabel", None)
    with pytest.raises(InputError, match=r"'nibabel', which is not installed: `pip install 'angiogram\[dicom\]'`\.$"):
        read_volume(tmp_path / "v.nii")
