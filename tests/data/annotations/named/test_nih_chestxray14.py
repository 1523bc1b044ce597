"""NIH ChestX-ray14: findings from one column, boxes in pixels of the published files, and its real size."""

import time
from pathlib import Path

import polars as pl
import pytest
from tests.data.annotations.named.downloads import NIH_BOXES, NIH_HEAD, nih_chestxray14, text
from tests.data.annotations.named.opened import LEFT_OUT, answers, rows

from angiogram.data.annotations.named.nih_chestxray14 import FINDINGS
from angiogram.data.annotations.named.source import open_named
from angiogram.data.annotations.rules import checked
from angiogram.errors import InputError


def test_findings_patient_and_side(tmp_path: Path):
    found = rows("nih-chestxray14", nih_chestxray14(tmp_path), "multi_label")
    assert [(row["image"], row["group"], row["split"], row["target"]) for row in found] == [
        ("images_001/images/00000001_000.png", "nih-1", "train", "cardiomegaly"),
        ("images_001/images/00000001_001.png", "nih-1", "train", "cardiomegaly, pleural thickening"),
        ("images_002/images/00000002_000.png", "nih-2", "train", "none of these"),
        ("images_002/images/00000003_000.png", "nih-3", "test", "infiltration, nodule"),
    ]


def test_boxes_are_shares_of_1024_pixels_whatever_the_original_was(tmp_path: Path):
    assert answers("nih-chestxray14", nih_chestxray14(tmp_path), "reg", "label", "box") == [
        ("00000001_001.png", "cardiomegaly", [0.25, 0.5, 0.75, 0.75]),
        ("00000003_000.png", "infiltration", [0.0, 0.0, 0.1, 0.2]),
        ("00000003_000.png", "nodule", [0.5, 0.5, 0.5625, 0.5625]),
        ("00000003_000.png", "nodule", [0.625, 0.5, 0.6875, 0.5625]),
    ]
    where = rows("nih-chestxray14", tmp_path, "rec")
    assert [(row["answer"]["label"], row["target"]) for row in where] == [
        ("cardiomegaly", "[25, 50, 75, 75]"),
        ("infiltration", "[0, 0, 10, 20]"),
    ]
    assert {row["group"] for row in where} == {"nih-1", "nih-3"}


def test_images_may_lie_in_one_folder_and_those_that_do_not_are_counted(tmp_path: Path):
    (nih_chestxray14(tmp_path) / "images_001" / "images").rename(tmp_path / "images")
    (tmp_path / "images_002" / "images" / "00000003_000.png").unlink()
    table = open_named("nih-chestxray14", tmp_path)
    images = table.entries.collect()["image"].unique().sort()
    assert images[0] == "images/00000001_000.png" and images[-1] == "images_002/images/00000002_000.png"
    assert len(images) == 3 and LEFT_OUT.format(1, 4) in table.statements


def test_boxes_that_are_no_numbers_are_one_sentence(tmp_path: Path):
    text(
        nih_chestxray14(tmp_path) / "BBox_List_2017.csv",
        NIH_BOXES,
        "a.png,Mass,x,1,1,1",
    )
    with pytest.raises(InputError, match=r"BBox_List_2017.csv' cannot be read as a table of boxes"):
        open_named("nih-chestxray14", tmp_path)


def test_a_finding_that_the_set_does_not_know_is_answered_with_the_nearest(tmp_path: Path):
    table = nih_chestxray14(tmp_path) / "Data_Entry_2017.csv"
    table.write_text(table.read_text().replace("|Nodule", "|Nodul"))
    with pytest.raises(InputError, match=r"There is no finding of nih-chestxray14 'Nodul'; .* did you mean 'Nodule'"):
        open_named("nih-chestxray14", tmp_path)


def test_a_hundred_thousand_rows_are_read_in_seconds(tmp_path: Path):
    """Of the set's 112,120; the bound is generous, since it holds on a busy machine, too."""
    count, there = 100_000, 20_000
    number = pl.int_range(count, eager=True)
    names = pl.select(pl.format("{}_000.png", number.cast(pl.String).str.zfill(8))).to_series()
    kinds = pl.Series([*FINDINGS, "No Finding", "Mass|Nodule|Edema"])
    table = pl.DataFrame({
        "Image Index": names, "Finding Labels": kinds.gather(number % len(kinds)), "Follow-up #": 0,
        "Patient ID": number // 4, "Patient Age": 50, "Patient Gender": "M", "View Position": "PA",
        "w": 2500, "h": 2048, "x": 0.14, "y": 0.14,
    })  # fmt: skip
    (tmp_path / "Data_Entry_2017.csv").write_text(f"{NIH_HEAD.rstrip(',')}\n{table.write_csv(include_header=False)}")
    (tmp_path / "train_val_list.txt").write_text("\n".join(names[:80_000]))
    (tmp_path / "test_list.txt").write_text("\n".join(names[80_000:]))
    text(tmp_path / "BBox_List_2017.csv", NIH_BOXES, f"{names[1]},Mass,1,1,9,9")
    (tmp_path / "images").mkdir()
    for name in names[:there]:
        (tmp_path / "images" / name).touch()
    start = time.perf_counter()
    opened = open_named("nih-chestxray14", tmp_path)
    accepted = checked(opened.entries).accepted.collect()
    assert time.perf_counter() - start < 30
    assert accepted.height == there + 2
    assert LEFT_OUT.format("80,000", "100,000") in opened.statements
    assert accepted["group"].n_unique() == there // 4
