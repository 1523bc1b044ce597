"""Tables of other kinds than text: the same set comes out of each."""

import io
import json
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image as Pillow
from pyarrow import ipc, parquet

from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.errors import InputError

LABELS = [0, 1, 0, 1]
NAMES = ["cyst", "stone"]


def png(grey: int) -> bytes:
    file = io.BytesIO()
    Pillow.fromarray(np.full((4, 4), grey, np.uint8)).save(file, "PNG")
    return file.getvalue()


def hub_table(labels: list[int], start: int = 0) -> pa.Table:
    """A table as `datasets` writes it: pictures as structs, class numbers with names beside the columns."""
    images = [{"bytes": png(start + i), "path": f"{start + i}.png"} for i in range(len(labels))]
    features = {"image": {"_type": "Image"}, "label": {"_type": "ClassLabel", "names": NAMES}}
    table = pa.table({"image": images, "label": labels, "patient": [f"p{i // 2}" for i in range(len(labels))]})
    return table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})


def test_jsonl(tmp_path: Path) -> None:
    for i in range(4):
        (tmp_path / f"{i}.png").write_bytes(png(i))
    rows = [{"image": f"{i}.png", "label": NAMES[i % 2], "age": 40 + i, "boxes": [1]} for i in range(4)]
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    cases = open_cases(str(tmp_path / "set.jsonl"), tmp_path)
    assert cases.classes == ("cyst", "stone") and cases.rows[2].columns == (("age", "42"),)
    assert cases.read(cases.rows[2]).pixels[0, 0] == 2


def test_a_path_in_an_object_and_the_other_ends_of_lines_that_json_may_hold(tmp_path: Path) -> None:
    for i in range(4):
        (tmp_path / f"{i}.png").write_bytes(png(i))
    rows = [{"image": {"path": f"{i}.png"}, "label": NAMES[i % 2], "said": "one\u2028two"} for i in range(4)]
    text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    (tmp_path / "set.jsonl").write_text(text, encoding="utf-8")
    cases = open_cases(str(tmp_path / "set.jsonl"), tmp_path)
    assert [row.id for row in cases.rows] == [f"{i}.png" for i in range(4)]


def test_several_names_in_a_cell_are_findings(tmp_path: Path) -> None:
    named = [["Mass"], ["Mass", "Edema"], [], ["Edema"]]
    for i in range(4):
        (tmp_path / f"{i}.png").write_bytes(png(i))
    rows = [{"image": f"{i}.png", "label": names} for i, names in enumerate(named)]
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, rows)))
    features = {"label": {"_type": "Sequence", "feature": {"_type": "ClassLabel", "names": ["Mass", "Edema"]}}}
    numbers = [["Mass", "Edema"].index(name) for name in ("Mass", "Edema")]
    lists = [[numbers[0]], numbers, [], [numbers[1]]]
    table = pa.table({"image": [f"{i}.png" for i in range(4)], "label": lists})
    table = table.replace_schema_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    parquet.write_table(table, tmp_path / "set.parquet")
    for name in ("set.jsonl", "set.parquet"):
        cases = open_cases(str(tmp_path / name), tmp_path, options=SourceOptions(finding="Edema"))
        assert [row.label for row in cases.rows] == ["no", "yes", "yes"]
        assert any("1 of 4 rows have no class" in said for said in cases.statements)


def test_a_picture_without_bytes_is_the_file_of_its_path(tmp_path: Path) -> None:
    images = [{"bytes": None if i else png(9), "path": f"{i}.png"} for i in range(4)]
    for i in range(4):
        (tmp_path / f"{i}.png").write_bytes(png(i))
    parquet.write_table(pa.table({"image": images, "label": ["a", "b", "a", "b"]}), tmp_path / "set.parquet")
    cases = open_cases(str(tmp_path / "set.parquet"), tmp_path)
    assert [cases.read(row).pixels[0, 0] for row in cases.rows] == [9, 1, 2, 3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no rows"),
        ("[1]\n", "Line 1 of '.*' is no JSON object"),
        ("{}\n{", "Line 2 of '.*' is not JSON"),
        ("[" * 100_000, "Line 1 of '.*' is not JSON"),
        ('{"image": "\\ud800"}', "set.jsonl' holds in column 1 what is no text"),
        ('{"image": "a.png", "\\udfff": 1}', "set.jsonl' holds in column 2 what is no text"),
        ('{"image": "a.png", "label": "a\\u0000"}', "set.jsonl' holds in column 2 what is no text"),
    ],
)
def test_lines_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "set.jsonl").write_text(text)
    with pytest.raises(InputError, match=said):
        open_cases(str(tmp_path / "set.jsonl"), tmp_path)


