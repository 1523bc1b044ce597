import itertools
import sys
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image as Pillow

from angiogram.errors import InputError
from angiogram.imaging import read
from angiogram.imaging.planes import DISPLAY
from angiogram.imaging.read import Preparation, is_readable, read_image


def nifti(path: Path, array: np.ndarray, affine: np.ndarray | None = None) -> Path:
    nibabel.save(nibabel.Nifti1Image(array, np.eye(4) if affine is None else affine), path)
    return path


@pytest.mark.parametrize("name", ["a.png", "A.JPG", "a.nii", "a.nii.gz", "A.NII.GZ", "a.dcm", "a.IMA"])
def test_known_suffixes_are_readable(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert is_readable(tmp_path / name)


@pytest.mark.parametrize("name", ["IM0001", "1.2.840.113619.2.5", "scan.bin"])
def test_dicom_is_known_by_its_first_bytes(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(bytes(128) + b"DICM")
    assert is_readable(tmp_path / name)
    (tmp_path / name).write_bytes(b"\x08\x00\x05\x00CS\n\x00ISO_IR 100" + bytes(50))  # without a preamble
    assert is_readable(tmp_path / name)
    (tmp_path / name).write_bytes(b"just text, and more of it than a header has")
    assert not is_readable(tmp_path / name)


def test_folders_lists_and_nothing_are_no_files_to_read(tmp_path: Path) -> None:
    (tmp_path / "DICOMDIR").write_bytes(bytes(128) + b"DICM")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "notes.gz").write_bytes(b"\x1f\x8b")
    assert not any(is_readable(tmp_path / name) for name in ("DICOMDIR", "folder.png", "missing.png", "notes.gz"))


def test_every_suffix_of_the_rasters_is_taken() -> None:
    assert {".png", ".bmp", ".nii", ".nii.gz", ".dcm"} <= read.SUFFIXES


def test_a_flat_picture_is_read_as_before_and_has_no_window(tmp_path: Path) -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    Pillow.fromarray(pixels).save(tmp_path / "a.png")
    assert (read_image(tmp_path / "a.png").pixels == pixels).all()
    with pytest.raises(InputError, match=r"A window is for DICOM and NIfTI files; '.*a\.png' is read without one\."):
        read_image(tmp_path / "a.png", Preparation.parse(window="lung"))


@pytest.mark.parametrize("signs", list(itertools.product((1, -1), repeat=3)))
def test_a_nifti_slice_shows_left_on_the_right_however_it_is_stored(tmp_path: Path, signs: tuple[int, ...]) -> None:
    plain = np.zeros((4, 5, 3), np.int16)  # RAS: index 0 is left, posterior, inferior
    plain[0, 4, 1] = 100  # a marker at the patient's left, anterior, in the middle slice
    affine = np.diag([*signs, 1]).astype(float)
    stored = plain[tuple(slice(None, None, sign) for sign in signs)]
    image = read_image(nifti(tmp_path / "a.nii.gz", stored, affine))
    assert image.pixels.shape == (5, 4)
    assert np.argwhere(image.pixels == 255).tolist() == [[0, 3]]  # top right
    assert image.made[-1] == DISPLAY["axial"]
    assert "axial slice 1 of 0..2 (the middle)" in image.made
    assert "own range 0..100 to grey 0..255" in image.made


def test_the_aspect_of_thick_slices_is_kept(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", np.zeros((8, 8, 4), np.int16), np.diag([0.5, 0.5, 2.0, 1]))
    image = read_image(path, Preparation.parse(plane="sagittal"))
    assert image.pixels.shape == (16, 8)
    assert "pixels of 2 x 0.5 mm made square, 0.5 mm" in image.made


def test_named_windows_say_that_values_are_taken_for_hounsfield_units(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", np.full((2, 2, 2), -600, np.int16))
    image = read_image(path, Preparation.parse(window="lung"))
    assert (image.pixels == 128).all()
    assert image.made[-3:-1] == ("values taken for HU", "window lung -1350..150 HU to grey 0..255")
    assert "window -160..240 to grey 0..255" in read_image(path, Preparation.parse(window="40/400")).made


def test_what_is_no_number_is_the_lowest_value_and_said(tmp_path: Path) -> None:
    array = np.ones((2, 2, 1), np.float32)
    array[0, 0], array[1, 1] = np.nan, 5
    image = read_image(nifti(tmp_path / "a.nii", array))
    assert sorted(image.pixels.ravel().tolist()) == [0, 0, 0, 255]
    assert "1 of 4 values are no finite numbers, taken for the lowest" in image.made
    path = nifti(tmp_path / "b.nii", np.full((2, 2, 1), np.nan, np.float32))
    with pytest.raises(InputError, match=r"b\.nii' cannot be shown: It holds no finite number\."):
        read_image(path)


def test_a_slice_that_is_not_there_names_the_file(tmp_path: Path) -> None:
    path = nifti(tmp_path / "a.nii", np.zeros((2, 2, 3), np.int16))
    with pytest.raises(InputError, match=r"a\.nii' cannot be shown: There is no slice 3; there are 3, 0\.\.2\."):
        read_image(path, Preparation.parse(slice="3"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"window": "lnug"}, r"There is no window 'lnug'; known are .*; did you mean 'lung'\?"),
        ({"window": "40/0"}, "A window needs a width above 0"),
        ({"window": "40/x"}, "two numbers, CENTRE/WIDTH as in 40/400, not '40/x'"),
        ({"plane": "axal"}, r"There is no plane 'axal'; known are axial, coronal, sagittal; did you mean 'axial'\?"),
        ({"slice": "midle"}, r"There is no rule for the slice 'midle'; known are .*; did you mean 'middle'\?"),
        ({"slice": "-1"}, "There is no rule for the slice '-1'"),
    ],
)
def test_words_that_are_not_known(words: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Preparation.parse(**words)


@pytest.mark.parametrize("word", ["soft tissue", "Soft-Tissue", "soft_tissue", " SOFT TISSUE "])
def test_a_windows_name_however_it_is_written(word: str) -> None:
    assert Preparation.parse(window=word).window == Preparation.parse(window="soft tissue").window


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")
    with pytest.raises(InputError, match=r"There is no image '.*IM0001'\."):
        read_image(tmp_path / "IM0001")
    (tmp_path / "a.dcm").write_text("hello")
    with pytest.raises(InputError, match=r"a\.dcm' is not a DICOM file\."):
        read_image(tmp_path / "a.dcm")


def test_without_pydicom_one_sentence_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(InputError, match=r"'pydicom', which is not installed: `pip install 'angiogram\[dicom\]'`\.$"):
        read_image(tmp_path / "a.dcm")
