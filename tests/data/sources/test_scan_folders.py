"""Slices in the folder of a class, of a patient, of a site: the class is never the case."""

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from tests.imaging.dicom.planted_files import ROOT, WORDS, dataset, enhanced, save, write, write_series

from angiogram.data.cases import Cases
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.errors import InputError
from angiogram.imaging.read import Preparation


def opened(root: Path, **options: Any) -> Cases:
    return open_cases(str(root), root.parent / "cache", options=SourceOptions(**options))


def slices(folder: Path, patient: int, count: int = 2, series: str = "", **attributes: Any) -> None:
    """Slices of one series of one patient, beside what the folder holds already."""
    folder.mkdir(parents=True, exist_ok=True)
    uid = series or f"{ROOT}.2.{patient}"
    write_series(
        folder, [2.0 * i for i in range(count)], first=100 * patient, PatientID=f"PLANTED-{patient}",
        SeriesInstanceUID=uid, **attributes,
    )  # fmt: skip


def labels(cases: Cases) -> Counter[tuple[str, str | None]]:
    return Counter((row.label, row.split) for row in cases.rows)


def all_read(cases: Cases, depth: int = 2) -> bool:
    return all(any(f"of 0..{depth - 1}" in step for step in cases.read(row).made) for row in cases.rows)


