import gzip
import itertools
import sys
import tracemalloc
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


@pytest.mark.parametrize("side", [4, 60])
@pytest.mark.parametrize("cut", [12, 40, 100])
def test_a_compressed_file_cut_near_its_end_is_truncated(tmp_path: Path, side: int, cut: int) -> None:
    array = np.random.default_rng(0).integers(0, 1000, (side, side, side)).astype(np.int16)
    path = _write(tmp_path / "v.nii.gz", array, np.eye(4))
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(InputError, match=r"^'[^']*v\.nii\.gz' is not a readable NIfTI volume: it is truncated\.$"):
        read_volume(path)


def test_the_second_version_of_nifti_is_read(tmp_path: Path) -> None:
    array = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    nibabel.save(nibabel.Nifti2Image(array, np.eye(4)), tmp_path / "v.nii.gz")
    np.testing.assert_array_equal(read_volume(tmp_path / "v.nii.gz").array, array)


def test_several_volumes_in_one_file_are_refused(tmp_path: Path) -> None:
    path = _write(tmp_path / "v.nii", np.zeros((2, 2, 2, 2), dtype=np.int16), np.eye(4))
    with pytest.raises(InputError, match=r"has 4 dimensions, 2 x 2 x 2 x 2; a volume needs 3: divide it into its time"):
        read_volume(path)
    path = _write(tmp_path / "w.nii", np.zeros((2, 2, 2, 1, 3), dtype=np.int16), np.eye(4))
    with pytest.raises(InputError, match="has 5 dimensions, 2 x 2 x 2 x 1 x 3"):
        read_volume(path)


@pytest.mark.parametrize("shape", [(2, 3, 4, 1), (2, 3, 4, 1, 1), (2, 3, 4)])
def test_dimensions_of_length_one_are_dropped(tmp_path: Path, shape: tuple[int, ...]) -> None:
    plain = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    volume = read_volume(_write(tmp_path / "v.nii.gz", plain.reshape(shape), np.eye(4)))
    np.testing.assert_array_equal(volume.array, plain)


def test_a_flat_image_is_a_volume_of_depth_one(tmp_path: Path) -> None:
    volume = read_volume(_write(tmp_path / "v.nii", np.ones((2, 3), dtype=np.int16), np.diag([0.5, 2, 3, 1])))
    assert (volume.array.shape, volume.spacing) == ((2, 3, 1), (0.5, 2.0, 3.0))


def _with_forms(path: Path, sform: int, qform: int) -> Path:
    """sform 2 mm voxels, qform 3 mm and another origin, with these codes."""
    image = nibabel.Nifti1Image(np.zeros((4, 4, 4), dtype=np.int16), np.eye(4))
    shifted = np.diag([3.0, 3, 3, 1])
    shifted[:3, 3] = 5
    image.set_qform(shifted, code=qform)
    image.set_sform(np.diag([2.0, 2, 2, 1]), code=sform)
    nibabel.save(image, path)
    return path


def test_the_sform_goes_before_a_qform_that_differs_and_that_is_said(tmp_path: Path) -> None:
    volume = read_volume(_with_forms(tmp_path / "v.nii", sform=1, qform=1))
    assert volume.spacing == (2.0, 2.0, 2.0)
    assert "orientation by sform; its qform differs by up to 13.9 mm" in volume.made  # 8 mm at the far corner, 3 times
    np.testing.assert_array_equal(volume.affine, nibabel.load(tmp_path / "v.nii").affine)


def test_without_an_sform_code_the_qform_counts(tmp_path: Path) -> None:
    volume = read_volume(_with_forms(tmp_path / "v.nii", sform=0, qform=1))
    assert volume.spacing == (3.0, 3.0, 3.0)
    assert "orientation by qform" in volume.made


def test_an_sform_of_zeros_with_code_0_is_not_taken(tmp_path: Path) -> None:
    image = nibabel.Nifti1Image(np.zeros((2, 2, 2), dtype=np.int16), None)
    image.header.set_zooms((1.5, 1.5, 4.0))
    nibabel.save(image, tmp_path / "v.nii")
    header = nibabel.load(tmp_path / "v.nii").header
    assert int(header["sform_code"]) == 0 and not header["srow_x"].any()
    volume = read_volume(tmp_path / "v.nii")
    assert volume.spacing == (1.5, 1.5, 4.0)


def _patched(path: Path, **fields: object) -> Path:
    """A whole file whose header says something else."""
    image = nibabel.Nifti1Image(np.arange(8, dtype=np.int16).reshape(2, 2, 2), np.eye(4))
    nibabel.save(image, path)
    held = bytearray(path.read_bytes())
    header = nibabel.Nifti1Header(bytes(held[:348]), check=False)
    for name, value in fields.items():
        header[name] = value
    held[:348] = header.binaryblock
    path.write_bytes(held)
    return path


def test_no_code_at_all_says_that_the_orientation_is_not_known(tmp_path: Path) -> None:
    volume = read_volume(_patched(tmp_path / "v.nii", sform_code=0, qform_code=0))
    assert "orientation not said: x to the left, y anterior, z superior by NIfTI's old default" in volume.made


