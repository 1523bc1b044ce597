"""Every format brings back what it was given; a bad cell costs its row, a bad file is one sentence."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.annotations.entries import CHARACTERS, SOUND, entry

from angiogram.data.annotations.entry import Answer, Entry, frame_of
from angiogram.data.annotations.formats.read import SUFFIXES, read_given
from angiogram.data.annotations.formats.write import write_as
from angiogram.data.annotations.given import judged
from angiogram.data.annotations.table import Annotations
from angiogram.data.annotations.tasks import TASKS
from angiogram.errors import InputError

OWN = ("t.parquet", "t.csv", "t.tsv", "t.jsonl", "t")
HEAD = "id,image,task,prompt,target"


def entries_of(path: Path) -> pl.DataFrame:
    """The sound entries of a file, all of which must be."""
    accepted, set_aside = judged(read_given(path))
    assert set_aside.collect().rows() == []
    return accepted.entries.collect()


def aside(path: Path) -> list[tuple[int, str]]:
    """Row and reason of what is set aside; with the accepted ones all rows must be there."""
    read = read_given(path)
    accepted, set_aside = judged(read)
    found = set_aside.collect()
    assert accepted.entries.collect().height + found.height == read.rows.collect().height
    return found.select("row", "reason").rows()


@pytest.mark.parametrize("name", OWN)
def test_a_table_of_all_tasks_comes_back(tmp_path: Path, name: str):
    given = [entry(i, task) for i, task in enumerate(TASKS)]
    given.append(entry(20, "multi_label", answer=Answer(labels=(), unsure=(), options=("a|b", 'c "d"'))))
    given.append(entry(21, study="s", licence="CC0", confidence=0.1 + 0.2, split="test", conversation="c", turn=3))
    table = Annotations(frame_of(given), tmp_path / "images", ("From one patient.", "Näher."))
    write_as(table, tmp_path / "made" / name)
    read = read_given(tmp_path / "made" / name)
    assert (read.images, read.statements) == (table.images, table.statements)
    back = entries_of(tmp_path / "made" / name)
    assert back.sort("id").equals(table.entries.collect().sort("id"))


TEXT = (
    st.text(CHARACTERS.filter(lambda one: unicodedata.category(one) != "Cc"), min_size=1, max_size=8).filter(
        lambda text: text.strip() and "<image" not in text
    )
    | st.builds(str.__add__, st.sampled_from(["[", "{"]), st.text('[{]}"\\\r\n\t a1,:', max_size=6))
    | st.sampled_from(
        [
            "a, b",
            'say "no"',
            "two\nlines",
            "[x",
            '["x\\"]',
            "[** a **]\r\n3\\4\t.",
            "[p\\1]",
            '{a "b"}\t',
            "{\r\\",
            "2.50",
            "1",
            "null",
            "a\tb",
            "# é",
            "'",
            "\\n",
        ]
    )
)
WORDS = TEXT.map(str.strip).filter(bool)
ANSWERS = st.sampled_from(list(SOUND.values())) | st.builds(
    Answer,
    label=st.none(),
    options=st.none() | st.lists(WORDS, min_size=1, max_size=3, unique=True).map(tuple),
    named=st.none() | st.booleans(),
    value=st.none() | st.floats(1e-6, 1e12),
)
ENTRIES = st.builds(
    Entry,
    id=TEXT, image=st.sampled_from(["a.png", "b/ö .png", "v.npz#3"]), task=st.just("vqa"), prompt=TEXT, target=TEXT,
    source=TEXT, answer=ANSWERS, group=st.none() | TEXT, study=st.none() | TEXT, licence=st.none() | TEXT,
    confidence=st.none() | st.floats(1e-6, 1), split=st.none() | st.sampled_from(["train", "validation", "test"]),
)  # fmt: skip


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".tsv", ".jsonl"])
@settings(max_examples=25, deadline=None)
@given(given=st.lists(ENTRIES, min_size=1, max_size=5, unique_by=lambda one: one.id))
def test_any_table_comes_back(tmp_path_factory: pytest.TempPathFactory, suffix: str, given: list[Entry]):
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    write_as(Annotations(frame_of(given), path.parent), path)
    assert entries_of(path).equals(frame_of(given).collect())


def test_answers_stand_in_columns_of_their_own_or_in_one(tmp_path: Path):
    boxed = '"[0.1, 0.2, 0.3, 0.4]"'
    (tmp_path / "flat.csv").write_text(
        f"{HEAD},label,options,box,value,unit,quantity,turn,conversation\n"
        f"1,a.png,rec,Where?,there,heart,,{boxed},,,,,\n"
        "2,a.png,multi_class,Which?,cyst,cyst,cyst|mass,,,,,1.0,c\n"
        '3,a.png,multi_class,Which?,cyst,cyst,"[""cyst"", ""mass, solid""]",,,,,,\n'
        "4,a.png,multi_class,Which?,cyst,cyst,\"['cyst', 'mass']\",,,,,,\n"
        "5,a.png,calculation,CTR?,0.5,,,,5e-1,ratio,CTR,,\n"
    )
    whole = [
        {"label": "heart", "box": [0.1, 0.2, 0.3, 0.4]},
        {"label": "cyst", "options": ["cyst", "mass"]},
        {"label": "cyst", "options": ["cyst", "mass, solid"]},
        {"label": "cyst", "options": ["cyst", "mass"]},
        {"value": 0.5, "unit": "ratio", "quantity": "CTR"},
    ]
    flat = entries_of(tmp_path / "flat.csv")
    lines = [
        {"id": i, "image": "a.png", "task": task, "prompt": prompt, "target": target, "answer": answer}
        for i, (task, prompt, target, answer) in enumerate(
            zip(flat["task"], flat["prompt"], flat["target"], whole, strict=True), 1
        )
    ]
    lines[1] |= {"turn": 1, "conversation": "c"}
    (tmp_path / "whole.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "whole.json").write_text(json.dumps(lines, indent=1))
    pl.DataFrame(lines).write_parquet(tmp_path / "whole.parquet")
    dotted = pl.read_csv(tmp_path / "flat.csv").rename({"label": "answer.label", "box": "answer.box"})
    dotted.with_columns(pl.col("options").str.split("|")).write_parquet(tmp_path / "flat.parquet")
    for name in ("whole.jsonl", "whole.json", "whole.parquet"):
        assert entries_of(tmp_path / name).equals(flat), name
    read = judged(read_given(tmp_path / "flat.parquet")).accepted.entries.collect()
    assert read.filter(pl.col("id").is_in(["1", "2", "5"])).equals(flat.filter(pl.col("id").is_in(["1", "2", "5"])))


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("value", "large", "the value 'large' is no number"),
        ("confidence", "high", "the confidence 'high' is no number"),
        ("options", f"[1, {'9' * 41}, None]", "the options '[1, 999"),
        ("turn", "9007199254740993.0", "the turn '9007199254740993.0' is no whole number"),
        ("turn", "1.5", "the turn '1.5' is no whole number"),
        ("box", "0.1 0.2 0.3 0.4", "the box '0.1 0.2 0.3 0.4' is no list of numbers"),
        ("box", "[0.1, x]", "the box '[0.1, x]' is no list of numbers"),
        ("box", "[0.1, 0.2]", "a box is left, top, right and bottom, not 0.1, 0.2"),
        ("box", "[10, 20, 30, 40]", "leaves the image, whose sides are 0 to 1"),
        ("options", '["a"', 'the options \'["a"\' is no list, such as ["a", "b"] or a|b'),
        ("labels", "[null]", "the labels '[null]' is no list"),
        ("named", "maybe", "the named 'maybe' is no truth value, true or false"),
        ("answer", "yes", "the answer 'yes' is no object of its fields"),
        ("answer", '{"value": "large"}', "the value 'large' is no number"),
        ("split", "dev", "there is no split 'dev'"),
        ("image", "a/../../b.png", "leaves the table's folder"),
        ("target", " ", "the target is empty"),
        ("task", "vqq", "there is no task 'vqq'"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_bad_cell_sets_its_row_aside(tmp_path: Path, column: str, cell: str, said: str, suffix: str):
    sound = {"id": "1", "image": "a.png", "task": "vqa", "prompt": "Fluid?", "target": "no"}
    rows = [sound, sound | {"id": "2", column: cell}, sound | {"id": "3"}]
    path = tmp_path / f"t{suffix}"
    if suffix == ".csv":
        pl.DataFrame([{column: None, **row} for row in rows]).write_csv(path)
    else:
        path.write_text("\n".join(map(json.dumps, rows)))
    ((row, reason),) = aside(path)
    assert row == 2 and said in reason


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_file_is_one_sentence(tmp_path: Path, suffix: str):
    with pytest.raises(InputError, match=r"There is no annotation table '.*none"):
        read_given(tmp_path / f"none{suffix}")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("t.csv", b"id,image\n1,a\xff.png\n", "Line 2 of '.*t.csv' is not UTF-8 text; save the file as UTF-8."),
        ("t.jsonl", b'{"id": 1}\n\n{"id": "\xe9"}', "Line 3 of '.*t.jsonl' is not UTF-8 text"),
        ("t.json", b'[{"id": "\xe9"}]', "Line 1 of '.*t.json' is not UTF-8 text"),
        ("t.csv", b"id,image,task,promt,target\n1,a.png,vqa,?,no\n", "has no column 'prompt'; did you mean 'promt'?"),
        (
            "t.jsonl",
            b'{"id": 1, "image": "a.png"}',
            "has no columns task, prompt, target, of the needed id, image, task, prompt, target; it has id, image.",
        ),
        ("t.csv", b"id,id,image,task,prompt,target\n", "has 2 columns named 'id'; name each once"),
        ("t.csv", b"", "is empty; its first line names the columns"),
        ("t.csv", f"{HEAD},label,answer.label\n".encode(), "'label' and 'answer.label', which are the same"),
        ("t.json", b'{"id": 1}', "is no list of JSON objects"),
        ("t.json", b'{"id": 1}\n{"id": 2}\n', "one object a line is read from a file named .jsonl"),
        ("t.json", b'[{"id": 1}, {"id": }]', "is not JSON in its item 2"),
        ("t.json", b'[{"id": 1} {"id": 2}]', "after item 1 stands neither"),
        ("t.json", b"[]", "holds no JSON objects"),
        ("t.parquet", b"PAR1", "is not a readable Parquet file"),
        ("t.txt", b"", "is no annotation table; allowed are .parquet"),
    ],
)
def test_a_bad_file_is_one_sentence(tmp_path: Path, name: str, content: bytes, said: str):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said) as error:
        read_given(tmp_path / name)
    assert str(error.value).rstrip("?").count("\n") == 0


def test_a_row_with_too_many_cells_is_set_aside(tmp_path: Path):
    rows = [
        "1,a.png,vqa,Fluid?,no",
        "2,a.png,vqa,Fluid, here?,no",
        "",
        '3,a.png,vqa,The "left"?,no',
        "4,b.png,vqa,?,no,",
    ]
    (tmp_path / "t.csv").write_text("\n".join([HEAD, *rows]))
    assert aside(tmp_path / "t.csv") == [(2, "it has 6 cells for 5 columns")]
    read = judged(read_given(tmp_path / "t.csv")).accepted.entries.collect()
    assert read["prompt"].to_list() == ["Fluid?", 'The "left"?', "?"]


def test_a_line_that_is_no_object_is_set_aside(tmp_path: Path):
    sound = '{"id": 1, "image": "a.png", "task": "vqa", "prompt": "?", "target": "no"}'
    (tmp_path / "t.jsonl").write_text("\n".join([sound, "", "[1]", '{"id": ', sound.replace("1", "2")]))
    assert aside(tmp_path / "t.jsonl") == [(3, "it is no JSON object"), (4, "it is no JSON object")]
    assert judged(read_given(tmp_path / "t.jsonl")).accepted.entries.collect()["id"].to_list() == ["1", "2"]


def test_columns_that_are_not_kept_are_named(tmp_path: Path):
    (tmp_path / "t.csv").write_text(f"{HEAD},confidense,age\n1,a.png,vqa,?,no,1,40\n")
    assert read_given(tmp_path / "t.csv").statements == (
        "Columns that an annotation table does not have are left out: confidense (did you mean 'confidence'?), age.",
    )


def test_an_absolute_path_in_the_folder_of_images_is_taken_from_there(tmp_path: Path):
    (tmp_path / "t.csv").write_text(f"{HEAD}\n1,{tmp_path}/a.png,vqa,?,no\n2,/elsewhere/a.png,vqa,?,no\n")
    assert aside(tmp_path / "t.csv") == [(2, "the image '/elsewhere/a.png' leaves the table's folder")]
    assert judged(read_given(tmp_path / "t.csv")).accepted.entries.collect()["image"][0] == "a.png"


def test_a_name_of_no_format_is_one_sentence(tmp_path: Path):
    table = Annotations(frame_of([entry()]), tmp_path)
    with pytest.raises(InputError, match=r"'.*t.xlsx' is no name for an annotation table; allowed are .parquet"):
        write_as(table, tmp_path / "t.xlsx")
    (tmp_path / "images").mkdir()
    with pytest.raises(InputError, match="exists and is no folder of `datasets`; name another"):
        write_as(table, tmp_path / "images")


def line(number: int, **members: Any) -> str:
    sound = {"id": str(number), "image": "a.png", "task": "vqa", "prompt": "Fluid?", "target": "no"}
    return json.dumps(sound | members)


@pytest.mark.parametrize(
    ("members", "name", "said"),
    [
        ('"confidence": NaN', "2", "a confidence is from 0 to 1, not NaN"),
        ('"confidence": 1e400', "2", "a confidence is from 0 to 1, not inf"),
        ('"answer": {"value": NaN}', "2", "the value NaN is no number"),
        (f'"turn": {"9" * 30}', "2", f"the turn '{'9' * 30}' is no whole number"),
        ('"target": "lone \\ud800 half"', None, "it holds half of a surrogate pair"),
        ('"target": "\\ufdd2"', None, "it holds U\\+FDD0"),
        ('"target": 01', None, "it is no JSON object"),
    ],
)
def test_what_json_does_not_allow_names_the_field(tmp_path: Path, members: str, name: str | None, said: str):
    bad = line(2)[:-1].replace(', "target": "no"', "") if "target" in members else line(2)[:-1]
    (tmp_path / "t.jsonl").write_text("\n".join([line(1), f"{bad}, {members}}}", line(3, prompt="\U0001f600\\ud800")]))
    rows = judged(read_given(tmp_path / "t.jsonl")).set_aside.collect().rows()
    assert [row[:2] for row in rows] == [(2, name)] and re.search(said, rows[0][2])


def test_numbers_keep_their_spelling_and_turns_their_value(tmp_path: Path):
    (tmp_path / "t.jsonl").write_text(line(1, options=[0], conversation="c", turn=2**53 + 1).replace('"no"', "2.50"))
    (tmp_path / "t.csv").write_text(f"{HEAD},conversation,turn\n1,a.png,vqa,?,no,c,{2**53 + 1}\n")
    found = entries_of(tmp_path / "t.jsonl")
    assert (found["target"][0], found["turn"][0]) == ("2.50", 2**53 + 1)
    assert entries_of(tmp_path / "t.csv")["turn"].to_list() == [2**53 + 1]


OURS = ("row", "reason", "from", "_", "is_object", "text", "at", "0", "faults")


@pytest.mark.parametrize("name", ["t.csv", "ragged.csv", "t.jsonl", "t.parquet"])
@pytest.mark.parametrize("extra", OURS)
def test_columns_called_as_ours_are_left_out_and_said(tmp_path: Path, name: str, extra: str):
    path = tmp_path / name
    rows = [{extra: "7", **json.loads(line(i, options='["a\\tb\\\\"]'))} for i in (1, 2)]
    if path.suffix == ".csv":
        pl.DataFrame(rows).write_csv(path)
        path.write_text(path.read_text() + (',3,a.png,vqa,"a ""b" c,no,a|b\n' if name == "ragged.csv" else ""))
    elif path.suffix == ".jsonl":
        path.write_text("\n".join(map(json.dumps, rows)))
    else:
        pl.DataFrame(rows).drop("options").write_parquet(path)
    assert entries_of(path)["id"].to_list()[:2] == ["1", "2"]
    assert read_given(path).statements == (f"Columns that an annotation table does not have are left out: {extra}.",)


def test_an_answer_of_parquet_may_have_a_few_fields_of_other_types(tmp_path: Path):
    answers = [{"options": ["a", "b"], "box": [0, 0, 1, 1]}, None]
    rows = [json.loads(line(i)) | {"answer": answer} for i, answer in enumerate(answers)]
    pl.DataFrame(rows).write_parquet(tmp_path / "t.parquet")
    expected = [Answer(options=("a", "b"), box=(0.0, 0.0, 1.0, 1.0)), Answer()]
    given = [Entry(str(i), "a.png", "vqa", "Fluid?", "no", "", one) for i, one in enumerate(expected)]
    assert entries_of(tmp_path / "t.parquet")["answer"].equals(frame_of(given).collect()["answer"])


@pytest.mark.parametrize("conversation", ["c", None])
def test_a_turn_beyond_its_type_sets_the_row_aside(tmp_path: Path, conversation: str | None):
    rows = pl.DataFrame([json.loads(line(i, conversation=conversation)) for i in (1, 2)]).cast(
        {"conversation": pl.String}
    )
    turns = pl.Series("turn", [2**63, 4 if conversation else None], pl.UInt64)
    rows.with_columns(turns).write_parquet(tmp_path / "t.parquet")
    assert [row for row, _ in aside(tmp_path / "t.parquet")] == [1]
