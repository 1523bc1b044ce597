"""The secret of a cache: drawn once, drawn anew where it is damaged."""

from pathlib import Path

import pytest

from angiogram.data.sources.salt import SALT, salt_of
from angiogram.errors import InputError


def test_it_is_drawn_once_and_its_users_alone(tmp_path: Path) -> None:
    salt = salt_of(tmp_path)
    assert len(salt) == 32 and salt_of(tmp_path) == salt
    assert (tmp_path / SALT).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("left", [b"", b"short"])
def test_what_a_full_disk_left_of_it_is_drawn_anew(tmp_path: Path, left: bytes) -> None:
    (tmp_path / SALT).write_bytes(left)
    salt = salt_of(tmp_path)
    assert len(salt) == 32 and salt_of(tmp_path) == salt
    assert (tmp_path / SALT).stat().st_mode & 0o077 == 0


def test_one_that_cannot_be_read_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    salt_of(tmp_path)

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(
        InputError, match=r"dicom-salt', which makes names say nothing, cannot be read: Permission deni"
    ):
        salt_of(tmp_path)
