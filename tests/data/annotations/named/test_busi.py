"""BUSI: classes from folders, boxes from masks."""

from pathlib import Path

import pytest
from tests.data.annotations.named.downloads import busi, mask, picture
from tests.data.annotations.named.opened import answers, rows

from angiogram.data.annotations.named.source import open_named
from angiogram.errors import InputError


def test_masks_are_no_images_and_classes_are_those_of_the_folders(tmp_path: Path):
    assert sorted(answers("busi", busi(tmp_path), "multi_class", "label")) == [
        ("benign (1).png", "benign"),
        ("benign (2).png", "benign"),
        ("malignant (1).png", "malignant"),
        ("normal (1).png", "normal"),
    ]
    first = rows("busi", tmp_path, "multi_class")[0]
    assert first["prompt"] == "Which of these does the breast ultrasound image show: normal, benign or malignant?"
    assert first["group"] is first["split"] is None


def test_a_box_encloses_what_the_mask_marks(tmp_path: Path):
    found = answers("busi", busi(tmp_path), "reg", "label", "box")
    assert found == [
        ("benign (1).png", "benign lesion", [0.25, 0.2, 0.5, 0.6]),
        ("benign (2).png", "benign lesion", [0.0, 0.0, 0.2, 0.5]),
        ("benign (2).png", "benign lesion", [0.5, 0.5, 1.0, 1.0]),
        ("malignant (1).png", "malignant lesion", [0.1, 0.1, 0.2, 0.9]),
    ]
    where = rows("busi", tmp_path, "rec")
    assert [row["image"] for row in where] == ["benign/benign (1).png", "malignant/malignant (1).png"]
    assert where[0]["prompt"].startswith("Where in the image is the benign lesion? Answer with the box")
    assert where[0]["target"] == "[25, 20, 50, 60]"
    assert "[25, 20, 50, 60]" in rows("busi", tmp_path, "reg")[0]["prompt"]


def test_the_unpacked_folder_itself_may_be_named_and_a_damaged_mask_is_counted(tmp_path: Path):
    folder = busi(tmp_path) / "Dataset_BUSI_with_GT"
    (folder / "malignant" / "malignant (1)_mask.png").write_bytes(b"no picture")
    table = open_named("busi", folder)
    assert table.entries.collect().height == 4 + 4
    assert "1 masks cannot be read, and give no box." in table.statements


def test_folders_without_images_are_one_sentence(tmp_path: Path):
    picture(tmp_path / "benign" / "x.png").unlink()
    with pytest.raises(InputError, match=r"holds no images\. Download 'Dataset_BUSI_with_GT'"):
        open_named("busi", tmp_path)


def test_a_set_without_masks_has_its_classes(tmp_path: Path):
    for label in ("benign", "malignant", "normal"):
        picture(tmp_path / label / f"{label} (1).png")
    mask(tmp_path / "normal" / "normal (1)_mask.png", None)
    assert open_named("busi", tmp_path).entries.collect()["task"].to_list() == ["multi_class"] * 3
