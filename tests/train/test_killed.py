"""A training that is killed and goes on ends bit for bit where one that lived does."""

import os
import signal
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

from angiogram.train.rows import read_rows
from tests.train.several_lives import STAGE
from tests.train.tables import write_table

DEATHS = {
    "": "undisturbed",
    "3": "in epoch 0, before anything is kept",
    "28": "in epoch 2",
    "13,6,4": "three times in one epoch",
    "16": "before the first pass of a step or a later one",
    "17": "before the next pass, so that one of both finds an open window",
}
"""Before which passes the lives of a run end; of four entries a step, those without an image have their own pass."""
ENTRIES = 16  # of the table: an epoch
EPOCHS = {"3": [0], "28": [2], "13,6,4": [1, 1, 1]}  # in which the lives of a run end, from 0


@pytest.fixture(scope="module")
def runs(tiny_folder, tmp_path_factory):
    """Of each run: how its lives ended and after how many steps with rows, those rows, its weights."""
    folder = tmp_path_factory.mktemp("lives")
    table = write_table(folder / "table")
    command = [sys.executable, "-m", "tests.train.several_lives", str(tiny_folder), str(table), str(folder)]
    done = subprocess.run([*command, *DEATHS], capture_output=True, text=True, env=os.environ)
    assert not done.returncode, done.stderr
    found = {}
    for deaths, ends in zip(DEATHS, done.stdout.splitlines(), strict=True):
        out = folder / f"run{deaths}"
        assert [path.name for path in sorted(out.iterdir())] == ["tuned", "tuned.steps.jsonl"]
        lives = [tuple(map(int, end.split("@"))) for end in ends.split()]
        found[deaths] = lives, read_rows(out / "tuned.steps.jsonl"), load_file(out / "tuned" / "model.safetensors")
    return found


@pytest.mark.parametrize("deaths", [each for each in DEATHS if each], ids=DEATHS.get)
def test_losses_entries_and_weights_go_on_bit_for_bit(runs, deaths):
    (_, undisturbed, whole), (ends, rows, weights) = runs[""], runs[deaths]
    assert [end for end, _ in ends] == [-signal.SIGKILL] * len(deaths.split(",")) + [0]
    assert rows == undisturbed and [row["step"] for row in rows] == list(range(1, STAGE.steps + 1))
    assert weights.keys() == whole.keys()
    for name, value in weights.items():
        assert torch.equal(value, whole[name]), name


@pytest.mark.parametrize("deaths", EPOCHS)
def test_deaths_are_in_the_epochs_that_are_named(runs, deaths):
    assert len({name for row in runs[""][1] for name in row["entries"]}) == ENTRIES
    *ends, _ = runs[deaths][0]
    assert [steps * STAGE.batch_size // ENTRIES for _, steps in ends] == EPOCHS[deaths]


def test_every_epoch_of_a_task_sees_each_of_its_entries_once(runs):
    seen = [name for row in runs[""][1] for name in row["entries"]]
    assert len(seen) == STAGE.steps * STAGE.batch_size and len(seen) > 3 * 16
    for task in ("class", "report", "open", "text"):
        own = [name for name in seen if name.startswith(task)]
        for first in range(0, len(own) - 3, 4):
            assert len({*own[first : first + 4]}) == 4
