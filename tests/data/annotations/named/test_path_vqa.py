"""PathVQA: Parquet files with images in them; pickles are refused."""

import pickle
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image as Pillow
from tests.data.annotations.named.opened import rows
from tests.data.annotations.named.text_downloads import held, path_vqa

from angiogram.data.annotations.named.source import named_source, open_named
from angiogram.data.annotations.pictures import read_picture
from angiogram.errors import InputError


def test_an_image_is_named_by_the_first_row_that_holds_it(tmp_path: Path):
    found = rows("path-vqa", path_vqa(tmp_path), "vqa")
    assert [(row["image"].removeprefix("data/"), row["split"]) for row in found] == [
        ("train-00000-of-00002.parquet#0", "train"),
        ("train-00000-of-00002.parquet#0", "train"),
        ("train-00000-of-00002.parquet#2", "train"),
        ("train-00000-of-00002.parquet#0", "train"),
        ("validation-00000-of-00001.parquet#0", "validation"),
        ("train-00000-of-00002.parquet#2", "test"),
        ("test-00000-of-00001.parquet#1", "test"),
    ]
    assert [row["group"] for row in found] == [row["image"] for row in found]
    assert [row["answer"]["options"] for row in found] == [
        None, ["yes", "no"], None, ["yes", "no"], None, ["yes", "no"], ["yes", "no"],
    ]  # fmt: skip


def test_the_picture_of_a_question_is_its_own(tmp_path: Path):
    table = open_named("path-vqa", path_vqa(tmp_path))
    shades = {"what is this?": 140, "is it skin?": 200, "is it fat?": 90, "is the wall thick?": 10}
    for row in table.entries.collect().rows(named=True):
        if row["prompt"] in shades:
            shade = np.array(Pillow.open(BytesIO(held(shades[row["prompt"]], "JPEG"))))
            assert np.array_equal(read_picture(table.images, row["image"]).pixels, shade)


def test_pickles_are_refused_unopened(tmp_path: Path):
    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "it ran",)

    (tmp_path / "qas").mkdir()
    (tmp_path / "qas" / "train_qa.pkl").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(InputError) as error:
        open_named("path-vqa", tmp_path)
    assert "train_qa.pkl' is a pickle, which can run code" in str(error.value)
    assert str(error.value).endswith(named_source("path-vqa").get)
    assert not (tmp_path / "it ran").exists()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"image": [{"bytes": b"x"}], "question": ["?"]}, "has no column 'answer'; it has image, question."),
        ({"image": ["a.png"], "question": ["?"], "answer": ["no"]}, "has no column that holds pictures"),
    ],
)
def test_other_columns_are_one_sentence(tmp_path: Path, columns: dict[str, list[object]], said: str):
    path = path_vqa(tmp_path) / "data" / "test-00000-of-00001.parquet"
    pl.DataFrame(columns).write_parquet(path)
    with pytest.raises(InputError) as error:
        open_named("path-vqa", tmp_path)
    assert said in str(error.value)
    path.write_bytes(b"PAR1")
    with pytest.raises(InputError, match="is not a readable Parquet file"):
        open_named("path-vqa", tmp_path)
