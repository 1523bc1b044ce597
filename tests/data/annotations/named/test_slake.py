"""SLAKE: English questions, options of closed ones, boxes in pixels as shares."""

import json
from pathlib import Path

import pytest
from tests.data.annotations.named.opened import rows
from tests.data.annotations.named.text_downloads import slake

from angiogram.data.annotations.named.source import open_named
from angiogram.errors import InputError


def test_questions_in_english_with_their_split_and_options(tmp_path: Path):
    found = [
        (row["image"], row["group"], row["split"], row["prompt"], row["target"], row["answer"]["options"])
        for row in rows("slake", slake(tmp_path), "vqa")
    ]
    first, second, third = "xmlab0/source.jpg", "xmlab1/source.jpg", "xmlab2/source.jpg"
    assert found == [
        (first, "xmlab0", "train", "Does the picture contain liver?", "Yes", ["yes", "no"]),
        (first, "xmlab0", "train", "Is this CT or MRI?", "MRI", ["MRI", "CT"]),
        (first, "xmlab0", "train", "Which organ is the largest?", "Liver", None),
        (second, "xmlab1", "validation", "Is this CT or MRI?", "CT", ["MRI", "CT"]),
        (second, "xmlab1", "validation", "Left or right brain?", "Left", None),
        (third, "xmlab2", "test", "Is the lung healthy?", "No", ["yes", "no"]),
        (third, "xmlab2", "test", "Where is the nodule?", "2", None),
    ]


def test_pixels_become_shares_and_what_stands_twice_is_not_asked_for(tmp_path: Path):
    folder = slake(tmp_path)
    where = {row["answer"]["label"]: (row["answer"]["box"], row["target"]) for row in rows("slake", folder, "rec")}
    assert where == {
        "liver": ([0.1, 0.1, 0.6, 0.6], "[10, 10, 60, 60]"),
        "brain edema": ([0.25, 0.0, 0.5, 1.0], "[25, 0, 50, 100]"),
    }
    what = [(row["target"], row["answer"]["box"], row["split"]) for row in rows("slake", folder, "reg")]
    assert what == [
        ("liver", [0.1, 0.1, 0.6, 0.6], "train"),
        ("lung", [0.0, 0.0, 0.25, 0.5], "train"),
        ("lung", [0.5, 0.5, 1.0, 1.0], "train"),
        ("brain edema", [0.25, 0.0, 0.5, 1.0], "validation"),
    ]


def test_the_names_of_the_hub_are_known_and_counts_are_stated(tmp_path: Path):
    slake(tmp_path)
    (tmp_path / "validate.json").rename(tmp_path / "validation.json")
    said = open_named("slake", tmp_path).statements
    assert "Questions in English are taken: 7 of 8." in said
    assert "Closed questions without options, for no second answer to them is known: 1." in said


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("train.json", b"\xff\xfe", "cannot be read as JSON"),
        ("train.json", b"[", "cannot be read as JSON"),
        ("train.json", b"[]", "holds no list of objects"),
        ("train.json", b'{"qid": 1}', "holds no list of objects"),
        ("train.json", b'[{"qid": 1}]', "have no 'img_name'; the first has qid."),
        ("imgs/xmlab0/detection.json", b'{"Liver": 1}', "holds no list of boxes"),
        ("imgs/xmlab0/detection.json", json.dumps([{"Liver": [1, 2, 3]}]).encode(), "a box has x, y, width and height"),
        ("imgs/xmlab0/detection.json", b'[{"Liver": [1, 2, "a", 3]}]', "holds no list of boxes"),
        ("imgs/xmlab0/source.jpg", b"no picture", "is no readable image"),
    ],
)
def test_a_damaged_file_is_one_sentence(tmp_path: Path, name: str, content: bytes, said: str):
    (slake(tmp_path) / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        open_named("slake", tmp_path)
    assert said in str(error.value) and Path(name).name in str(error.value)
    assert "\n" not in str(error.value)