def test_parquet_with_pictures_and_class_names(tmp_path: Path) -> None:
    parquet.write_table(hub_table([*LABELS, -1]), tmp_path / "set.parquet")
    cases = open_cases(str(tmp_path / "set.parquet"), tmp_path)
    assert [(row.id, row.label, row.group) for row in cases.rows] == [
        ("0.png", "cyst", "p0"), ("1.png", "stone", "p0"), ("2.png", "cyst", "p1"), ("3.png", "stone", "p1"),
    ]  # fmt: skip
    assert cases.read(cases.rows[3]).pixels[0, 0] == 3
    assert any("1 of 5 rows have no class" in said for said in cases.statements)


def test_parquet_whose_pictures_are_plain_bytes(tmp_path: Path) -> None:
    table = pa.table({"scan": [png(0), None, png(2), b"no image"], "label": ["a", "b", "a", "b"]})
    parquet.write_table(table, tmp_path / "set.parquet")
    cases = open_cases(str(tmp_path / "set.parquet"), tmp_path)
    assert cases.read(cases.rows[2]).pixels[0, 0] == 2
    with pytest.raises(InputError, match=r"In 'set\.parquet' row 2 names no image"):
        cases.read(cases.rows[1])
    with pytest.raises(InputError, match=r"'set\.parquet#row 4' is not a readable"):
        cases.read(cases.rows[3])


def test_a_damaged_parquet(tmp_path: Path) -> None:
    (tmp_path / "set.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="cannot be read as a table"):
        open_cases(str(tmp_path / "set.parquet"), tmp_path)


@pytest.mark.parametrize("below", ["data", "."])
def test_shards_as_the_hub_stores_them(tmp_path: Path, below: str) -> None:
    folder = tmp_path / "repository" / below
    folder.mkdir(parents=True)
    parquet.write_table(hub_table(LABELS), folder / "train-00000-of-00002.parquet")
    parquet.write_table(hub_table(LABELS, 4), folder / "train-00001-of-00002.parquet")
    parquet.write_table(hub_table(LABELS, 8), folder / "test-00000-of-00001.parquet")
    cases = open_cases(str(tmp_path / "repository"), tmp_path)
    assert len(cases) == 12 and cases.has_split
    assert {row.split for row in cases.rows[:4]} == {"test"}
    assert cases.read(cases.rows[-1]).pixels[0, 0] == 7


def test_what_save_to_disk_wrote(tmp_path: Path) -> None:
    for part, start in (("train", 0), ("test", 4)):
        folder = tmp_path / "saved" / part
        folder.mkdir(parents=True)
        table = hub_table(LABELS, start)
        with (folder / "data-00000-of-00001.arrow").open("wb") as file, ipc.new_stream(file, table.schema) as stream:
            stream.write_table(table)
        (folder / "state.json").write_text(json.dumps({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]}))
    cases = open_cases(str(tmp_path / "saved"), tmp_path)
    assert len(cases) == 8 and cases.has_split and cases.classes == ("cyst", "stone")
    (tmp_path / "saved" / "test" / "state.json").write_text("{}")
    with pytest.raises(InputError, match=r"state\.json' is not what `datasets` writes"):
        open_cases(str(tmp_path / "saved"), tmp_path)


def test_several_columns_make_one_group_and_a_pattern_stands_against_a_column(tmp_path: Path) -> None:
    for i in range(4):
        (tmp_path / f"p{i // 2}_{i}.png").write_bytes(png(i))
    rows = [f"p{i // 2}_{i}.png,{NAMES[i % 2]},p{i // 2},{'lr'[i % 2]}" for i in range(4)]
    (tmp_path / "t.csv").write_text("\n".join(["image,label,patient,eye", *rows]))
    where = str(tmp_path / "t.csv")
    both = open_cases(where, tmp_path, options=SourceOptions(TableOptions(group=("patient", "eye"))))
    assert [row.group for row in both.rows] == ["p0, l", "p0, r", "p1, l", "p1, r"]
    assert any("columns 'patient' and 'eye', joined" in said for said in both.statements)
    pattern = open_cases(where, tmp_path, options=SourceOptions(group_pattern=r"^(p\d)_"))
    assert [row.group for row in pattern.rows] == ["p0", "p0", "p1", "p1"]
    with pytest.raises(InputError, match="Either --group-column or --group-pattern"):
        open_cases(where, tmp_path, options=SourceOptions(TableOptions(group=("patient",)), group_pattern="p"))


