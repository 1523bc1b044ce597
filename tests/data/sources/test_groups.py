"""Folders say the group and DICOM headers the patient: neither is passed over."""

from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.imaging.dicom.planted_files import ROOT, write

from angiogram.data.cases import Cases
from angiogram.data.sources import open_cases
from angiogram.data.sources.groups import with_patients
from angiogram.data.sources.options import SourceOptions

NAMES = st.one_of(st.none(), st.sampled_from("pqrst"))


def write_film(path: Path, number: int, patient: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    array = np.full((4, 6), number, np.int16)
    write(path, array, number=number, SeriesInstanceUID=f"{ROOT}.2.{number}", PatientID=patient)


def opened(root: Path, **options: Any) -> Cases:
    return open_cases(str(root), root.parent / "cache", options=SourceOptions(**options))


def set_of(root: Path, patients: dict[str, str]) -> Cases:
    for i, (name, patient) in enumerate(patients.items()):
        write_film(root / name, i, patient)
    return opened(root)


def test_folders_that_share_a_patient_are_one_group(tmp_path: Path) -> None:
    cases = set_of(tmp_path / "set", {"a/p0/1.dcm": "SAME", "b/p1/1.dcm": "SAME", "a/p2/1.dcm": "P2", "b/p3/1.dcm": ""})
    assert len(set(cases.groups.tolist())) == 3
    (said,) = (said for said in cases.statements if "which are joined: 4 become 3." in said)
    assert said.startswith("The headers of the DICOM files name one patient in several of these groups")
    by_name = opened(tmp_path / "set", group_pattern=r"p\d")
    assert len(set(by_name.groups.tolist())) == 3


def test_a_folder_of_several_patients_stays_whole_and_is_said(tmp_path: Path) -> None:
    cases = set_of(tmp_path / "set", {"a/p0/1.dcm": "P0", "a/p0/2.dcm": "P9", "b/p1/1.dcm": "P1", "b/p2/1.dcm": "P2"})
    assert len(set(cases.groups.tolist())) == 3
    assert any("hold several patients by the headers" in said for said in cases.statements)


def test_one_id_for_everybody_tells_nobody_apart(tmp_path: Path) -> None:
    cases = set_of(tmp_path / "flat", {f"{'ab'[i // 3]}/{i}.dcm": "ANONYMOUS" for i in range(6)})
    assert len(set(cases.groups.tolist())) == 6
    assert any("one and the same patient in all 6 cases" in said for said in cases.statements)
    assert any("Patients are unknown" in said for said in cases.statements)
    cases = set_of(tmp_path / "set", {f"{'ab'[i // 2]}/p{i}/1.dcm": "ANONYMOUS" for i in range(4)})
    assert len(set(cases.groups.tolist())) == 4


@given(st.lists(st.tuples(NAMES, NAMES), max_size=12))
def test_no_group_and_no_patient_is_divided(pairs: list[tuple[str | None, str | None]]) -> None:
    groups, patients = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    found = with_patients(groups, patients).names
    assert [name is None for name in found] == [pair == (None, None) or _alone(patients, pair) for pair in pairs]
    for i, name in enumerate(found):
        for k, other in enumerate(found):
            if groups[i] is not None and groups[i] == groups[k]:
                assert name == other
            if patients[i] is not None and patients[i] == patients[k] and not _one_id(patients):
                assert name == other


def _one_id(patients: list[str | None]) -> bool:
    named = [patient for patient in patients if patient]
    return len(set(named)) == 1 and len(named) > 1 and 2 * len(named) > len(patients)


def _alone(patients: list[str | None], pair: tuple[str | None, str | None]) -> bool:
    return pair[0] is None and _one_id(patients)
