"""VinDr-CXR: three radiologists brought together, boxes in pixels of files whose headers say their size."""

from pathlib import Path

import pytest
from tests.data.annotations.named.opened import answers, rows
from tests.data.annotations.named.radiographs import kaggle_png, physionet
from tests.imaging.dicom.planted_files import WORDS

from angiogram.data.annotations.named.source import open_named
from angiogram.data.annotations.rules import checked
from angiogram.errors import InputError

TRAIN = [
    ("cardiomegaly", [0.275, 0.25, 0.775, 0.5]),
    ("aortic enlargement", [0.5, 0.0625, 0.6, pytest.approx(92 / 800)]),
]


def test_most_readers_decide_and_one_alone_is_uncertain(tmp_path: Path):
    found = answers("vindr-cxr", physionet(tmp_path), "multi_label", "labels", "unsure")
    assert found == [
        ("a1.dicom", ["aortic enlargement", "cardiomegaly"], ["nodule/mass", "pneumonia"]),
        ("b2.dicom", [], []),
        ("c3.dicom", ["ILD"], []),
        ("d4.dicom", [], []),
    ]
    taken = answers("vindr-cxr", tmp_path, "multi_label", "labels", uncertain="positive")
    assert taken[0][1] == ["aortic enlargement", "cardiomegaly", "nodule/mass", "pneumonia"]
    assert [row["split"] for row in rows("vindr-cxr", tmp_path, "multi_label")] == ["train", "train", "test", "test"]


def test_boxes_of_several_readers_are_one_and_those_of_one_alone_are_left_out(tmp_path: Path):
    found = answers("vindr-cxr", physionet(tmp_path), "reg", "label", "box")
    assert [each[1:] for each in found[:2]] == TRAIN
    assert found[2:] == [("c3.dicom", "ILD", [0.1, 0.1, 0.5, 0.6]), ("c3.dicom", "ILD", [0.6, 0.1, 0.9, 0.6])]
    assert [row["answer"]["label"] for row in rows("vindr-cxr", tmp_path, "rec")] == [
        "cardiomegaly",
        "aortic enlargement",
    ]
    assert "1 boxes are left out that one radiologist alone drew." in open_named("vindr-cxr", tmp_path).statements


def test_copies_as_png_have_the_same_boxes_by_the_size_of_the_originals(tmp_path: Path):
    found = answers("vindr-cxr", kaggle_png(tmp_path), "reg", "label", "box")
    assert [each[1:] for each in found] == TRAIN and found[0][0] == "a1.png"
    assert answers("vindr-cxr", tmp_path, "multi_label", "labels", "unsure") == [
        ("a1.png", ["aortic enlargement", "cardiomegaly"], ["nodule/mass"]),
        ("b2.png", [], []),
    ]
    (tmp_path / "train_meta.csv").unlink()
    with pytest.raises(InputError, match=r"holds no train_meta.csv. Download VinDr-CXR"):
        open_named("vindr-cxr", tmp_path)


def test_headers_are_read_when_entries_are_asked_for(tmp_path: Path):
    table = open_named("vindr-cxr", physionet(tmp_path))
    (tmp_path / "test" / "c3.dicom").write_bytes(b"damaged since")
    found = checked(table.entries)
    reasons = found.set_aside.collect()["reason"].to_list()
    assert reasons == ["a reg answer needs a box", "a reg answer needs a box"]
    assert found.accepted.collect().height == 4 + 2 + 2


def test_nothing_of_a_patient_in_the_headers_is_said(tmp_path: Path):
    table = open_named("vindr-cxr", physionet(tmp_path))
    said = table.entries.collect().write_json() + " ".join(table.statements)
    assert not [word for word in WORDS if word in said]
