"""DICOM and NIfTI files that a table holds as bytes are read as the files they are."""

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import nibabel
import numpy as np
import pyarrow as pa
import pytest
from PIL import Image as Pillow
from pyarrow import ipc, parquet
from tests.imaging.dicom.planted_files import WORDS, write

from angiogram.data.cases import Cases
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.errors import InputError
from angiogram.imaging.read import Preparation

Pictures = Sequence[dict[str, object] | bytes | None]


def as_parquet(table: pa.Table, root: Path) -> Path:
    parquet.write_table(table, root / "set.parquet")
    return root / "set.parquet"


def as_saved(table: pa.Table, root: Path) -> Path:
    """What `save_to_disk` of `datasets` writes."""
    folder = root / "set"
    folder.mkdir()
    with (folder / "data-00000-of-00001.arrow").open("wb") as file, ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table)
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}))
    return folder


Kept = Callable[[pa.Table, Path], Path]
each_kind = pytest.mark.parametrize("kept", [as_parquet, as_saved])


def opened(kept: Kept, pictures: Pictures, root: Path, window: str = "") -> Cases:
    labels = ["a", "b"] * (len(pictures) // 2)
    path = kept(pa.table({"image": pictures, "label": labels}), root)
    return open_cases(str(path), root / "cache", options=SourceOptions(how=Preparation.parse(window=window)))


def dicom(root: Path, number: int, **attributes: object) -> bytes:
    """HU of -1000 and 200, of one of two patients."""
    told = {"RescaleSlope": 1, "RescaleIntercept": -1000, "PatientID": f"PLANTED-{number // 2}", **attributes}
    path = write(root / "x.dcm", np.array([[0, 1200]] * 2, np.int16), number=number, **told)
    return path.read_bytes()


def nifti(root: Path, suffix: str) -> bytes:
    array = np.zeros((2, 2, 3), np.int16)
    array[..., 1] = [[-1000, 200]] * 2
    nibabel.Nifti1Image(array, np.eye(4)).to_filename(root / f"x{suffix}")
    return (root / f"x{suffix}").read_bytes()


def png() -> bytes:
    out = io.BytesIO()
    Pillow.fromarray(np.full((4, 4), 7, np.uint8)).save(out, "PNG")
    return out.getvalue()


def test_a_column_of_groups_is_joined_where_the_headers_name_one_patient(tmp_path: Path) -> None:
    for i in range(6):
        (tmp_path / f"{i}.dcm").write_bytes(dicom(tmp_path, i, PatientID=f"PLANTED-{i % 5}"))
    rows = "".join(f"{i}.dcm,{'ab'[i % 2]},study {i}\n" for i in range(6))
    (tmp_path / "set.csv").write_text(f"image,label,group\n{rows}")
    cases = open_cases(str(tmp_path / "set.csv"), tmp_path / "cache")
    groups = [row.group for row in cases.rows]
    assert groups[0] == groups[5] and len(set(groups)) == 5
    assert any(
        "name one patient in several of these groups, which are joined: 6 become 5" in s for s in cases.statements
    )


@each_kind
def test_dicom_is_windowed_grouped_and_named_as_a_file_is(tmp_path: Path, kept: Kept) -> None:
    files = [{"bytes": dicom(tmp_path, i), "path": f"Quirrell/Wilhelmina-{i}.dcm"} for i in range(4)]
    cases = opened(kept, files, tmp_path, "-400/1200")
    assert [row.group for row in cases.rows[:2]] != [row.group for row in cases.rows[2:]]
    assert len({row.group for row in cases.rows}) == 2
    assert any("names that say nothing: 2." in said for said in cases.statements)
    assert all(row.id.startswith("case-") and row.path == row.id for row in cases.rows)
    image = cases.read(cases.rows[0])
    assert image.pixels.tolist() == [[0, 255]] * 2 and any("window -1000..200 HU" in step for step in image.made)
    said = " ".join([*cases.statements, *image.made, repr(cases.rows)])
    assert not any(word in said for word in (*WORDS, "PLANTED"))
    (key,) = (tmp_path / "cache").glob("case-names-*.json")
    assert "Quirrell/Wilhelmina-3.dcm" in key.read_text()


@each_kind
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_nifti_is_cut_and_windowed_as_a_file_is(tmp_path: Path, kept: Kept, suffix: str) -> None:
    files = [{"bytes": nifti(tmp_path, suffix), "path": None} for _ in range(4)]
    image = (cases := opened(kept, files, tmp_path, "-400/1200")).read(cases.rows[0])
    assert set(image.pixels.ravel().tolist()) == {0, 255} and any(
        "axial slice 1 of 0..2" in step for step in image.made
    )


def test_the_bytes_say_what_a_file_is_and_the_name_where_they_do_not(tmp_path: Path) -> None:
    old = dicom(tmp_path, 0)[132:]  # as files were before part 10: neither preamble nor mark
    files = [
        {"bytes": old, "path": "1"}, {"bytes": png(), "path": "2.dcm"},
        {"bytes": b"rubbish", "path": "Quirrell.dcm"}, {"bytes": None, "path": "Wilhelmina.dcm"},
    ]  # fmt: skip
    cases = opened(as_parquet, files, tmp_path)
    assert cases.read(cases.rows[0]).pixels.shape == (2, 2) and cases.rows[0].id.startswith("case-")
    assert cases.rows[1].id == "2.dcm" and cases.read(cases.rows[1]).pixels[0, 0] == 7
    for row, said in zip(cases.rows[2:], ("'{}' is not a DICOM file", "There is no image '{}'"), strict=True):
        with pytest.raises(InputError, match=said.format(row.id)) as caught:
            cases.read(row)
        assert caught.value.__context__ is None and not any(word in repr(cases.rows) for word in WORDS)


def test_a_window_says_of_a_held_picture_what_it_says_of_a_file(tmp_path: Path) -> None:
    cases = opened(as_parquet, [png()] * 4, tmp_path, "lung")
    with pytest.raises(InputError, match=r"'set\.parquet#row 1' is read without one"):
        cases.read(cases.rows[0])


def test_no_file_of_a_held_picture_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    whole = dicom(tmp_path, 0)
    cases = opened(as_parquet, [whole, whole[:-4]] * 2, tmp_path)
    cases.read(cases.rows[0])
    with pytest.raises(InputError, match=r"^'case-[0-9a-f]+' is truncated"):
        cases.read(cases.rows[1])
    assert not list((tmp_path / "tmp").iterdir())
