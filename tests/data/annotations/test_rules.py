"""Each rule names the row and what is wrong with it; nothing is lost."""

from dataclasses import replace
from math import nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.annotations.entries import SOUND, entry

from angiogram.data.annotations.entry import Answer, Entry, frame_of
from angiogram.data.annotations.rules import checked
from angiogram.data.annotations.tasks import TASKS


def reasons(*entries: Entry) -> list[tuple[int, str]]:
    """Row and reason of what is set aside."""
    return checked(frame_of(entries)).set_aside.select("row", "reason").collect().rows()


def test_a_sound_entry_of_each_task_is_accepted():
    assert reasons(*(entry(i, task) for i, task in enumerate(TASKS))) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (entry(id=""), "it has no id"),
        (entry(target="no\ufdd0"), "it holds U+FDD0 to U+FDD3, which are no characters"),
        (entry(answer=Answer(options=("no", "\ufdd3"))), "it holds U+FDD0 to U+FDD3, which are no characters"),
        (replace(entry(), task="vqq"), "there is no task 'vqq'; known are calculation"),
        (entry(image=None), "it names no image"),
        (entry(image="/data/a.png"), "the image '/data/a.png' leaves the table's folder"),
        (entry(image="C:\\a.png"), "leaves the table's folder"),
        (entry(image="a/../../b.png"), "leaves the table's folder"),
        (entry(task="text_qa", image="a.png"), "has no image"),
        (
            entry(image="https://a.org/a.png"),
            "the image 'https://a.org/a.png' is an address, and nothing is downloaded",
        ),
        (entry(prompt="\n"), "the prompt is empty"),
        (entry(answer=Answer(options=("no", "yes", "no"))), "one option stands twice in no, yes, no"),
        (
            entry(task="calculation", answer=Answer(quantity="CTR", value=52, unit="ratio")),
            "the value 52.0 is no CTR, which is a ratio from 0 to 1",
        ),
        (entry(target=" "), "the target is empty"),
        (entry(prompt="<image> and <image>"), "its prompt has 2 image tokens for 1 image"),
        (entry(task="text_qa", prompt="<image>?"), "its prompt has 1 image tokens for 0 image"),
        (entry(split="valid"), "there is no split 'valid'; known are train, validation or test"),
        (entry(confidence=1.5), "a confidence is from 0 to 1, not 1.5"),
        (entry(confidence=nan), "a confidence is from 0 to 1, not NaN"),
        (entry(turn=1), "a turn of a conversation needs"),
        (entry(task="multi_class", answer=Answer(options=("a", "b"))), "a multi_class answer needs a label"),
        (entry(task="multi_class", answer=Answer(label="a")), "a multi_class answer needs the options"),
        (
            entry(task="multi_class", answer=Answer(label="c", options=("a", "b"))),
            "the label 'c' is none of the options a, b",
        ),
        (entry(task="multi_label", answer=Answer(options=("a", "b"))), "a multi_label answer needs labels"),
        (
            entry(task="multi_label", answer=Answer(labels=("a", "c"), options=("a", "b"))),
            "the label 'c' is none of the options a, b",
        ),
        (
            entry(task="multi_label", answer=Answer(labels=(), unsure=("c",), options=("a", "b"))),
            "the label 'c' is none of the options a, b",
        ),
        (
            entry(task="multi_label", answer=Answer(labels=("a",), unsure=("a",), options=("a", "b"))),
            "a finding is named as there and as unsure",
        ),
        (entry(task="rec", answer=Answer()), "a rec answer needs a box"),
        (
            entry(task="rec", answer=Answer(box=(0.1, 0.2, 0.3))),  # type: ignore[arg-type]
            "a box is left, top, right and bottom, not 0.1, 0.2, 0.3",
        ),
        (entry(task="rec", answer=Answer(box=(0.1, nan, 0.3, 0.4))), "a box is left, top, right and bottom"),
        (entry(task="rec", answer=Answer(box=(0.5, 0.0, 0.2, 1.0))), "the box 0.5, 0.0, 0.2, 1.0 is turned"),
        (entry(task="rec", answer=Answer(box=(0.5, 0.0, 1.2, 1.0))), "the box 0.5, 0.0, 1.2, 1.0 leaves the image"),
        (entry(task="calculation", answer=Answer(quantity="CTR", value=0.5)), "a calculation needs a quantity"),
        (entry(task="calculation", answer=Answer(quantity="CTR", value=nan, unit="ratio")), "no number"),
        (
            entry(task="calculation", answer=Answer(quantity="CTR", value=52.0, unit="%")),
            "the unit of CTR is 'ratio', not '%'",
        ),
    ],
)
def test_what_breaks_a_rule_is_set_aside_with_its_reason(wrong: Entry, said: str):
    ((row, reason),) = reasons(entry(7), wrong)
    assert row == 2
    assert said in reason


def test_the_first_of_two_with_one_id_is_kept():
    assert reasons(entry(1), entry(2), entry(1)) == [(3, "the id 'e1' stands in an earlier row")]


def test_a_quantity_has_the_unit_of_most_of_its_rows():
    sizes = [Answer(quantity="diameter", value=5.0, unit=unit) for unit in ("cm", "mm", "mm")]
    rows = [entry(i, "calculation", answer=size) for i, size in enumerate(sizes)]
    assert reasons(*rows) == [(1, "the unit of diameter is 'mm', not 'cm'")]


VALUES = st.none() | st.floats(allow_subnormal=False)
WORDS = st.sampled_from(["", "a", "edema", "../x", "<image>"])
ANSWERS = st.builds(
    Answer,
    label=st.none() | WORDS,
    labels=st.none() | st.lists(WORDS, max_size=3).map(tuple),
    options=st.none() | st.lists(WORDS, max_size=3).map(tuple),
    box=st.none() | st.lists(st.floats(-1, 2), max_size=5).map(tuple),
    quantity=st.none() | st.sampled_from(["CTR", "size"]),
    value=VALUES,
    unit=st.none() | st.sampled_from(["mm", "cm", "ratio"]),
)
ENTRIES = st.builds(
    Entry,
    id=WORDS, image=st.none() | WORDS, task=st.sampled_from([*TASKS, "other"]), prompt=WORDS, target=WORDS,
    source=WORDS, answer=st.sampled_from(list(SOUND.values())) | ANSWERS, confidence=VALUES,
    split=st.none() | st.sampled_from(["train", "dev"]), turn=st.none() | st.integers(-1, 2),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(ENTRIES, max_size=12))
def test_accepted_and_set_aside_are_all_that_was_given(entries: list[Entry]):
    found = checked(frame_of(entries))
    accepted, set_aside = found.accepted.collect(), found.set_aside.collect()
    assert accepted.height + set_aside.height == len(entries)
    assert set_aside["reason"].null_count() == 0
    rows = set(set_aside["row"].to_list())
    kept = [one for i, one in enumerate(entries, 1) if i not in rows]
    assert accepted.equals(frame_of(kept).collect(), null_equal=True)


def test_no_rows_are_no_rows():
    found = checked(frame_of([]))
    assert found.accepted.collect().height == found.set_aside.collect().height == 0


def test_an_entry_keeps_all_its_fields():
    one = entry(3, "multi_label", study="s", licence="CC0", confidence=0.5, split="test", conversation="c", turn=0)
    row = frame_of([one]).collect().row(0, named=True)
    answer = {name: tuple(v) if isinstance(v, list) else v for name, v in row.pop("answer").items()}
    assert replace(one, answer=Answer(**answer)) == Entry(**row, answer=Answer(**answer))