@pytest.mark.parametrize("row", [[0, 0, 0, 0], [np.nan, 0, 0, 0], [0, 1, 0, 0]])
def test_an_affine_that_is_none_is_refused(tmp_path: Path, row: list[float]) -> None:
    with pytest.raises(InputError, match=r"v\.nii' has an? (singular )?affine"):
        read_volume(_patched(tmp_path / "v.nii", srow_x=row))


def test_a_sheared_affine_is_said_and_not_resampled(tmp_path: Path) -> None:
    affine = np.eye(4)
    affine[1, 2] = np.tan(np.radians(10))
    plain = np.arange(8, dtype=np.int16).reshape(2, 2, 2)
    volume = read_volume(_write(tmp_path / "v.nii", plain, affine))
    assert "axes up to 10.0 degrees off a right angle, not resampled" in volume.made
    np.testing.assert_array_equal(volume.array, plain)


@pytest.mark.parametrize(("slope", "intercept"), [(np.nan, np.nan), (0, 0), (1, 0)])
def test_a_slope_that_is_none_means_no_scaling(tmp_path: Path, slope: float, intercept: float) -> None:
    volume = read_volume(_patched(tmp_path / "v.nii", scl_slope=slope, scl_inter=intercept))
    np.testing.assert_array_equal(volume.array.ravel(), np.arange(8))
    assert not any("by its header" in step for step in volume.made)


def test_values_are_scaled_once_and_it_is_said(tmp_path: Path) -> None:
    # After loading nibabel shows NaN for the slope, since the values are scaled: nothing may scale them again.
    path = _patched(tmp_path / "v.nii", scl_slope=2, scl_inter=-1024)
    assert np.isnan(nibabel.load(path).header["scl_slope"])
    volume = read_volume(path)
    np.testing.assert_array_equal(volume.array.ravel(), 2 * np.arange(8) - 1024)
    assert "times 2 plus -1024 by its header" in volume.made


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"dim": [3, 30000, 30000, 30000, 1, 1, 1, 1]}, "says 27000000000000 voxels; at most 1024 Mi are read"),
        ({"dim": [3, -4, 2, 2, 1, 1, 1, 1]}, r"has 3 dimensions of \[-4, 2, 2\]; a volume needs 3, above 0"),
        ({"dim": [3, 0, 2, 2, 1, 1, 1, 1]}, r"has 3 dimensions of \[0, 2, 2\]"),
        ({"dim": [9, 2, 2, 2, 1, 1, 1, 1]}, "has 9 dimensions; a volume needs 3"),
        ({"dim": [3, 1024, 1024, 1000, 1, 1, 1, 1], "datatype": 64, "bitpix": 64}, "says 8388608352 bytes of voxels"),
        ({"dim": [3, 200, 200, 200, 1, 1, 1, 1]}, "is truncated: it holds 368 of 16000352 bytes"),
        ({"vox_offset": 1e15}, r"says that its voxels begin at byte 1e\+15; at most 16777216 is read"),
        ({"vox_offset": -8}, "begin at byte -8"),
        ({"vox_offset": np.nan}, "begin at byte nan"),
        ({"datatype": 77}, r"holds voxels of an unknown kind \(77\)"),
        ({"datatype": 128, "bitpix": 24, "dim": [3, 2, 1, 1, 1, 1, 1, 1]}, "holds colours or complex numbers"),
    ],
)
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_absurd_headers_are_refused_before_memory_is_taken(
    tmp_path: Path, fields: dict[str, object], said: str, suffix: str
) -> None:
    path = _patched(tmp_path / "v.nii", **fields)
    if suffix == ".nii.gz":
        path = tmp_path / "v.nii.gz"
        path.write_bytes(gzip.compress((tmp_path / "v.nii").read_bytes()))
        said = said if "is truncated" not in said else "is not a readable NIfTI volume: Expected 16000000 bytes"
    tracemalloc.start()
    with pytest.raises(InputError, match=said) as caught:
        read_volume(path)
    assert tracemalloc.get_traced_memory()[1] < 64 * 2**20
    tracemalloc.stop()
    assert "\n" not in str(caught.value)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    _patched(tmp_path / "v.nii", dim=[3, 800, 800, 800, 1, 1, 1, 1], datatype=2, bitpix=8)
    (tmp_path / "v.nii.gz").write_bytes(gzip.compress((tmp_path / "v.nii").read_bytes() + bytes(2**24)))
    with pytest.raises(InputError, match=r"says that 512000000 voxels come out of its \d+ bytes; at most 1024 MiB or"):
        read_volume(tmp_path / "v.nii.gz")


def test_the_name_of_the_file_is_not_in_what_was_made(tmp_path: Path) -> None:
    # File names often hold the patient's.
    volume = read_volume(_write(tmp_path / "Quirrell.nii", np.zeros((2, 2, 2), dtype=np.int16), np.eye(4)))
    assert not any("Quirrell" in step for step in volume.made)


def test_without_nibabel_one_sentence_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nibabel", None)
    with pytest.raises(InputError, match=r"'nibabel', which is not installed: `pip install 'angiogram\[dicom\]'`\.$"):
        read_volume(tmp_path / "v.nii")
