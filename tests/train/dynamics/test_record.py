"""dynamics.jsonl over an interruption: whole lines, nothing twice, nothing of steps that are made again."""

import json

import pytest

from angiogram.errors import InputError
from angiogram.train.dynamics.record import Record, Row, read_rows


def rows(step):
    return [Row(step, module, 4, 1.25 + step, 0.5) for module in ("all", "model.connector")]


def written(path, steps, start=0):
    record = Record(path, start)
    for step in steps:
        record.add(rows(step))
    return record


def test_lines_are_rows(tmp_path):
    path = tmp_path / "run" / "dynamics.jsonl"
    record = written(path, [0, 10])
    assert read_rows(path) == [*rows(0), *rows(10)] and record.last == 10
    first = json.loads(path.read_text().splitlines()[0])
    assert first == {"step": 0, "module": "all", "n": 4, "entropy": 1.25, "dominant": 0.5}


def test_rows_beyond_the_step_it_goes_on_from_are_dropped(tmp_path):
    path = tmp_path / "dynamics.jsonl"
    written(path, [0, 10, 20, 30])
    record = Record(path, 20)
    assert record.last == 20 and read_rows(path) == [*rows(0), *rows(10), *rows(20)]
    record.add(rows(30))
    assert read_rows(path) == [*rows(0), *rows(10), *rows(20), *rows(30)]
    assert Record(path, 0).last == 0
    assert Record(tmp_path / "new.jsonl", 0).last == -1


def test_a_line_that_was_not_finished_is_dropped(tmp_path):
    path = tmp_path / "dynamics.jsonl"
    written(path, [0])
    whole = path.read_bytes()
    for cut in (1, 20, len(whole) - 1):
        path.write_bytes(whole[:-cut])
        assert len(read_rows(path)) == whole[:-cut].count(b"\n")
        written(path, [10], start=0)
        assert read_rows(path)[-2:] == rows(10)
    assert [each.name for each in tmp_path.iterdir()] == ["dynamics.jsonl"]


@pytest.mark.parametrize("content", [b"{}\n", b"[]\n", b"\xff\n", b"step\n", b'{"step": 1}\n'])
def test_what_is_no_record_is_one_sentence(tmp_path, content):
    path = tmp_path / "dynamics.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"dynamics.jsonl' is no readable record"):
        Record(path, 0)