def test_slices_in_a_class_folder_are_a_case_a_series(tmp_path: Path) -> None:
    for patient in range(6):
        slices(tmp_path / "set" / "ab"[patient // 3], patient)
    cases = opened(tmp_path / "set")
    assert labels(cases) == {("a", None): 3, ("b", None): 3} and not cases.doubts
    assert len({row.group for row in cases.rows}) == 6 and all_read(cases)
    assert any("6 cases are DICOM series without folders of their own" in said for said in cases.statements)
    said = " ".join([*cases.statements, *(f"{row.id} {row.path} {row.group}" for row in cases.rows)])
    assert not any(word in said for word in WORDS)


@pytest.mark.parametrize(
    ("below", "folders"), [("{side}/{label}", None), ("{label}/{side}", None), ("{side}/{label}", "split/class")]
)
def test_slices_below_a_split(tmp_path: Path, below: str, folders: str | None) -> None:
    for patient in range(8):
        folder = below.format(side=("train", "test")[patient % 2], label="ab"[patient // 4])
        slices(tmp_path / "set" / folder, patient)
    cases = opened(tmp_path / "set", folders=folders)
    assert labels(cases) == {(label, side): 2 for label in "ab" for side in ("train", "test")}
    assert not cases.doubts and all_read(cases)


def test_one_patient_with_two_slices_does_not_swallow_a_class(tmp_path: Path) -> None:
    for patient in range(10):
        slices(tmp_path / "set" / "ab"[patient // 5], patient, count=2 if patient == 0 else 1)
    cases = opened(tmp_path / "set")
    assert labels(cases) == {("a", None): 5, ("b", None): 5}
    for patient in range(10, 13):  # nor a folder below it, where nothing says who the patients are
        slices(tmp_path / "named" / "a" / f"p{patient}", patient)
    for patient in range(20, 25):
        slices(tmp_path / "named" / "b" / "rest2", patient, count=2 if patient == 20 else 1)
    assert len(opened(tmp_path / "named")) == 8


def site_and_class(root: Path) -> Path:
    for i, site in enumerate(("siteA", "siteB")):
        for k, label in enumerate(("normal", "tumor")):
            slices(root / site / label, 2 * i + k)
    return root


def test_sites_of_classes_keep_the_classes(tmp_path: Path) -> None:
    root = site_and_class(tmp_path / "set")
    (doubt,) = opened(root).doubts
    assert (
        "Both 'siteA' and 'siteB' and, at another level, " in doubt and "--folders class, any/class or class" in doubt
    )
    cases = opened(root, folders="any/class")
    assert labels(cases) == {("normal", None): 2, ("tumor", None): 2} and not cases.doubts and all_read(cases)


def test_classes_below_patients(tmp_path: Path) -> None:
    for patient in range(7):
        for k, label in enumerate(("0", "1")):
            slices(tmp_path / "set" / str(8863 + patient) / label, patient, series=f"{ROOT}.2.{patient}.{k}")
    cases = opened(tmp_path / "set")
    assert labels(cases) == {("0", None): 7, ("1", None): 7} and len(set(cases.groups.tolist())) == 7


def test_folders_of_scans_are_cases_whatever_they_are_called(tmp_path: Path) -> None:
    for patient, name in enumerate(("Miller", "Jones", "Brown", "Smith")):
        slices(tmp_path / "set" / "ab"[patient // 2] / name, patient)
    cases = opened(tmp_path / "set")
    assert labels(cases) == {("a", None): 2, ("b", None): 2} and not cases.doubts
    assert any("4 cases are DICOM series, each a folder of slices" in said for said in cases.statements)
    named = opened(tmp_path / "set", folders="class/group")
    assert len(set(named.groups.tolist())) == 4 and not named.doubts


def test_strays_in_a_class_and_in_the_root(tmp_path: Path) -> None:
    for patient in range(4):
        slices(tmp_path / "set" / "ab"[patient // 2] / f"p{patient}", patient)
    slices(tmp_path / "set" / "a", 8)
    slices(tmp_path / "set", 9, count=3)
    cases = opened(tmp_path / "set")
    assert labels(cases) == {("a", None): 3, ("b", None): 2} and all_read(cases)
    assert "3 images beside the folders have no class, and are left out." in cases.statements
    assert any("1 case is a DICOM series without a folder of its own" in said for said in cases.statements)


def test_a_root_of_slices_alone(tmp_path: Path) -> None:
    slices(tmp_path / "set", 1)
    with pytest.raises(InputError, match="holds 2 images but no subfolders; it needs one subfolder a class"):
        opened(tmp_path / "set")


def test_slices_that_name_no_series_are_one_volume_as_they_are_read(tmp_path: Path) -> None:
    def change(ds: Dataset, number: int) -> None:
        del ds.SeriesInstanceUID

    for patient in range(4):
        slices(tmp_path / "set" / "ab"[patient // 2] / f"p{patient}", patient, change=change)
        slices(tmp_path / "flat" / "ab"[patient // 2], patient, change=change)
    cases = opened(tmp_path / "set")
    assert len(cases) == 4 and all_read(cases) and not cases.doubts
    flat = opened(tmp_path / "flat")
    assert len(flat) == 4 and all_read(flat)
    assert flat.doubts[0].startswith("8 DICOM slices lie in folders of several cases and name no series")


def test_slices_that_all_have_one_identifier_are_one_case_as_they_are_read(tmp_path: Path) -> None:
    def change(ds: Dataset, number: int) -> None:
        ds.SOPInstanceUID = f"{ROOT}.4"

    for patient in range(4):
        slices(tmp_path / "set" / "ab"[patient // 2] / f"p{patient}", patient, count=5, change=change)
    assert labels(opened(tmp_path / "set")) == {("a", None): 2, ("b", None): 2}


def test_planes_of_one_series_are_a_case_each_and_said(tmp_path: Path) -> None:
    for patient, label in enumerate("ab"):
        (tmp_path / "set" / label).mkdir(parents=True)
        for i, across in enumerate(((1, 0, 0, 0, 1, 0), (1, 0, 0, 0, 0, 1), (0, 1, 0, 0, 0, 1))):
            ds = dataset(np.ones((4, 6), np.int16), number=i, PatientID=f"PLANTED-{patient}")
            ds.ImagePositionPatient, ds.ImageOrientationPatient, ds.PixelSpacing = [0, 0, i], list(across), [1, 1]
            save(ds, tmp_path / "set" / label / f"{i}.dcm")
    cases = opened(tmp_path / "set")
    assert len(cases) == 6
    assert any(said.startswith("6 DICOM slices share their series with others") for said in cases.statements)


def test_time_points_in_one_file_are_a_doubt(tmp_path: Path) -> None:
    for i, label in enumerate("aabb"):
        (tmp_path / "set" / label).mkdir(parents=True, exist_ok=True)
        ds = enhanced(np.ones((4, 4, 6), np.int16), [0.0, 2.0, 0.0, 2.0])
        for frame, group in enumerate(ds.PerFrameFunctionalGroupsSequence):
            content = Dataset()
            content.TemporalPositionIndex = 1 + frame // 2
            group.FrameContentSequence = [content]
        ds.PatientID = f"PLANTED-{i}"
        save(ds, tmp_path / "set" / label / f"{i}.dcm")
    cases = opened(tmp_path / "set")
    assert len(cases) == 4 and len(cases.doubts) == 4
    assert cases.doubts[0].startswith("A file holds 2 series or time points")
    (tmp_path / "set.csv").write_text("image,label\n" + "".join(f"set/{c}/{i}.dcm,{c}\n" for i, c in enumerate("aabb")))
    assert open_cases(str(tmp_path / "set.csv"), tmp_path / "cache").doubts == cases.doubts
    chosen = opened(tmp_path / "set", how=Preparation.parse(series="1"))
    assert not chosen.doubts and all_read(chosen)


def test_a_folder_of_slices_with_another_in_it(tmp_path: Path) -> None:
    for patient in range(4):
        slices(tmp_path / "set" / "ab"[patient // 2] / f"p{patient}", patient)
    again = {"first": 900, "SeriesInstanceUID": f"{ROOT}.7", "PatientID": "PLANTED-0"}
    write_series(tmp_path / "set" / "a" / "p0" / "again", [0.0, 2.0], **again)
    cases = opened(tmp_path / "set")
    assert labels(cases) == {("a", None): 3, ("b", None): 2} and all_read(cases)
    assert len(set(cases.groups.tolist())) == 4


def test_a_set_of_single_files_keeps_its_levels(tmp_path: Path) -> None:
    for patient in range(4):
        folder = tmp_path / "set" / "ab"[patient // 2] / f"p{patient}"
        folder.mkdir(parents=True)
        write(folder / "1.dcm", np.ones((4, 6), np.int16), SeriesInstanceUID=f"{ROOT}.2.{patient}", PatientID="")
    cases = opened(tmp_path / "set")
    assert len(set(cases.groups.tolist())) == 4 and any("taken for one patient" in said for said in cases.statements)
