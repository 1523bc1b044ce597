"""What a zip leaves behind, and what is said of its members."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from tests.imaging.dicom.planted_files import WORDS, write

from angiogram.data.sources import open_cases
from angiogram.errors import InputError

NAME = "Quirrell^Wilhelmina"


def zipped(root: Path, *suffixes: str) -> Path:
    """Two classes with two patients each, a file of each suffix for each patient; stored as they are."""
    with zipfile.ZipFile(root / "set.zip", "w") as archive:
        for i in range(4):
            written = write(root / "x.dcm", np.full((4, 4), i, np.int16), number=i, PatientID=f"PLANTED-{i}")
            for suffix in suffixes or (".dcm",):
                archive.write(written, f"set/{'ab'[i % 2]}/{NAME}-{i}/{NAME}{suffix}")
    written.unlink()
    return root / "set.zip"


def said_by(root: Path) -> str:
    """The message of the refusal, and all that stands behind it."""
    with pytest.raises(InputError) as caught:
        open_cases(str(root / "set.zip"), root / "cache")
    said, error = str(caught.value), caught.value.__context__
    while error is not None:
        said, error = said + repr(error), error.__context__
    return said


def test_what_is_unpacked_is_its_users_alone_and_said_to_stay(tmp_path: Path) -> None:
    cases = open_cases(str(zipped(tmp_path)), tmp_path / "cache")
    (folder,) = (tmp_path / "cache").glob("unpacked-*")
    below = [folder, *folder.rglob("*")]
    assert len([path for path in below if path.suffix == ".dcm"]) == 4
    assert {path.stat().st_mode & 0o777 for path in below if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in below if path.suffix == ".dcm"} == {0o600}
    assert cases.statements[0] == (
        f"The files of the archive stay unpacked in the cache, in '{folder.name}', which only you can read; delete "
        "that folder when you are done."
    )
    assert not any(word in repr(cases.rows) + repr(cases.statements) for word in WORDS)


def test_what_an_earlier_version_left_open_to_all_is_closed(tmp_path: Path) -> None:
    zipped(tmp_path)
    open_cases(str(tmp_path / "set.zip"), tmp_path / "cache")
    (folder,) = (tmp_path / "cache").glob("unpacked-*")
    folder.chmod(0o755)
    open_cases(str(tmp_path / "set.zip"), tmp_path / "cache")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_damaged_member_is_numbered_and_one_that_is_no_dicom_named(tmp_path: Path) -> None:
    whole = zipped(tmp_path).read_bytes()
    at = whole.index(b"DICM") + 200
    (tmp_path / "set.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    said = said_by(tmp_path)
    assert said.endswith("set.zip' cannot be unpacked: its file 1 of 4 is damaged.")
    assert not list((tmp_path / "cache").iterdir())
    whole = zipped(tmp_path, ".png").read_bytes()
    (tmp_path / "set.zip").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    assert f"cannot be unpacked: Bad CRC-32 for file 'set/a/{NAME}-0/{NAME}.png'" in said_by(tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("suffix", [".dcm", ""])
def test_a_name_that_must_not_be_is_numbered(tmp_path: Path, suffix: str) -> None:
    zipped(tmp_path, suffix, suffix)
    said = said_by(tmp_path)
    assert "holds file 2 of 8 twice" in said and not any(word in said for word in WORDS)
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr(f"../{NAME}{suffix}", b"x")
    said = said_by(tmp_path)
    assert "holds file 1 of 1 under a name that leaves its folder" in said and "Quirrell" not in said


def test_a_file_that_is_gone_from_the_cache_is_not_named(tmp_path: Path) -> None:
    open_cases(str(zipped(tmp_path)), tmp_path / "cache")
    next((tmp_path / "cache").glob("unpacked-*/**/*.dcm")).unlink()
    said = said_by(tmp_path)
    assert "A file of the cache is damaged or missing; delete the folder" in said and "Quirrell" not in said
