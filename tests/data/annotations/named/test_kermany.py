"""Kermany: classes and split from folders, patients from names."""

from pathlib import Path

from tests.data.annotations.named.downloads import kermany, picture
from tests.data.annotations.named.opened import rows

from angiogram.data.annotations.named.source import open_named


def test_class_patient_and_side_of_each_image(tmp_path: Path):
    found = {
        row["image"]: (row["target"], row["group"], row["split"])
        for row in rows("kermany", kermany(tmp_path), "multi_class")
    }
    assert found == {
        "train/NORMAL/IM-0115-0001-0002.jpeg": ("normal", "IM-0115", "train"),
        "train/NORMAL/IM-0115-0001.jpeg": ("normal", "IM-0115", "train"),
        "train/PNEUMONIA/person12_bacteria_3.jpeg": ("pneumonia", "person12_bacteria", "train"),
        "train/PNEUMONIA/person12_bacteria_4.jpeg": ("pneumonia", "person12_bacteria", "train"),
        "train/PNEUMONIA/person12_virus_30.jpeg": ("pneumonia", "person12_virus", "train"),
        "val/NORMAL/NORMAL2-IM-1427-0001.jpeg": ("normal", "NORMAL2-IM-1427", "validation"),
        "test/NORMAL/NORMAL2-IM-0123-0001.jpeg": ("normal", "NORMAL2-IM-0123", "test"),
        "test/PNEUMONIA/BACTERIA-40699-0001.jpeg": ("pneumonia", "BACTERIA-40699", "test"),
        "test/PNEUMONIA/person1_virus_6.jpeg": ("pneumonia", "person1_virus", "test"),
    }


def test_names_that_say_no_patient_are_counted(tmp_path: Path):
    picture(kermany(tmp_path) / "chest_xray" / "train" / "NORMAL" / "renamed.jpeg")
    said = open_named("kermany", tmp_path).statements
    assert "1 of the names say no patient; each of these images is its own group." in said
