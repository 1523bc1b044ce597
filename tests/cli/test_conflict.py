"""`angiogram conflict` as a user meets it: a table of several tasks, conflict.json, the indexes, and its refusals."""

import json

import pytest

from tests.evaluate.tables import write_table


def test_the_indexes_are_printed_and_written(in_process, tiny_folder, tmp_path):
    table = write_table(tmp_path)
    arguments = ("conflict", tiny_folder, table, "--split", "all", "--batches", 2, "--cache", tmp_path / "cache")
    status, said, error = in_process(*arguments, "--tasks", "vqa", "rec", "--out", tmp_path / "out" / "c.json")
    assert status == 0, error
    assert "2 batches of 2 entries of each of 2 tasks" in said and "model.connector" in said and "batch 2/2" in error
    document = json.loads((tmp_path / "out" / "c.json").read_text())
    assert document["schema"] == "urn:angiogram:conflict:1" and sorted(document["tasks"]) == ["rec", "vqa"]
    assert len(document["modules"]) == 5 and len(document["modules"][0]["scores"]) == 10


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (("--tasks", "vqaa"), "did you mean 'vqa'"),
        (("--tasks", "vqa"), "needs 2 tasks"),
        (("--split", "tran"), "There is no split in the table 'tran'"),
    ],
)
def test_what_cannot_be_is_one_sentence(in_process, tiny_folder, tmp_path, more, expected):
    table = write_table(tmp_path)
    split = () if "--split" in more else ("--split", "all")
    status, _, error = in_process("conflict", tiny_folder, table, *split, *more, "--cache", tmp_path / "cache")
    assert status == 2 and expected in error
