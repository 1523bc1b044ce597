"""MIMIC-CXR-JPG: findings of studies for each of their images."""

import gzip
import shutil
from pathlib import Path

from tests.data.annotations.named.downloads import mimic_cxr_jpg
from tests.data.annotations.named.opened import LEFT_OUT, answers, rows

from angiogram.data.annotations.named.source import open_named

FIRST = "files/p10/p10000032/s50414267/02aa804e-bde0afdd.jpg"


def test_each_image_has_the_findings_of_its_study(tmp_path: Path):
    assert answers("mimic-cxr-jpg", mimic_cxr_jpg(tmp_path), "multi_label", "labels", "unsure") == [
        ("02aa804e-bde0afdd.jpg", [], []),
        ("174413ec-4ec4c1f7.jpg", [], []),
        ("2a2277a9-b0ded155.jpg", ["lung opacity"], ["pleural effusion"]),
        ("e084de3b-be89b11e.jpg", ["pneumonia"], []),
    ]


def test_patient_study_and_side(tmp_path: Path):
    found = rows("mimic-cxr-jpg", mimic_cxr_jpg(tmp_path), "multi_label")
    assert found[0]["image"] == FIRST and found[0]["target"] == "none of these"
    assert [(row["group"], row["study"], row["split"]) for row in found[1:]] == [
        ("p10000032", "s50414267", "train"),
        ("p10000764", "s57375967", "validation"),
        ("p11000011", "s53189527", "test"),
    ]


def test_studies_without_labels_and_patients_that_are_not_here_are_counted(tmp_path: Path):
    shutil.rmtree(mimic_cxr_jpg(tmp_path) / "files" / "p11")
    said = open_named("mimic-cxr-jpg", tmp_path).statements
    assert "1 images are left out, whose reports the labeller could not read." in said
    assert LEFT_OUT.format(1, 4) in said


def test_unpacked_tables_are_read_as_well(tmp_path: Path):
    for path in list(mimic_cxr_jpg(tmp_path).glob("*.gz")):
        path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
        path.unlink()
    assert open_named("mimic-cxr-jpg", tmp_path).entries.collect().height == 4
