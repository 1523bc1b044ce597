"""What is no file where an image should be: each is one sentence, and nothing is waited for."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from angiogram.errors import InputError
from angiogram.imaging.dicom.file import looks_like_dicom
from angiogram.imaging.dicom.patient import patient_group
from angiogram.imaging.read import is_readable, read_image

OTHERS: dict[str, Callable[[Path], Any]] = {
    "a pipe": os.mkfifo,
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nothing.png"),
    "a device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.mark.parametrize("suffix", [".png", ".nii", ".nii.gz"])
@pytest.mark.parametrize("other", OTHERS)
def test_it_is_counted_and_said(tmp_path: Path, other: str, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    OTHERS[other](path)
    assert is_readable(path) and not looks_like_dicom(path)
    with pytest.raises(
        InputError, match=rf"x{suffix}' is no file but a pipe, a device, or a link that leads nowhere\."
    ):
        read_image(path)


@pytest.mark.parametrize("suffix", [".png", ".nii"])
def test_a_folder_and_nothing(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"x{suffix}"
    with pytest.raises(InputError, match=rf"There is no .*x{suffix}'\."):
        read_image(path)
    path.mkdir()
    assert not is_readable(path)
    with pytest.raises(InputError, match=rf"x{suffix}' is a folder, not a file\."):
        read_image(path)


@pytest.mark.parametrize("suffix", [".png", ".nii", ""])
def test_a_name_that_is_too_long(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(InputError, match=r"\.\.\.' cannot be read: File name too long\."):
        read_image(tmp_path / f"{'x' * 300}{suffix}")


def test_a_folder_of_everything_is_no_series(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("angiogram.imaging.dicom.series.MAX_FILES", 3)
    for i in range(4):
        (tmp_path / f"{i}.txt").write_text("x")
    with pytest.raises(InputError, match="holds more than 3 files and folders, which is no series"):
        read_image(tmp_path)
    assert patient_group(tmp_path, bytes(16)) is None
