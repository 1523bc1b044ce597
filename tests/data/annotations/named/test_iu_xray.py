"""IU X-ray: reports and MeSH headings of Open-i, with and without images, from the folder or an installed package."""

import importlib.util
import shutil
import sys
from pathlib import Path

import pytest
from tests.data.annotations.named.opened import answers, rows
from tests.data.annotations.named.text_downloads import IU, iu_xray, packed, xml

from angiogram.data.annotations.named.source import open_named
from angiogram.data.annotations.rules import checked
from angiogram.errors import InputError

NAME = "iu-xray"
HAS_PACKAGE = importlib.util.find_spec("torchxrayvision") is not None
NO_IMAGES = "No images lie in the folder: texts can be read, pictures cannot."


def test_reports_with_the_first_image_that_they_name(tmp_path: Path):
    found = [
        (row["image"], row["group"], row["split"], row["target"]) for row in rows(NAME, iu_xray(tmp_path), "report")
    ]
    assert found == [
        ("CXR1_1_IM-0001-3001.png", "CXR1", None, "Findings: The lungs are clear.\nImpression: Normal XXXX."),
        ("CXR2_IM-0652-1001.png", "CXR2", None, "Impression: Large heart."),
    ]


def test_headings_without_qualifiers_and_in_the_order_of_speech(tmp_path: Path):
    options = ["cardiomegaly", "indwelling catheters"]
    assert answers(NAME, iu_xray(tmp_path), "multi_label", "labels", "options") == [
        ("CXR1_1_IM-0001-3001.png", [], options),
        ("CXR2_IM-0652-1001.png", options, options),
    ]


def test_what_is_left_out_is_counted(tmp_path: Path):
    said = open_named(NAME, iu_xray(tmp_path)).statements
    assert "4 reports from 'NLMCXR_reports.tgz'; left out, for they name no image: 1." in said
    assert "Reports with neither findings nor impression, left out: 1 of 3." in said
    assert "XXXX stands for words that were taken out to protect patients; reports with it: 1." in said
    assert "Reports that were not indexed, and are not asked for findings: 1." in said


def test_loose_reports_and_images_in_the_folder_itself(tmp_path: Path):
    before = rows(NAME, iu_xray(tmp_path), "report")
    (tmp_path / "NLMCXR_reports.tgz").unlink()
    (tmp_path / "ecgen-radiology").mkdir()
    for number, content in IU.items():
        (tmp_path / "ecgen-radiology" / f"{number}.xml").write_bytes(content)
    for path in list((tmp_path / "NLMCXR_png").iterdir()):
        path.rename(tmp_path / path.name)
    (tmp_path / "NLMCXR_png").rmdir()
    assert rows(NAME, tmp_path, "report") == before


def test_without_images_the_texts_are_read_and_that_is_said(tmp_path: Path):
    before = rows(NAME, iu_xray(tmp_path), "report")
    shutil.rmtree(tmp_path / "NLMCXR_png")
    assert rows(NAME, tmp_path, "report") == before
    assert NO_IMAGES in open_named(NAME, tmp_path).statements


def test_a_heading_that_few_reports_have_is_not_asked_for(tmp_path: Path):
    reports = {f"{i}.xml": xml(i, [f"CXR{i}"], "Clear.", None, ["Opacity/lung"]) for i in range(1, 402)}
    reports["1.xml"] = xml(1, ["CXR1"], "Clear.", None, ["Bronchitis"])
    packed(tmp_path / "NLMCXR_reports.tgz", reports)
    found = answers(NAME, tmp_path, "multi_label", "labels", "options")
    assert found[0] == ("CXR1.png", [], ["opacity"])
    assert found[1] == ("CXR2.png", ["opacity"], ["opacity"])


@pytest.mark.skipif(HAS_PACKAGE, reason="the real torchxrayvision is installed")
def test_where_all_reports_are_normal_there_are_reports_alone(tmp_path: Path):
    folder = iu_xray(tmp_path)
    kept = min(each["image"] for each in rows(NAME, folder, "multi_label") if not each["answer"]["labels"])
    for picture in folder.rglob("*.png"):
        if picture.name != Path(kept).name:
            picture.unlink()
    entries = open_named(NAME, folder).entries.collect()
    assert set(entries["task"]) == {"report"} and set(entries["image"]) == {kept}


def test_the_reports_of_an_installed_package_are_found_without_importing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    package = tmp_path / "site" / "torchxrayvision"
    (package / "data").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('it was imported')")
    (tmp_path / "folder").mkdir()
    iu_xray(tmp_path / "folder")
    (tmp_path / "folder" / "NLMCXR_reports.tgz").rename(package / "data" / "NLMCXR_reports.tgz")
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert len(rows(NAME, tmp_path / "folder", "report")) == 2
    said = open_named(NAME, tmp_path / "folder").statements
    assert "4 reports from the installed package torchxrayvision; left out, for they name no image: 1." in said
    assert "torchxrayvision" not in sys.modules


@pytest.mark.skipif(not HAS_PACKAGE, reason="torchxrayvision, which brings the real reports, is not installed")
def test_the_real_reports(tmp_path: Path):
    table = open_named(NAME, tmp_path)
    assert NO_IMAGES in table.statements
    assert any(said.startswith("3,955 reports from the installed package") for said in table.statements)
    found = checked(table.entries)
    assert found.set_aside.collect().is_empty()
    entries = found.accepted.collect()
    reports, labelled = (entries.filter(task=task) for task in ("report", "multi_label"))
    assert reports["group"].n_unique() == reports.height == 3826
    assert labelled["group"].n_unique() == labelled.height
    assert 0.3 < (labelled["answer"].struct.field("labels").list.len() == 0).mean() < 0.5


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x1f\x8b and no more", "NLMCXR_reports.tgz' is damaged"),
        (None, "'1.xml' is not readable XML"),
    ],
)
def test_damaged_reports_are_one_sentence(tmp_path: Path, content: bytes | None, said: str):
    archive = iu_xray(tmp_path) / "NLMCXR_reports.tgz"
    if content is None:
        packed(archive, {"ecgen-radiology/1.xml": b"<eCitation>"})
    else:
        archive.write_bytes(content)
    with pytest.raises(InputError) as error:
        open_named(NAME, tmp_path)
    assert said in str(error.value)
