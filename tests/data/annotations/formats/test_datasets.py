"""Folders of Hugging Face `datasets`, as the library writes and reads them."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from PIL import Image as Pillow
from pyarrow import ipc, parquet
from tests.data.annotations.entries import entry

from angiogram.data.annotations.entry import frame_of
from angiogram.data.annotations.features import KEY, features
from angiogram.data.annotations.formats.read import read_given
from angiogram.data.annotations.formats.write import write_as
from angiogram.data.annotations.given import judged
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.annotations.schema import SCHEMA
from angiogram.data.annotations.table import Annotations
from angiogram.data.annotations.tasks import TASKS
from angiogram.errors import InputError

ROW = {"id": "1", "image": "a.png", "task": "vqa", "prompt": "Fluid?", "target": "no"}


def table(folder: Path) -> Annotations:
    given = [entry(i, task, split=("train", "test", "validation")[i % 3]) for i, task in enumerate(TASKS)]
    return Annotations(frame_of(given), folder / "images", ("Said.",))


def saved(folder: Path, rows: pa.Table) -> None:
    """What `Dataset.save_to_disk` writes: a stream of Arrow and `state.json`."""
    folder.mkdir(parents=True)
    with ipc.new_stream(str(folder / "data-00000-of-00001.arrow"), rows.schema) as file:
        file.write_table(rows)
    (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}))


def accepted(path: Path) -> pl.DataFrame:
    found, set_aside = judged(read_given(path))
    assert set_aside.collect().rows() == []
    return found.entries.collect()


def test_a_folder_has_a_file_a_split_with_the_types_that_datasets_reads(tmp_path: Path):
    write_as(table(tmp_path), tmp_path / "set")
    names = sorted(path.relative_to(tmp_path / "set").as_posix() for path in (tmp_path / "set").rglob("*.parquet"))
    assert names == [f"data/{part}-00000-of-00001.parquet" for part in ("test", "train", "validation")]
    for name in names:
        schema = parquet.read_schema(tmp_path / "set" / name)
        assert json.loads(schema.metadata[KEY.encode()]) == features()
        assert schema.field("id").type == pa.string()
        assert schema.field("answer").type.field("box").type == pa.list_(pa.float64())
    assert list(features()["info"]["features"]) == list(SCHEMA)


def test_an_earlier_one_is_replaced_and_a_folder_of_anything_else_is_not(tmp_path: Path):
    whole = table(tmp_path)
    for _ in range(2):
        write_as(whole, tmp_path / "again")
    assert accepted(tmp_path / "again").height == whole.entries.collect().height
    shard = tmp_path / "again" / "data" / "train-00000-of-00001.parquet"
    downloaded = tmp_path / "downloaded" / "data" / "train-00000-of-00001.parquet"
    downloaded.parent.mkdir(parents=True)
    pl.DataFrame({"question": ["?"]}).write_parquet(downloaded)
    mine = tmp_path / "mine" / "data" / "train-00000-of-00001.parquet"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(shard.read_bytes())
    (tmp_path / "mine" / "README.md").touch()
    for folder, kept in (("downloaded", downloaded), ("mine", mine)):
        with pytest.raises(InputError, match="which no table wrote; name a new folder"):
            write_as(whole, tmp_path / folder)
        assert kept.is_file()


def test_what_save_to_disk_wrote_is_read(tmp_path: Path):
    whole = table(tmp_path)
    write_as(whole, tmp_path / "t.parquet")
    rows = parquet.read_table(tmp_path / "t.parquet")
    saved(tmp_path / "one", rows)
    assert accepted(tmp_path / "one").equals(whole.entries.collect())
    for part in ("train", "validation", "test"):
        of_part = whole.entries.filter(pl.col("split") == part).drop("split").collect()
        saved(tmp_path / "parts" / part, of_part.to_arrow())
    assert accepted(tmp_path / "parts").sort("id").equals(whole.entries.collect().sort("id"))


def test_classes_are_named_and_ids_may_be_numbers(tmp_path: Path):
    rows = pa.table({**{name: [value] for name, value in ROW.items()}, "task": [1], "id": [7]})
    kinds = {"info": {"features": {"task": {"names": ["report", "vqa"], "_type": "ClassLabel"}}}}
    parquet.write_table(rows.replace_schema_metadata({KEY: json.dumps(kinds)}), tmp_path / "t.parquet")
    assert accepted(tmp_path / "t.parquet").select("id", "task").row(0) == ("7", "vqa")


def test_a_picture_that_the_table_holds_goes_by_its_place(tmp_path: Path):
    Pillow.new("L", (4, 3), 90).save(tmp_path / "a.png")
    picture = {"bytes": (tmp_path / "a.png").read_bytes(), "path": "a.png"}
    named = {"bytes": None, "path": "a.png"}
    rows = pa.Table.from_pylist([{**ROW, "image": picture}, {**ROW, "id": "2", "image": named}])
    (tmp_path / "set" / "data").mkdir(parents=True)
    parquet.write_table(rows, tmp_path / "set" / "data" / "train-00000-of-00001.parquet")
    found = accepted(tmp_path / "set")
    assert found["image"].to_list() == ["data/train-00000-of-00001.parquet#0", "a.png"]
    assert found["split"].to_list() == ["train", "train"]
    assert read_picture(tmp_path / "set", found["image"][0]).pixels.shape[:2] == (3, 4)
    saved(tmp_path / "arrow", rows)
    aside = judged(read_given(tmp_path / "arrow")).set_aside.collect()
    assert aside["row"].to_list() == [1] and "save it as Parquet" in aside["reason"][0]


@pytest.mark.skipif(importlib.util.find_spec("datasets") is None, reason="the library `datasets` is not installed")
def test_the_library_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    from datasets import load_dataset  # type: ignore[import-not-found]

    write_as(table(tmp_path), tmp_path / "set")
    opened: Any = load_dataset(str(tmp_path / "set"))
    assert {part: len(rows) for part, rows in opened.items()} == {"train": 3, "test": 3, "validation": 2}
    assert opened["train"].features["answer"]["box"].feature.dtype == "float64"
    opened.save_to_disk(tmp_path / "again")
    assert accepted(tmp_path / "again").sort("id").equals(table(tmp_path).entries.collect().sort("id"))
