"""`angiogram conflict` as a user meets it: a table of several tasks, conflict.json, the indexes, and its refusals."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evaluate.tables import write_table
from tests.train.conflict.mixtures import load_mixture


def test_the_indexes_are_printed_and_written(in_process, tiny_folder, tmp_path):
    table = write_table(tmp_path)
    arguments = ("conflict", tiny_folder, table, "--split", "all", "--batches", 2, "--cache", tmp_path / "cache")
    status, said, error = in_process(*arguments, "--tasks", "vqa", "rec", "--out", tmp_path / "out" / "c.json")
    assert status == 0, error
    assert "2 batches of 2 entries of each of 2 tasks" in said and "model.connector" in said and "batch 2/2" in error
    document = json.loads((tmp_path / "out" / "c.json").read_text())
    assert document["schema"] == "urn:angiogram:conflict:1" and sorted(document["tasks"]) == ["rec", "vqa"]
    assert len(document["modules"]) == 5 and len(document["modules"][0]["scores"]) == 10
    assert document["experts"] is None and "expert" not in said
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["c.json"]


def test_a_mixture_of_experts_is_printed_and_written(in_process, tiny_folder, tmp_path):
    table = write_table(tmp_path)
    load_mixture(tiny_folder, tmp_path / "mixture", ("vqa", "rec"), "soft-sigmoid")
    given = (tmp_path / "mixture", table, "--split", "all", "--batches", 2, "--cache", tmp_path / "cache")
    status, said, error = in_process("conflict", *given, "--tasks", "vqa", "rec", "--out", tmp_path / "c.json")
    assert status == 0, error
    assert "model.connector.project: soft-sigmoid routing" in said and "entropy of a token's weights 0." in said
    assert "mean weight of each expert" in said and "1.00 / 1.00" in said
    experts = json.loads((tmp_path / "c.json").read_text())["experts"]
    assert len(experts["use"]) == 2 and len(experts["use"][0]) == len(experts["alike_in_weights"]) == 3


@pytest.mark.nightly
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_goes_on_and_ends_with_the_same_bytes(tiny_folder, tmp_path, how):
    table = write_table(tmp_path)
    given = (tiny_folder, table, "--split", "all", "--batches", 20, "--cache", tmp_path / "cache", "--device", "cpu")
    whole, killed = tmp_path / "whole" / "c.json", tmp_path / "killed" / "c.json"
    assert "batch 20/20" in finished(*given, "--out", whole)
    with started(*given, "--out", killed) as process:
        for line in process.stderr:
            if "batch 2/20" in line:
                process.send_signal(how)
    assert how == signal.SIGKILL or "interrupted; the same command goes on where it stopped" in line
    assert not killed.exists() and killed.with_name("c.json.batches").exists()
    said = finished(*given, "--out", killed)
    assert "going on after batch" in said and "batch 1/20" not in said and "batch 2/20" not in said
    assert killed.read_bytes() == whole.read_bytes()
    assert [each.name for each in killed.parent.iterdir() if not each.name.endswith(".part")] == ["c.json"]


def started(*arguments):
    command = [Path(sys.executable).parent / "angiogram", "conflict", *arguments]
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)  # which a run in the background does not have
    try:
        return subprocess.Popen([*map(str, command)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, heard)


def finished(*arguments):
    """What a run says, to its end."""
    with started(*arguments) as process:
        said = process.stderr.read()
    assert process.returncode == 0, said
    return said


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (("--tasks", "vqaa"), "did you mean 'vqa'"),
        (("--tasks", "vqa"), "needs 2 tasks"),
        (("--split", "tran"), "There is no split in the table 'tran'"),
        (("--window", "lnug"), "did you mean 'lung'"),
    ],
)
def test_what_cannot_be_is_one_sentence(in_process, tiny_folder, tmp_path, more, expected):
    table = write_table(tmp_path)
    split = () if "--split" in more else ("--split", "all")
    status, _, error = in_process("conflict", tiny_folder, table, *split, *more, "--cache", tmp_path / "cache")
    assert status == 2 and expected in error
