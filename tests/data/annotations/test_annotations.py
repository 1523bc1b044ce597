"""What is written is read; what is no annotation table is one sentence."""

from pathlib import Path

import polars as pl
import pytest
from tests.data.annotations.entries import entry

from angiogram.data.annotations.entry import frame_of
from angiogram.data.annotations.schema import ANSWER, NEEDED, SCHEMA
from angiogram.data.annotations.table import Annotations, read_annotations, write_annotations
from angiogram.data.annotations.tasks import TASKS
from angiogram.errors import InputError

DOCUMENT = Path(__file__).parents[3] / "docs" / "annotations.md"


def test_a_table_comes_back_as_it_was_written(tmp_path: Path):
    entries = frame_of([entry(i, task) for i, task in enumerate(TASKS)])
    write_annotations(
        Annotations(entries, tmp_path / "images", ("From one patient.",)), tmp_path / "made" / "t.parquet"
    )
    again = read_annotations(tmp_path / "made" / "t.parquet")
    assert again.entries.collect().equals(entries.collect())
    assert again.images == tmp_path / "images"
    assert again.statements == ("From one patient.",)


def test_a_table_of_others_needs_the_first_columns_only(tmp_path: Path):
    rows = {"id": [1], "image": ["a.png"], "task": ["vqa"], "prompt": ["Fluid?"], "target": ["no"], "more": [1]}
    pl.DataFrame(rows).with_columns(pl.col("id").cast(pl.String)).write_parquet(tmp_path / "t.parquet")
    again = read_annotations(tmp_path / "t.parquet")
    assert again.entries.collect_schema() == SCHEMA
    assert again.images == tmp_path


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"promt": ["Fluid?"]}, "has no column 'prompt'; did you mean 'promt'?"),
        ({}, "has no column 'prompt'; it has id, image, task, target."),
        ({"prompt": [3.5]}, "The column 'prompt' of"),
        ({"prompt": ["?"], "confidence": ["high"]}, "holds String, where Float64 is needed"),
        ({"prompt": ["?"], "answer": [{"box": ["a"]}]}, "The column 'answer' of"),
    ],
)
def test_other_columns_are_one_sentence(tmp_path: Path, columns: dict[str, list[object]], said: str):
    rows = {"id": ["1"], "image": ["a.png"], "task": ["vqa"], "target": ["no"]} | columns
    pl.DataFrame(rows).write_parquet(tmp_path / "t.parquet")
    with pytest.raises(InputError) as error:
        read_annotations(tmp_path / "t.parquet")
    assert said in str(error.value)


def test_what_is_no_table_is_one_sentence(tmp_path: Path):
    (tmp_path / "t.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="is not a readable Parquet file"):
        read_annotations(tmp_path / "t.parquet")
    (tmp_path / "t.csv").write_text("id,image\n")
    with pytest.raises(InputError, match=r"t.csv' is no Parquet file .*; `angiogram data table` makes one"):
        read_annotations(tmp_path / "t.csv")
    with pytest.raises(InputError, match="There is no annotation table"):
        read_annotations(tmp_path / "other.parquet")


def test_a_table_of_a_later_version_is_refused(tmp_path: Path):
    about = {"angiogram_annotations": '{"version": 2}'}
    frame_of([entry()]).collect().write_parquet(tmp_path / "t.parquet", metadata=about)
    with pytest.raises(InputError, match="is of version 2"):
        read_annotations(tmp_path / "t.parquet")


def test_the_document_names_every_column():
    text = DOCUMENT.read_text()
    for name, kind in [*SCHEMA.items(), *((f"answer.{field.name}", field.dtype) for field in ANSWER.fields)]:
        needed = "yes" if name in NEEDED else ""
        said = "Struct" if name == "answer" else str(kind)
        assert f"| `{name}` | {said} | {needed} |" in text, name


def test_images_are_found_from_where_the_file_really_lies(tmp_path: Path):
    (tmp_path / "disk" / "deep" / "runs").mkdir(parents=True)
    (tmp_path / "runs").symlink_to(tmp_path / "disk" / "deep" / "runs")
    written = Annotations(frame_of([entry()]), tmp_path / "images")
    write_annotations(written, tmp_path / "runs" / "t.parquet")
    (tmp_path / "t.parquet").symlink_to(tmp_path / "runs" / "t.parquet")
    for path in (tmp_path / "runs" / "t.parquet", tmp_path / "t.parquet"):
        assert read_annotations(path).images.resolve() == (tmp_path / "images").resolve()
