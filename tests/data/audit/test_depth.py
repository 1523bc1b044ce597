"""Images are compared at their own depth: a window neither makes duplicates nor hides them."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import picture
from PIL import Image as Pillow

from angiogram.data.audit.duplicates import find_duplicates
from angiogram.data.cases import Case, Cases
from angiogram.data.intake import Examined, content_hash, examine, pixel_hash
from angiogram.imaging.image import Image
from angiogram.imaging.read import Preparation, read_image

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

from tests.imaging.dicom.planted_files import write

BONE = Preparation.parse(window="bone")


def deep(seed: int, high: int = 2600) -> np.ndarray:
    """A picture of more than 8 bits, from -1000."""
    rng = np.random.default_rng(seed)
    return (picture(seed) * (high / 255) - 1000 + rng.integers(0, 9, (112, 112))).astype(np.int16)


def dicom(path: Path, values: np.ndarray, **attributes: object) -> Path:
    return write(path, (values + 1024).astype(np.uint16), RescaleSlope=1, RescaleIntercept=-1024, **attributes)


def nifti(path: Path, values: np.ndarray) -> Path:
    volume = values.T[::-1, ::-1, None]  # so that the axial cut shows it as it is
    nibabel.save(nibabel.Nifti1Image(np.ascontiguousarray(volume), np.eye(4)), path)
    return path


def png(path: Path, values: np.ndarray) -> Path:
    Pillow.fromarray((values + 1024).astype(np.uint16)).save(path)
    return path


def looked_at(paths: list[Path], how: Preparation | None = None) -> Examined:
    rows = tuple(Case(str(path), str(path), "ab"[i % 2], str(i)) for i, path in enumerate(paths))
    prepared = [how if how and path.suffix != ".png" else Preparation() for path in paths]
    images = {row.id: read_image(Path(row.id), each) for row, each in zip(rows, prepared, strict=True)}
    return examine(Cases("deep", rows, ("a", "b"), lambda row: images[row.id], "Which?"))


def pairs(examined: Examined) -> tuple[bool, bool]:
    """Whether the two are exact duplicates, and whether near ones."""
    found = find_duplicates(examined.contents, examined.thumbnails)
    return found.pictures == 1, len(found.first) == 1


def outside(values: np.ndarray) -> np.ndarray:
    """The same where the bone window (-500..1300 HU) looks."""
    changed = values.copy()
    low = values < -500
    changed[low] = np.random.default_rng(5).integers(-1000, -500, int(low.sum()))
    return changed


@pytest.mark.parametrize("kind", [dicom, nifti])
def test_what_differs_outside_the_window_only_is_no_exact_duplicate(tmp_path: Path, kind) -> None:
    suffix = ".dcm" if kind is dicom else ".nii"
    values = deep(1)
    one, other = kind(tmp_path / f"1{suffix}", values), kind(tmp_path / f"2{suffix}", outside(values))
    examined = looked_at([one, other], BONE)
    assert examined.hashes[0] == examined.hashes[1]  # the model is shown the same
    assert not pairs(examined)[0]


def test_a_16_bit_png_is_compared_value_by_value(tmp_path: Path) -> None:
    values = deep(2)
    nudged = values.copy()
    nudged[50, 50] += 1  # under half a grey level
    paths = [png(tmp_path / "1.png", values), png(tmp_path / "2.png", nudged), png(tmp_path / "3.png", values)]
    examined = looked_at(paths)
    assert examined.hashes[0] == examined.hashes[1]
    assert examined.contents[0] == examined.contents[2] != examined.contents[1]
    assert pairs(looked_at(paths[:2])) == (False, True)


def test_equal_values_are_one_picture_in_dicom_and_nifti_whatever_the_window(tmp_path: Path) -> None:
    values = deep(3)
    paths = [dicom(tmp_path / "1.dcm", values), nifti(tmp_path / "2.nii", values)]
    assert pairs(looked_at(paths)) == pairs(looked_at(paths, BONE)) == (True, False)


@pytest.mark.parametrize("seed", range(8))
def test_the_same_picture_at_another_depth_is_near(tmp_path: Path, seed: int) -> None:
    values = deep(seed)
    eight = np.rint((values - values.min()) * (255 / np.ptp(values))).astype(np.uint8)
    Pillow.fromarray(eight).save(tmp_path / "8.png")
    twelve = dicom(tmp_path / "12.dcm", values, BitsStored=12, HighBit=11)
    for other in (twelve, png(tmp_path / "16.png", values), nifti(tmp_path / "n.nii", values)):
        assert pairs(looked_at([tmp_path / "8.png", other])) == (False, True), other.name


def test_other_pictures_are_not_near_at_their_own_depth(tmp_path: Path) -> None:
    examined = looked_at([dicom(tmp_path / f"{i}.dcm", deep(i), number=i) for i in range(30)], BONE)
    found = find_duplicates(examined.contents, examined.thumbnails)
    assert found.pictures == 30 and len(found.first) == 0


def test_padding_makes_no_pictures_alike(tmp_path: Path) -> None:
    y, x = np.mgrid[:112, :112] - 55.5
    around = x**2 + y**2 > 50**2
    padded = [np.where(around, -1024, deep(i)).astype(np.int16) for i in range(12)]
    paths = [dicom(tmp_path / f"{i}.dcm", each, number=i, PixelPaddingValue=0) for i, each in enumerate(padded)]
    assert len(find_duplicates(looked_at(paths).contents, looked_at(paths).thumbnails).first) == 0
    stored = read_image(paths[0]).values
    assert stored is not None and stored.min() > -1024


def test_low_values_that_are_bright_are_turned_before_they_are_compared(tmp_path: Path) -> None:
    values = deep(4)
    plain = write(tmp_path / "1.dcm", (values + 1024).astype(np.uint16))
    turned = write(
        tmp_path / "2.dcm", (4095 - (values + 1024)).astype(np.uint16), PhotometricInterpretation="MONOCHROME1"
    )
    assert pairs(looked_at([plain, turned])) == (False, True)


@given(st.lists(st.integers(-1024, 3071), min_size=1, max_size=9))
def test_the_hash_is_of_the_values_and_not_of_their_type(numbers: list[int]) -> None:
    pixels = np.zeros((1, len(numbers)), np.uint8)
    values = np.array([numbers])
    hashes = {content_hash(Image(pixels, (), values.astype(kind))) for kind in (np.int16, np.int32, np.float32)}
    assert len(hashes) == 1
    if min(numbers) >= 0 and max(numbers) <= 255:
        assert hashes == {pixel_hash(values.astype(np.uint8))}
    assert content_hash(Image(pixels, (), values + 1)) not in hashes


def test_colours_of_16_bits_are_compared_value_by_value(tmp_path: Path) -> None:
    colours = np.repeat((deep(3) + 1000).astype(np.uint16)[..., None] * 20, 3, axis=2)
    nudged = colours.copy()
    nudged[0, 0, 1] += 1
    paths = [write(tmp_path / f"{i}.dcm", array) for i, array in enumerate((colours, nudged, colours))]
    assert pairs(looked_at(paths[:2])) == (False, True)  # alike, and not the same
    assert pairs(looked_at(paths[::2]))[0]
