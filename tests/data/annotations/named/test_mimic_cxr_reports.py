"""MIMIC-CXR reports: sections, the frontal image of a study, patients, split."""

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.data.annotations.named.opened import rows
from tests.data.annotations.named.text_downloads import mimic_cxr_reports

from angiogram.data.annotations.named.sections import sections
from angiogram.data.annotations.named.source import named_source, open_named
from angiogram.errors import InputError

NAME = "mimic-cxr-reports"


def test_a_study_is_one_entry_with_its_best_frontal_image(tmp_path: Path):
    found = {
        row["study"]: (row["image"].rpartition("/")[2], row["group"], row["split"], row["target"])
        for row in rows(NAME, mimic_cxr_reports(tmp_path), "report")
    }
    both = "Findings: There is no focal consolidation. The heart is of normal size.\nImpression: No acute process."
    assert found == {
        "s50414267": ("9a.jpg", "p10000032", "train", both),
        "s57375967": ("2a2277a9.jpg", "p10000764", "validation", "Impression: Unchanged."),
        "s53911762": ("77.jpg", "p11000011", "test", "Findings: A nodule."),
    }


def test_a_prompt_asks_for_the_sections_that_are_there(tmp_path: Path):
    asked = {row["study"]: row["prompt"] for row in rows(NAME, mimic_cxr_reports(tmp_path), "report")}
    assert asked == {
        "s50414267": "Write the findings and the impression of the report on this chest radiograph.",
        "s57375967": "Write the impression of the report on this chest radiograph.",
        "s53911762": "Write the findings of the report on this chest radiograph.",
    }


def test_what_is_left_out_is_counted(tmp_path: Path):
    said = open_named(NAME, mimic_cxr_reports(tmp_path)).statements
    assert "Studies without a frontal image, left out: 1 of 5." in said
    assert "Reports with neither findings nor impression, left out: 1 of 4." in said
    assert "Reports with one of the two, which alone is asked for: 2." in said


@pytest.mark.parametrize("packed", [True, False])
def test_reports_may_lie_in_the_published_zip_or_beside_it(tmp_path: Path, packed: bool):
    before = rows(NAME, mimic_cxr_reports(tmp_path), "report")
    texts = sorted(tmp_path.rglob("s*.txt"))
    with ZipFile(tmp_path / "mimic-cxr-reports.zip", "w") as archive:
        for path in texts:
            archive.write(path, path.relative_to(tmp_path).as_posix())
            path.unlink()
    if not packed:
        with ZipFile(tmp_path / "mimic-cxr-reports.zip") as archive:
            archive.extractall(tmp_path / "mimic-cxr-reports")
        (tmp_path / "mimic-cxr-reports.zip").unlink()
    assert rows(NAME, tmp_path, "report") == before


def test_without_frontal_images_there_is_no_entry_and_that_is_said(tmp_path: Path):
    for path in mimic_cxr_reports(tmp_path).rglob("*.jpg"):
        if path.stem not in {"02aa804e", "68b5c4b1", "5b"}:
            path.unlink()
    table = open_named(NAME, tmp_path)
    assert table.entries.collect().is_empty()
    assert "Studies without a frontal image, left out: 3 of 3." in table.statements


def test_without_reports_or_images_it_is_said_what_to_download(tmp_path: Path):
    for path in mimic_cxr_reports(tmp_path).rglob("s*.txt"):
        path.unlink()
    with pytest.raises(InputError) as error:
        open_named(NAME, tmp_path)
    assert "holds none of the reports of its 4 studies" in str(error.value)
    shutil.rmtree(tmp_path / "files")
    with pytest.raises(InputError) as error:
        open_named(NAME, tmp_path)
    assert "None of the 8 images that the source speaks of lies in" in str(error.value)
    assert str(error.value).endswith(named_source(NAME).get)


def test_damaged_reports_are_one_sentence(tmp_path: Path):
    text = next(mimic_cxr_reports(tmp_path).rglob("s50414267.txt"))
    text.write_bytes(b"FINDINGS: \xff")
    with pytest.raises(InputError, match=r"s50414267.txt' is not UTF-8 text"):
        open_named(NAME, tmp_path)
    (tmp_path / "mimic-cxr-reports.zip").write_bytes(b"PK")
    with pytest.raises(InputError, match=r"mimic-cxr-reports.zip' is damaged"):
        open_named(NAME, tmp_path)


@pytest.mark.parametrize(
    ("report", "findings", "impression"),
    [
        ("", None, None),
        ("The findings: clear.", None, None),
        ("FINDINGS:\n\nIMPRESSION: Clear.", None, "Clear."),
        ("FINDINGS: a\nIMPRESSION:\n", "a", None),
        ("FINDINGS: at 10:15 the PA: view\n shows T: wave.", "at 10:15 the PA: view shows T: wave.", None),
        ("IMPRESSION: old\nFINAL REPORT\nIMPRESSION: new", None, "new"),
        ("  CONCLUSION : x\n  RECOMMENDATION(S):  y", None, "x"),
        ("FINDINGS/IMPRESSION: x", "x", None),
        ("FINDINGS: x\r\nIMPRESSION: y\r\n", "x", "y"),
        ("FINDINGS: x\n\n PA AND LATERAL CHEST: y", "x", None),
    ],
)
def test_sections(report: str, findings: str | None, impression: str | None):
    assert sections(report) == (findings, impression)
