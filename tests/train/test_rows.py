"""Rows of steps over an interruption: whole lines, nothing twice, nothing of steps that are made again."""

import json

import pytest

from angiogram.errors import InputError
from angiogram.train.rows import Rows, losses_of, read_rows
from angiogram.train.watching import Step


def step(done):
    return Step(done, 100, 1.5 + done, {"vqa": 2.0}, {"connector": 1e-3}, ("e1", "e2"))


def modules(step):
    return [{"module": name, "n": 4} for name in ("all", "connector")] if step.done % 10 == 0 else []


def written(path, steps, rows_of=modules):
    rows = Rows(path, rows_of)
    for done in steps:
        rows(step(done))


def numbers(path):
    return [row["step"] for row in read_rows(path)]


def test_lines_are_rows(tmp_path):
    path = tmp_path / "run" / "steps.jsonl"
    written(path, [1, 2], losses_of)
    first = json.loads(path.read_text().splitlines()[0])
    assert first == {
        "step": 1, "loss": 2.5, "tasks": {"vqa": 2.0}, "rates": {"connector": 1e-3}, "entries": ["e1", "e2"],
    }  # fmt: skip


def test_rows_of_steps_that_are_made_again_are_dropped(tmp_path):
    path = tmp_path / "rows.jsonl"
    written(path, range(1, 31))
    assert numbers(path) == [10, 10, 20, 20, 30, 30]
    written(path, range(20, 26))
    assert numbers(path) == [10, 10, 20, 20]
    written(path, [1])
    assert numbers(path) == [] and path.exists()


def test_a_line_that_was_not_finished_is_dropped(tmp_path):
    path = tmp_path / "rows.jsonl"
    written(path, [10])
    whole = path.read_bytes()
    for cut in (1, 5, len(whole) - 1):
        path.write_bytes(whole[:-cut])
        assert len(read_rows(path)) == whole[:-cut].count(b"\n")
        written(path, [20])
        assert numbers(path)[-2:] == [20, 20]
    assert [each.name for each in tmp_path.iterdir()] == ["rows.jsonl"]


@pytest.mark.parametrize("content", [b"{}\n", b"[]\n", b"\xff\n", b"step\n", b'{"step": "one"}\n'])
def test_what_holds_no_rows_is_one_sentence(tmp_path, content):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"rows.jsonl' holds no rows of steps"):
        written(path, [1])
