"""Sets of DICOM and NIfTI files: a case a file or a series, patients under names that say nothing."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
from pydicom.dataset import Dataset
from tests.imaging.dicom.planted_files import ROOT, WORDS, write, write_series

from angiogram.data.cases import Case, Cases
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.errors import InputError
from angiogram.imaging.read import Preparation


def opened(root: Path, **options: object) -> Cases:
    return open_cases(str(root), root.parent / "cache", options=SourceOptions(**options))  # type: ignore[arg-type]


def radiographs(root: Path) -> Path:
    """Two patients a class, two images of each, every one a series of its own."""
    for label in ("normal", "effusion"):
        for i in range(4):
            (root / label).mkdir(parents=True, exist_ok=True)
            array = np.arange(24, dtype=np.int16).reshape(4, 6) + i
            write(
                root / label / f"{i}.dcm", array, number=i, SeriesInstanceUID=f"{ROOT}.2.{label == 'normal':d}.{i}",
                PatientID=f"PLANTED-{label[0]}{i // 2}",
            )  # fmt: skip
    return root


def test_a_file_is_a_case_and_its_patient_a_group_that_names_nobody(tmp_path: Path) -> None:
    cases = opened(radiographs(tmp_path / "set"))
    assert len(cases) == 8 and cases.classes == ("effusion", "normal")
    assert len({row.group for row in cases.rows}) == 4
    assert any("names that say nothing: 4." in said for said in cases.statements)
    again = opened(tmp_path / "set")
    assert [row.group for row in again.rows] == [row.group for row in cases.rows]
    image = cases.read(cases.rows[0])
    assert image.pixels.shape == (4, 6)
    said = " ".join([*cases.statements, *image.made, *(f"{row.id} {row.group} {row.path}" for row in cases.rows)])
    assert not any(word in said for word in (*WORDS, "PLANTED-"))


def test_a_series_in_a_folder_is_one_case(tmp_path: Path) -> None:
    for i, label in enumerate(("a", "a", "b", "b")):
        folder = tmp_path / "set" / label / f"scan{i}"
        folder.mkdir(parents=True)
        write_series(folder, [0.0, 2.0, 4.0], PatientID=f"PLANTED-{i}")
    cases = opened(tmp_path / "set")
    assert [row.label for row in cases.rows] == ["a", "a", "b", "b"]
    assert any("4 cases are DICOM series" in said for said in cases.statements)
    first, middle = (
        opened(tmp_path / "set", how=Preparation.parse(window="40/400", slice=rule)).read(cases.rows[0])
        for rule in ("0", "middle")
    )
    assert first.pixels.max() < middle.pixels.max() + 1 and any("0 of 0..2" in step for step in first.made)


def test_several_series_in_a_folder_are_a_doubt_until_one_is_chosen(tmp_path: Path) -> None:
    for i, label in enumerate(("a", "a", "b", "b")):
        (tmp_path / "set" / label).mkdir(parents=True, exist_ok=True)
        write_series(tmp_path / "set" / label / f"scan{i}", [0.0, 2.0, 4.0], PatientID=f"PLANTED-{i}")
    assert not opened(tmp_path / "set").doubts
    other = {"first": 7, "SeriesInstanceUID": f"{ROOT}.9", "PatientID": "PLANTED-0"}
    write_series(tmp_path / "set" / "a" / "scan0", [0.0, 2.0], **other)
    cases = opened(tmp_path / "set")
    (doubt,) = cases.doubts
    assert "2 series or time points (1: CT, axial, 3 slices of 6x4" in doubt and "--series largest, thinnest" in doubt
    assert not any(word in doubt for word in (*WORDS, "scan0", "set/"))
    with pytest.raises(InputError, match="2 series or time points"):
        cases.read(next(row for row in cases.rows if row.label == "a" and _refused(cases, row)))
    (tmp_path / "set.csv").write_text("image,label\nset/a/scan0,a\nset/a/scan1,a\nset/b/scan2,b\n")
    assert open_cases(str(tmp_path / "set.csv"), tmp_path / "cache").doubts == cases.doubts

    chosen = opened(tmp_path / "set", how=Preparation.parse(series="largest"))
    assert not chosen.doubts and any("In 1 of these one of several series" in said for said in chosen.statements)
    assert all(any("of 0..2" in step for step in chosen.read(row).made) for row in chosen.rows)


def _refused(cases: Cases, row: Case) -> bool:
    try:
        cases.read(row)
    except InputError:
        return True
    return False


def test_repeated_positions_of_one_series_are_a_doubt_too(tmp_path: Path) -> None:
    for i, label in enumerate("aabb"):
        (tmp_path / "set" / label).mkdir(parents=True, exist_ok=True)

        def change(ds: Dataset, number: int) -> None:
            ds.AcquisitionNumber = number // 3

        write_series(tmp_path / "set" / label / f"{i}", [0, 1, 2] * 2, change=change, PatientID=f"PLANTED-{i}")
    doubts = opened(tmp_path / "set").doubts
    assert len(doubts) == 4 and doubts[3].startswith("1 more case holds several")
    assert not opened(tmp_path / "set", how=Preparation.parse(series="2")).doubts


def test_views_of_one_study_without_positions_stay_a_case_each(tmp_path: Path) -> None:
    for label in "ab":
        (tmp_path / "set" / label).mkdir(parents=True)
        for i in range(4):  # two views in each series, and no slices
            array = np.full((4, 6), i, np.int16)
            series = f"{ROOT}.2.{label == 'a':d}.{i // 2}"
            write(tmp_path / "set" / label / f"{i}.dcm", array, number=i, SeriesInstanceUID=series)
    assert len(opened(tmp_path / "set")) == 8


def test_tables_name_files_without_a_suffix_and_folders_of_slices(tmp_path: Path) -> None:
    write(tmp_path / "one.dcm", np.ones((4, 6), np.int16), PatientID="PLANTED-1")
    write_series(tmp_path / "scan", [0.0, 2.0, 4.0], PatientID="PLANTED-2")
    (tmp_path / "set.csv").write_text("image,label\none,a\nscan,b\none.dcm,a\nscan,b\n")
    cases = open_cases(str(tmp_path / "set.csv"), tmp_path / "cache")
    assert len({row.group for row in cases.rows}) == 2
    assert all(cases.read(row).pixels.shape == (4, 6) for row in cases.rows)


def test_nifti_volumes(tmp_path: Path) -> None:
    for i, label in enumerate("aabb"):
        (tmp_path / "set" / label).mkdir(parents=True, exist_ok=True)
        volume = np.zeros((5, 6, 7), np.int16)
        volume[:, :, i] = 100
        nibabel.save(nibabel.Nifti1Image(volume, np.eye(4)), tmp_path / "set" / label / f"{i}.nii.gz")
    cases = opened(tmp_path / "set", how=Preparation.parse(slice="above 50"))
    assert len(cases) == 4
    for i, row in enumerate(cases.rows):
        assert any(f"{i} of 0..6" in step for step in cases.read(row).made)


def test_slope_and_intercept_of_a_table_are_not_applied_to_files_in_hu(tmp_path: Path) -> None:
    hounsfield = np.full((4, 6, 3), -1000, np.int16)
    hounsfield[2:] = 200
    for i in range(4):
        nibabel.Nifti1Image(hounsfield, np.diag([1.0, 1, 1, 1])).to_filename(tmp_path / f"valid_{i}_a_1.nii.gz")
    rows = [f"valid_{i}_a_1.nii.gz,{'ab'[i % 2]},Siemens,1,-1024,20190607" for i in range(4)]
    head = "VolumeName,label,Manufacturer,RescaleSlope,RescaleIntercept,StudyDate"
    (tmp_path / "set.csv").write_text("\n".join([head, *rows]))
    how = Preparation.parse(window="-400/1200")
    options = SourceOptions(TableOptions(image="VolumeName"), how=how)
    cases = open_cases(str(tmp_path / "set.csv"), tmp_path / "cache", options=options)
    image = cases.read(cases.rows[0])
    assert image.values is not None and sorted(set(image.values.ravel().tolist())) == [-1000, 200]
    assert sorted(set(image.pixels.ravel().tolist())) == [0, 255]
    assert "Not applied to the images, whose files bring their own: RescaleSlope, RescaleIntercept." in cases.statements
    assert not any("times" in step for step in image.made)
    assert dict(cases.rows[0].columns)["RescaleIntercept"] == "-1024"


def test_volumes_that_are_not_read_are_said(tmp_path: Path) -> None:
    for i, label in enumerate("ab"):
        (tmp_path / "set" / label).mkdir(parents=True)
        nibabel.save(nibabel.Nifti1Image(np.zeros((5, 6, 7)), np.eye(4)), tmp_path / "set" / label / f"{i}.nii.gz")
        for end in ("hdr", "img"):
            (tmp_path / "set" / label / f"pair{i}.{end}").write_bytes(bytes(348))
    (tmp_path / "set" / "a" / "scan.mha").write_bytes(b"x")
    (tmp_path / "set" / "a" / "alone.hdr").write_bytes(b"a picture of high range")
    said = "3 volumes in it are of kinds that are not read (.hdr, .mha); convert to .nii.gz."
    assert said in opened(tmp_path / "set").statements
    for path in (tmp_path / "set").rglob("*.nii.gz"):
        path.unlink()
    with pytest.raises(InputError, match=r"has no images\. 3 volumes in it are of kinds that are not read"):
        opened(tmp_path / "set")
