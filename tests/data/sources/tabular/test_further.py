"""What stays with the cases of the columns that have no role."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from angiogram.data.cases import Cases
from angiogram.data.intake import examine
from angiogram.data.nuisance import nuisance_columns
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.data.table import table_rows, write_table

HEAD = "image,label,patient,PatientID,StudyDate,InstitutionName,OperatorsName,taken,age,scanner"
PLANTED = ("PLANTED", "20190600", "Infirmary", "Garrick", "2019-06-07")


def opened(root: Path, rows: list[str], *group: str, head: str = HEAD) -> Cases:
    for i in range(len(rows)):
        Pillow.fromarray(np.full((4, 4), i, np.uint8)).save(root / f"{i}.png")
    (root / "set.csv").write_text("\n".join([head, *(f"{i}.png,{'ab'[i % 2]},{row}" for i, row in enumerate(rows))]))
    return open_cases(str(root / "set.csv"), root, options=SourceOptions(TableOptions(group=group)))


def planted(count: int = 8) -> list[str]:
    return [
        f"p{i},PLANTED-77{i},20190600,Planted Infirmary {1 - i // 2 % 2},Ollivander^Garrick,2019-06-07,{50 + i % 3},GE"
        for i in range(count)
    ]


def test_who_and_when_are_left_out_and_names_of_places_and_staff_become_numbers(tmp_path: Path) -> None:
    cases = opened(tmp_path, [*planted(), "p9,PLANTED-779,20190600,,na,2019-06-07,50,GE"])
    columns = [dict(row.columns) for row in cases.rows]
    assert columns[0] == {"InstitutionName": "site 1", "OperatorsName": "person 1", "age": "50", "scanner": "GE"}
    assert [each["InstitutionName"] for each in columns[1:4]] == ["site 1", "site 2", "site 2"]
    assert (columns[8]["InstitutionName"], columns[8]["OperatorsName"]) == ("", "")
    for said in (
        "What may name a patient is not kept: PatientID.",
        "What says when is not kept: StudyDate, taken.",
        "Numbers stand for names, in the order of the rows: InstitutionName (site 1 to 2), OperatorsName (person 1).",
    ):
        assert said in cases.statements
    assert [each.levels for each in nuisance_columns(cases).usable if each.name == "InstitutionName"] == [
        ("site 1", "site 2", "missing")
    ]
    write_table(table_rows(examine(cases)), tmp_path / "cases.parquet")
    written = (tmp_path / "cases.parquet").read_bytes().decode("latin-1")
    assert not any(word in written + repr(cases.rows) + repr(cases.statements) for word in PLANTED)


def test_a_patient_who_is_not_the_group_is_left_out(tmp_path: Path) -> None:
    rows = [f"lesion{i},{row}" for i, row in enumerate(planted())]
    cases = opened(tmp_path, rows, "lesion_id", head=HEAD.replace("label,", "label,lesion_id,"))
    assert cases.rows[3].group == "lesion3"
    assert "What may name a patient is not kept: patient, PatientID." in cases.statements


@pytest.mark.parametrize("column", ["MRN", "accession_number"])
def test_a_group_that_is_a_number_of_a_hospital_says_nothing(tmp_path: Path, column: str) -> None:
    rows = [f"90210-{i // 2}" for i in range(8)]
    cases = opened(tmp_path, rows, column, head=f"image,label,{column}")
    assert len({row.group for row in cases.rows}) == 4 and "90210" not in repr(cases.rows)
    assert cases.rows[0].id == "0.png" and cases.rows[0].group.startswith("patient-")
    assert f"Groups are the column '{column}', under names that say nothing." in cases.statements
