"""`angiogram evaluate` as a user meets it: scores, files, wrong words, and two ranks."""

import json
from functools import partial

import polars as pl
import pytest

from tests.cli.test_ranks import BIN, launched, run
from tests.data.annotations.entries import entry
from tests.evaluate.tables import write_table


@pytest.fixture
def evaluate(in_process):
    return partial(in_process, "evaluate")


def test_scores_are_printed_and_written(evaluate, tiny_folder, tmp_path):
    table, out = write_table(tmp_path, entry(90, split="train"), entry(91, target=" ")), tmp_path / "run"
    asked = ("--out", out, "--cache", tmp_path, "--device", "cpu", "--tasks", "rec", "vqa", "--split", "all")
    status, said, progress = evaluate(tiny_folder, table, *asked)
    assert status == 0, progress
    assert {file.name for file in out.iterdir()} >= {"config.json", "entries.parquet", "evaluate.json", "evaluate.html"}
    assert "mean IoU" in said and "closed: accuracy" in said
    assert said.splitlines()[-2:] == [str(out / "evaluate.json"), str(out / "evaluate.html")]
    written = json.loads((out / "evaluate.json").read_text())
    (unsound, unreadable) = sorted(written["set_aside"], key=lambda each: each["id"], reverse=True)
    assert (unsound["id"], unsound["reason"]) == ("e91", "the target is empty")
    assert unreadable["id"] == "e90"
    conditions = pl.read_parquet(out / "entries.parquet")["condition"].value_counts()
    assert dict(conditions.rows()) == {"real": 13, "blind": 13, "other": 13}
    assert evaluate(tiny_folder, table, *asked, "--seed", "1")[0] == 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("--tasks", "vqq"), "There is no task 'vqq'; known are calculation"),
        (("--most", "0"), "At most 0 entries of each task leave nothing"),
        (("--split", "valid"), "There is no split in the table 'valid'"),
    ],
)
def test_wrong_words_are_one_sentence(evaluate, tiny_folder, tmp_path, wrong, said):
    table = write_table(tmp_path, entry(90, split="train"))
    status, _, error = evaluate(tiny_folder, table, "--out", tmp_path / "run", "--cache", tmp_path, *wrong)
    assert status == 2
    assert said in error and "Traceback" not in error


@pytest.mark.nightly
def test_two_ranks_write_the_bytes_of_one(tiny_folder, tmp_path):
    table = write_table(tmp_path)

    def asked(out):
        limits = ("--batch-size", 3, "--device", "cpu", "--tasks", "rec", "multi_class", "vqa")
        return ("evaluate", tiny_folder, table, "--out", tmp_path / out, "--cache", tmp_path, *limits)

    one, two = run(BIN / "angiogram", *asked("one")), launched(*asked("two"))
    assert one.returncode == two.returncode == 0, two.stderr
    assert two.stdout.count("evaluate.html") == 1
    here, there = (
        {file.relative_to(tmp_path / out): file.read_bytes() for file in (tmp_path / out).rglob("*") if file.is_file()}
        for out in ("one", "two")
    )
    assert here == there and len(here) > 5