def test_more_comes_out_of_a_parquet_than_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("angiogram.imaging.bomb.FREE", 2**16)
    one = pa.DictionaryArray.from_arrays(pa.array([0] * 10_000, pa.int32()), pa.array([bytes(2**16)]))
    parquet.write_table(pa.table({"image": one, "label": ["a", "b"] * 5000}), tmp_path / "set.parquet")
    with pytest.raises(InputError, match=r"More comes out of the \d+ bytes of the table '.*set\.parquet' than may"):
        open_cases(str(tmp_path / "set.parquet"), tmp_path)
    monkeypatch.setattr("angiogram.data.sources.tabular.parquet.MOST_ROWS", 9_999)
    parquet.write_table(pa.table({"image": pa.nulls(10_000), "label": ["a", "b"] * 5000}), tmp_path / "set.parquet")
    with pytest.raises(InputError, match="has more than 9999 rows"):
        open_cases(str(tmp_path / "set.parquet"), tmp_path)


def test_numbers_that_are_called_bytes_are_no_pictures(tmp_path: Path) -> None:
    table = pa.table({"image": [{"bytes": 1, "path": 2}] * 4, "label": ["a", "b"] * 2})
    parquet.write_table(table, tmp_path / "set.parquet")
    with pytest.raises(InputError, match="has no column that is usually the image"):
        open_cases(str(tmp_path / "set.parquet"), tmp_path)


def test_a_column_of_repeated_words_is_read_as_words(tmp_path: Path) -> None:
    table = (
        hub_table(LABELS)
        .drop_columns(["patient"])
        .append_column("view", pa.array(["ap", "pa"] * 2).dictionary_encode())
    )
    parquet.write_table(table, tmp_path / "set.parquet")
    assert open_cases(str(tmp_path / "set.parquet"), tmp_path).rows[1].columns == (("view", "pa"),)


@pytest.mark.parametrize("name", ["state.json", "data-00000-of-00001.arrow"])
def test_a_pipe_in_a_data_set_is_not_waited_for(tmp_path: Path, name: str) -> None:
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "state.json").write_text(
        json.dumps({"_data_files": [{"filename": "data-00000-of-00001.arrow"}]})
    )
    (tmp_path / "saved" / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / "saved" / name)
    with pytest.raises(InputError, match=rf"{name}' is no file but a pipe"):
        open_cases(str(tmp_path / "saved"), tmp_path)


def test_a_stream_that_says_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    table = pa.table({"image": ["a.png", "b.png"], "label": ["a", "b"]})
    out = io.BytesIO()
    with ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    offsets = bytes(np.array([0, 5, 10], np.int32))  # where each text begins
    assert out.getvalue().count(offsets) == 1
    (tmp_path / "set.arrow").write_bytes(out.getvalue().replace(offsets, bytes(np.array([0, 5, 2**30], np.int32))))
    with pytest.raises(InputError, match=r"set\.arrow' cannot be read as a table"):
        open_cases(str(tmp_path / "set.arrow"), tmp_path)


def test_a_sentence_in_place_of_a_path_is_a_row_that_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "there.png").write_bytes(png(0))
    rows = "".join(f"{'no path ' * 40}{i},{NAMES[i % 2]}\n" for i in range(4))
    (tmp_path / "t.csv").write_text(f"image,label\n{rows}there.png,cyst\n")
    cases = open_cases(str(tmp_path / "t.csv"), tmp_path)
    with pytest.raises(InputError, match="cannot be read: File name too long"):
        cases.read(cases.rows[0])


def test_a_table_of_very_many_columns_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(",".join(f"c{i}" for i in range(50_000)) + "\nx\n")
    with pytest.raises(InputError, match=r"it has c0, c1, .*, c29 and 49970 more; name it with --image-column"):
        open_cases(str(tmp_path / "t.csv"), tmp_path)
