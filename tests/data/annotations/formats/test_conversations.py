"""Conversations of LLaVA and MedM-VL: published layouts, faults, and round trips both ways."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.annotations.entries import CHARACTERS, SOUND, entry

from angiogram.data.annotations.entry import Entry, frame_of
from angiogram.data.annotations.formats.conversations.layout import OURS, Layout
from angiogram.data.annotations.formats.read import read_given
from angiogram.data.annotations.formats.write import write_as
from angiogram.data.annotations.given import judged
from angiogram.data.annotations.table import Annotations
from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.errors import InputError

LLAVA = {
    "id": "997bb945",
    "image": "part-000001/997bb945.jpg",
    "conversations": [
        {"from": "human", "value": "<image>\nWhat is shown?"},
        {"from": "gpt", "value": "a chest radiograph"},
    ],
}
VOLUME = "train_1/train_1_a/train_1_a_1.npy"
MEDM_VL_3D = {
    "id": 46847,
    "conversations": [
        {"from": "human", "value": "<image3d>\nAre the main bronchi open?"},
        {"from": "gpt", "value": "Yes."},
        {"from": "human", "value": "Are there calcific plaques?"},
        {"from": "gpt", "value": "Yes, in the aortic arch."},
    ],
    "image3d": [VOLUME],
}
MEDM_VL_INFERENCE = {
    "id": "0",
    "conversations": [{"from": "human", "value": "<image>\nWhich category is it?"}],
    "image": ["images_eval_derma/0.png"],
    "answer": "melanocytic nevi",
}


def written(path: Path, *items: Any) -> Path:
    path.write_text(json.dumps(items, ensure_ascii=False, indent=1))
    return path


def turns(*values: str) -> list[dict[str, str]]:
    return [{"from": ("human", "gpt")[i % 2], "value": value} for i, value in enumerate(values)]


def rows(path: Path, *columns: str) -> list[tuple[Any, ...]]:
    accepted, set_aside = judged(read_given(path))
    assert set_aside.collect().rows() == []
    return accepted.entries.select(*columns).collect().rows()


def test_published_layouts(tmp_path: Path):
    path = written(tmp_path / "c.json", LLAVA, MEDM_VL_3D, MEDM_VL_INFERENCE)
    columns = ("id", "image", "task", "prompt", "target", "conversation", "turn")
    assert rows(path, *columns) == [
        ("997bb945", LLAVA["image"], "vqa", "What is shown?", "a chest radiograph", "997bb945", 0),
        ("46847#0", VOLUME, "vqa", "Are the main bronchi open?", "Yes.", "46847", 0),
        ("46847#1", VOLUME, "vqa", "Are there calcific plaques?", "Yes, in the aortic arch.", "46847", 1),
        ("0", "images_eval_derma/0.png", "vqa", "Which category is it?", "melanocytic nevi", "0", 0),
    ]  # fmt: skip
    lines = tmp_path / "c.jsonl"
    lines.write_text("\n".join(map(json.dumps, (LLAVA, MEDM_VL_3D, MEDM_VL_INFERENCE))))
    assert rows(lines, *columns) == rows(path, *columns)


def test_what_an_item_may_say_besides(tmp_path: Path):
    other = [{"from": "user", "value": "<image> ?"}, {"from": "assistant", "value": "."}]
    path = written(
        tmp_path / "c.json",
        {"conversations": turns("What is CT?", "A scan."), "task": "text"},
        {**LLAVA, "task": "report", "source": "s", "group": "p1", "licence": "CC0", "split": "train", "type": "x"},
        {**LLAVA, "conversations": [{"from": "system", "value": "Be brief."}, *LLAVA["conversations"]]},
        {**LLAVA, "image": "b.png", "conversations": turns("What is this?\n<image>", "A scan.")},
        {"id": "u", "image": "b.png", "conversations": other},
    )  # fmt: skip
    assert rows(path, "id", "task", "prompt", "source", "group", "licence", "split") == [
        ("1", "text_qa", "What is CT?", None, None, None, None),
        ("997bb945", "report", "What is shown?", "s", "p1", "CC0", "train"),
        ("997bb945 (2)", "vqa", "What is shown?", None, None, None, None),
        ("997bb945 (3)", "vqa", "What is this?\n<image>", None, None, None, None),
        ("u", "vqa", "<image> ?", None, None, None, None),
    ]
    assert read_given(path).statements == (
        "1 conversations begin with a turn of the system, which is not kept.",
        "1 conversations name a task that is taken for vqa: text.",
        "Members of its items that are not kept: type.",
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"conversations": turns("What?", "This.")}, "it has 0 <image> tokens for 1 images"),
        ({"conversations": turns("<image>\n<image>\nWhat?", "This.")}, "it has 2 <image> tokens for 1 images"),
        ({"image": None}, "it has 1 <image> tokens for 0 images"),
        ({"conversations": turns("<image3d>\nWhat?", "This.")}, "it has 0 <image> tokens for 1 images"),
        ({"conversations": turns("<image>\n<image3d>\nWhat?", "This.")}, "it has 1 <image3d> tokens for 0 volumes"),
        ({"image": ["a.png", "b.png"]}, "it has 2 images; an entry is about one"),
        ({"image3d": ["a.npy"]}, "it has 2 images; an entry is about one"),
        ({"image": [1, {}]}, "its image is neither a path nor a list"),
        ({"image": "../a.png"}, "the image '../a.png' leaves the table's folder"),
        ({"image": "/data/a.png"}, "the image '/data/a.png' leaves the table's folder"),
        ({"conversations": turns("<image>\nWhat?")}, "its last question has no answer"),
        ({"conversations": turns("<image>\nWhat?", "This.", "Sure?")}, "its last question has no answer"),
        ({"conversations": turns("<image>\nWhat?", " ")}, "turn 2 is empty"),
        ({"conversations": turns("<image>\nWhat?", "<image>")}, "an answer holds an image token"),
        ({"conversations": []}, "it has no turns"),
        ({"conversations": "What?"}, "its conversations are no list of turns"),
        ({"conversations": [{"from": "human", "value": ["a"]}]}, "its conversations are no list of turns"),
        (
            {"conversations": [*turns("<image>\nWhat?"), {"from": "human", "value": "What?"}]},
            "turn 2 is of 'human', where 'gpt' must speak",
        ),
        (
            {"conversations": [{"from": "gpt", "value": "This."}, {"from": "human", "value": "<image>\nWhat?"}]},
            "turn 1 is of 'gpt', where 'human' must speak",
        ),
        ({OURS: [{"id": "a"}, {"id": "b"}]}, "it describes 2 entries for 1 questions"),
        ({OURS: 7}, "what it says of its entries under 'angiogram' cannot be read"),
    ],
)
def test_a_fault_sets_the_conversation_aside(tmp_path: Path, changes: dict[str, Any], said: str):
    path = written(tmp_path / "c.json", LLAVA, {**LLAVA, "id": "x", **changes}, {**MEDM_VL_3D})
    read = read_given(path)
    accepted, set_aside = judged(read)
    found = set_aside.collect()
    assert set(found["row"]) == {2} and all(said in reason for reason in found["reason"])
    assert accepted.entries.collect()["id"].to_list() == ["997bb945", "46847#0", "46847#1"]
    assert read.unit == "conversation" and read.rows.collect().height == 3 + found.height


def test_an_entry_of_a_broken_conversation_is_set_aside_for_each_question(tmp_path: Path):
    three = {**LLAVA, "conversations": turns("What?", "This.", "Sure?", "Yes.", "Why?")}
    set_aside = judged(read_given(written(tmp_path / "c.json", 7, three, LLAVA))).set_aside.collect()
    assert set_aside.rows() == [
        (1, "1", "it is no JSON object"),
        *((2, f"997bb945#{i}", "its last question has no answer") for i in range(3)),
    ]


def test_one_object_is_no_list_of_conversations(tmp_path: Path):
    (tmp_path / "o.json").write_text('{"conversations": []}')
    with pytest.raises(InputError, match="is no list of JSON objects"):
        read_given(tmp_path / "o.json")


def test_turns_about_several_images_are_items_of_their_own(tmp_path: Path):
    given = [
        entry(0, image="a.png", conversation="c", turn=0),
        entry(1, image="a.png", conversation="c", turn=1),
        entry(2, image="b.nii.gz", conversation="c", turn=2, prompt="And here?\n<image>"),
        entry(3, image="b.nii.gz", conversation="c", turn=3, prompt="Here again: <image>"),
        entry(4, "text_qa", conversation="c", turn=4),
        entry(5, image="a.png"),
    ]
    write_as(Annotations(frame_of(reversed(given)), tmp_path), tmp_path / "c.json", "medm-vl")
    items = json.loads((tmp_path / "c.json").read_text())
    seen = [(item["id"], item.get("image"), item.get("image3d"), len(item["conversations"])) for item in items]
    assert seen == [
        ("e5", ["a.png"], None, 2),
        ("e0", ["a.png"], None, 4),
        ("e2", None, ["b.nii.gz"], 2),
        ("e3", None, ["b.nii.gz"], 2),
        ("e4", None, None, 2),
    ]
    assert items[1]["conversations"][0]["value"] == "<image>\nWhat is seen?"
    assert items[1]["conversations"][2]["value"] == "What is seen?"
    assert items[2]["conversations"][0]["value"] == "And here?\n<image3d>"
    back = judged(read_given(tmp_path / "c.json")).accepted.entries.collect()
    assert back.sort("id").equals(frame_of(given).collect())


def test_llava_reads_one_path_and_one_token(tmp_path: Path):
    write_as(Annotations(frame_of([entry(0, image="v.nii.gz")]), tmp_path), tmp_path / "c.json")
    (item,) = json.loads((tmp_path / "c.json").read_text())
    assert item["image"] == "v.nii.gz" and item["conversations"][0]["value"].startswith("<image>\n")


BRACKETS = ["[** Hospital **]\r\n3\\4\t.", "[p\\1]", '{a "b"}\t', "{\r\\", '["x\\"]', "2.50", '"[']
TEXT = (
    st.text(CHARACTERS, min_size=1, max_size=6).filter(
        lambda text: text.strip() and "<image" not in text and "\0" not in text
    )
    | st.builds(str.__add__, st.sampled_from(["[", "{"]), st.text('[{]}"\\\r\n\t a1,:', max_size=6))
    | st.sampled_from(['say "no"', "two\nlines", "\\", "\\n", "\n x", "{}", "[1]", "é", "\t.", *BRACKETS])
)
PROMPTS = (
    TEXT
    | st.builds(lambda t, at: f"{t[:at]}<image>{t[at:]}", TEXT, st.integers(0, 3))
    | st.builds("<image>\n{}".format, TEXT)
)
IMAGES = st.sampled_from(["a.png", "b/c.png", "v.nii.gz"])
ENTRIES = st.builds(
    entry,
    number=st.just(0), task=st.sampled_from(ON_IMAGES), image=IMAGES, prompt=PROMPTS, target=TEXT,
    source=TEXT, group=st.none() | TEXT, study=st.none() | TEXT, licence=st.none() | TEXT,
    confidence=st.none() | st.floats(1e-6, 1), split=st.none() | st.sampled_from(["train", "test"]),
    conversation=st.sampled_from([None, "c", "d"]), turn=st.integers(0, 9),
) | st.builds(entry, number=st.just(0), task=st.just("text_qa"), prompt=TEXT, target=TEXT)  # fmt: skip


def numbered(given: list[Entry]) -> list[Entry]:
    return [
        replace(one, id=f"e{i}", turn=None if one.conversation is None else one.turn) for i, one in enumerate(given)
    ]


@pytest.mark.parametrize("layout", ["llava", pytest.param("medm-vl", marks=pytest.mark.nightly)])
@settings(max_examples=40, deadline=None)
@given(given=st.lists(ENTRIES, min_size=1, max_size=8).map(numbered))
def test_any_table_comes_back(tmp_path_factory: pytest.TempPathFactory, layout: Layout, given: list[Entry]):
    path = tmp_path_factory.getbasetemp() / f"any-{layout}.json"
    table = frame_of(given).collect()
    write_as(Annotations(table.lazy(), path.parent), path, layout)
    accepted, set_aside = judged(read_given(path))
    assert set_aside.collect().rows() == []
    assert accepted.entries.collect().sort("id").equals(table.sort("id"))
    for item in json.loads(path.read_text()):
        tokens = sum(turn["value"].count("<image") for turn in item["conversations"])
        assert tokens == ("image" in item or "image3d" in item)


VALUES = st.lists(TEXT, min_size=2, max_size=6).map(lambda values: values[: len(values) // 2 * 2])


@st.composite
def items(draw: st.DrawFn) -> dict[str, Any]:
    values, kind = draw(VALUES), draw(st.sampled_from(["image", "image3d", None]))
    item: dict[str, Any] = {"id": draw(st.sampled_from(["a", "b", "c"]))}
    if kind is not None:
        at = 2 * draw(st.integers(0, len(values) // 2 - 1))
        token = {"image": "<image>", "image3d": "<image3d>"}[kind]
        form = draw(st.sampled_from(["{0}\n{1}", "{1}\n{0}", "{0}{1}"]))
        values[at] = form.format(token, values[at])
        item[kind] = [draw(st.sampled_from(["a.png", "b/c.png"]) if kind == "image" else st.just("v.npy"))]
    item |= draw(st.fixed_dictionaries({}, optional=dict.fromkeys(("source", "group", "study", "licence"), TEXT)))
    task = draw(st.sampled_from(["vqa", "report"] if kind else ["text_qa"]))
    return item | {"task": task, "conversations": turns(*values)}


@settings(max_examples=40, deadline=None)
@given(given=st.lists(items(), min_size=1, max_size=6))
def test_any_conversations_come_back(tmp_path_factory: pytest.TempPathFactory, given: list[dict[str, Any]]):
    folder = tmp_path_factory.getbasetemp()
    accepted, set_aside = judged(read_given(written(folder / "given.json", *given)))
    assert set_aside.collect().rows() == []
    write_as(accepted, folder / "again.json", "medm-vl")
    again = json.loads((folder / "again.json").read_text())
    seen: dict[str, int] = {}
    for item in given:  # ids that stand in several items are numbered
        seen[item["id"]] = seen.get(item["id"], 0) + 1
        item["id"] += f" ({seen[item['id']]})" if seen[item["id"]] > 1 else ""
    for item in again:
        del item[OURS]
    assert again == given
    entries: pl.DataFrame = accepted.entries.collect()
    assert entries.height == sum(len(item["conversations"]) // 2 for item in given)


def test_what_conversations_cannot_say_travels_beside(tmp_path: Path):
    given = [entry(i, task) for i, task in enumerate(SOUND)]
    write_as(Annotations(frame_of(given), tmp_path), tmp_path / "c.json")
    first = json.loads((tmp_path / "c.json").read_text())[0]
    assert first["task"] == "calculation" and first[OURS] == [
        {"id": "e0", "answer": {"quantity": "CTR", "value": 0.52, "unit": "ratio"}}
    ]


def test_texts_that_begin_as_json_does_are_texts(tmp_path: Path):
    text = "[** Hospital **]\r\nNo effusion.\t3\\4"
    item = {**LLAVA, "group": "[p\\1]", "conversations": turns("<image>\nWhat?", text)}
    assert rows(written(tmp_path / "c.json", item), "target", "group") == [(text, "[p\\1]")]


def test_paths_with_brackets_and_no_path(tmp_path: Path):
    plain = {"id": "t", "image": "", "conversations": turns("What?", "This.")}
    path = written(
        tmp_path / "c.json", {**LLAVA, "image": "[a].png"}, {**LLAVA, "id": "b", "image": ["[b].png"]}, plain
    )
    assert rows(path, "image", "task") == [("[a].png", "vqa"), ("[b].png", "vqa"), (None, "text_qa")]


def test_an_answer_that_is_a_number_keeps_its_spelling(tmp_path: Path):
    item = json.dumps([{**LLAVA, "conversations": turns("<image>\nWhat?", "X")}])
    (tmp_path / "c.json").write_text(item.replace('"X"', "2.50"))
    assert rows(tmp_path / "c.json", "target") == [("2.50",)]
    (tmp_path / "c.json").write_text(item.replace('"X"', "9" * 50))
    assert rows(tmp_path / "c.json", "target") == [("9" * 50,)]


def test_the_spelling_of_llava_med_is_taken_and_said(tmp_path: Path):
    item = {"conversatons" if name == "conversations" else name: value for name, value in LLAVA.items()}
    path = written(tmp_path / "c.json", item)
    assert rows(path, "prompt") == [("What is shown?",)]
    assert read_given(path).statements == ("Its member 'conversatons' is taken for 'conversations'.",)


def test_large_values_come_back(tmp_path: Path):
    values = [1e16, 1e20, 1e290, 5e-324, 1.7976931348623157e308, 1 / 3]
    made = [replace(SOUND["calculation"], quantity=f"q{i}", value=value) for i, value in enumerate(values)]
    table = frame_of(entry(i, "calculation", answer=answer) for i, answer in enumerate(made))
    for name in ("v.json", "v.jsonl"):
        write_as(Annotations(table, tmp_path), tmp_path / name)
        found = judged(read_given(tmp_path / name)).accepted.entries.select(pl.col("answer").struct.field("value"))
        assert found.collect().to_series().to_list() == values
