"""`angiogram data table`: several sources in, one table out, and what is set aside beside it."""

import json

import polars as pl
import pytest

from angiogram.data.annotations.table import read_annotations

HEAD = "id,image,task,prompt,target,source,split,value,quantity,unit"


@pytest.fixture
def sources(tmp_path):
    (tmp_path / "a").mkdir()
    rows = [
        "1,x.png,vqa,Fluid?,no,s,train,,,", "2,x.png,calculation,CTR?,0.5,s,test,0.5,CTR,ratio",
        "3,x.png,calculation,CTR?,0.5,s,test,large,CTR,ratio",
    ]  # fmt: skip
    (tmp_path / "a" / "t.csv").write_text("\n".join([HEAD, *rows]))
    turns = [{"from": "human", "value": "<image>\nFluid?"}, {"from": "gpt", "value": "No."}]
    items = [
        {"id": 1, "image": "y.png", "conversations": turns},
        {"id": 2, "image": "y.png", "conversations": turns[:1]},
    ]
    (tmp_path / "c.json").write_text(json.dumps(items))
    return tmp_path / "a" / "t.csv", tmp_path / "c.json"


@pytest.mark.parametrize("name", ["t.parquet", "t.csv", "t.json", "t.jsonl", "t"])
def test_several_sources_become_one_table(in_process, sources, tmp_path, name):
    out = tmp_path / "made" / name
    status, said, _ = in_process("data", "table", *sources, "--out", out, "--licence", "CC0")
    assert status == 0
    assert "3 entries about 2 images" in said and "2 of 5 entries are set aside" in said
    assert "t, row 3 (3): the value 'large' is no number" in said
    aside = pl.read_csv(tmp_path / "made" / f"{name}.set-aside.csv", infer_schema=False)
    assert aside.rows() == [
        ("t", "3", "3", "the value 'large' is no number"), ("c", "2", "2", "its last question has no answer"),
    ]  # fmt: skip
    status, said, _ = in_process("data", "table", out, "--out", tmp_path / "again.parquet")
    assert status == 0 and "All 3 entries are sound." in said
    assert not (tmp_path / "again.parquet.set-aside.csv").exists()
    again = read_annotations(tmp_path / "again.parquet")
    found = again.entries.select("id", "image", "task", "source", "licence", "split").sort("id").collect().rows()
    assert found == [
        ("2", "a/x.png", "calculation", "s", "CC0", "test"),
        ("c:1", "y.png", "vqa", "c", "CC0", None),
        ("t:1", "a/x.png", "vqa", "s", "CC0", "train"),
    ]
    assert again.images == tmp_path


def test_nothing_sound_is_one_sentence_and_leaves_no_table(in_process, tmp_path):
    (tmp_path / "t.csv").write_text(f"{HEAD}\n1,,vqa,?,no,s,,,,\n2,../x.png,vqa,?,no,s,,,,\n")
    status, _, said = in_process("data", "table", tmp_path / "t.csv", "--out", tmp_path / "o.parquet")
    assert status == 2 and "Of 2 entries none is sound; the first reason: it names no image." in said
    assert not (tmp_path / "o.parquet").exists() and (tmp_path / "o.parquet.set-aside.csv").is_file()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--out", "o.xlsx"], "is no name for an annotation table; allowed are .parquet"),
        (["--out", "o.parquet", "--uncertain", "positive"], "--uncertain is for named sources (NAME:FOLDER)"),
        (["--out", "o.parquet", "--image-folder", "nowhere"], "There is no folder 'nowhere' (--image-folder)"),
    ],
)
def test_bad_options_are_one_sentence(in_process, sources, tmp_path, monkeypatch, options, expected):
    monkeypatch.chdir(tmp_path)
    status, _, said = in_process("data", "table", sources[0], *options)
    assert status == 2 and expected in said


def test_a_table_whose_column_is_misspelt_says_so(in_process, tmp_path):
    (tmp_path / "t.csv").write_text("id,image,task,promt,target\n1,a.png,vqa,?,no\n")
    status, _, said = in_process("data", "table", tmp_path / "t.csv", "--out", tmp_path / "o.parquet")
    assert status == 2 and "has no column 'prompt'; did you mean 'promt'?" in said


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("id,image,task,promt,targt", "has no columns prompt, target, of the needed id, image, task, prompt, target; "
         "did you mean 'promt' for 'prompt' and 'targt' for 'target'?"),
        ("image,question,answer", "has no columns id, task, prompt, target, of the needed id, image, task, prompt, "
         "target; did you mean 'question' for 'prompt' and 'answer' for 'target'?"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_called_as_others_call_it_is_told_the_columns(in_process, tmp_path, head, expected, suffix):
    names = head.split(",")
    rows = pl.DataFrame([[f"{i}{name}" for name in names] for i in range(3)], schema=names, orient="row")
    path = tmp_path / f"t{suffix}"
    rows.write_csv(path) if suffix == ".csv" else rows.write_parquet(path)
    status, _, said = in_process("data", "table", path, "--out", tmp_path / "o.parquet")
    assert status == 2 and expected in said and "--label-column" not in said
