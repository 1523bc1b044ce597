"""Two processes that share the steps of a training, started as a user starts them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import yaml
from safetensors.torch import load_file

from angiogram.train.rows import read_rows
from tests.train.tables import write_table

BIN = Path(sys.executable).parent
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}
PART = {"train": "full", "learning_rate": 1e-3}
STAGE = {
    "name": "tuned", "steps": 6, "batch_size": 8, "accumulate": 2, "keep_every": 2,
    "parts": {"encoder": PART, "connector": PART, "llm": {**PART, "train": "lora", "rank": 2, "alpha": 4}},
}  # fmt: skip
RECIPE = {"name": "two", "seed": 0, "precision": "float32", "stages": [STAGE]}


def train(ranks, recipe, *options):
    launched = [
        BIN / "accelerate", "launch", "--multi_gpu", "--num_machines", 1, "--num_processes", ranks,
        "--main_process_port", 0, "--mixed_precision", "no", "--dynamo_backend", "no",
    ]  # fmt: skip
    command = [*(launched if ranks > 1 else [sys.executable]), "-m", "angiogram", "train", recipe, *options]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300, env=ENVIRONMENT)


class Started:
    """Trainings of one recipe on one table, each in a folder of its own."""

    def __init__(self, folder, tiny_folder):
        (folder / "recipe.yaml").write_text(yaml.safe_dump(RECIPE))
        self.folder, self.model, self.table = folder, tiny_folder, write_table(folder / "table")

    def options(self, out, recipe="recipe.yaml"):
        cache, out = self.folder / "cache", self.folder / out
        return (self.folder / recipe, "--model", self.model, "--data", self.table, "--cache", cache, "--out", out)

    def __call__(self, ranks, out, recipe="recipe.yaml"):
        return train(ranks, *self.options(out, recipe)), self.folder / out


@pytest.fixture(scope="module")
def started(tiny_folder, tmp_path_factory):
    return Started(tmp_path_factory.mktemp("ranks"), tiny_folder)


def test_two_processes_make_the_steps_of_one(started):
    one, alone = started(1, "one")
    two, shared = started(2, "two")
    assert not one.returncode, one.stderr
    assert not two.returncode, two.stderr
    assert two.stdout.count("tuned") == 1
    rows, theirs = (read_rows(out / "tuned.steps.jsonl") for out in (alone, shared))
    assert [row["step"] for row in theirs] == [1, 2, 3, 4, 5, 6]
    for row, other in zip(rows, theirs, strict=True):
        assert other["loss"] == pytest.approx(row["loss"], rel=1e-4)
        assert other["tasks"] == pytest.approx(row["tasks"], rel=1e-3)
        assert set(other["entries"]) < set(row["entries"]) and len(other["entries"]) == 4
    weights, others = (load_file(out / "tuned" / "model.safetensors") for out in (alone, shared))
    for name, value in weights.items():
        torch.testing.assert_close(others[name], value, rtol=1e-3, atol=1e-3)


DIVIDED = {
    "ACCELERATE_USE_FSDP": "true", "FSDP_VERSION": "2", "FSDP_AUTO_WRAP_POLICY": "TRANSFORMER_BASED_WRAP",
    "FSDP_TRANSFORMER_CLS_TO_WRAP": "LlamaDecoderLayer",
}  # fmt: skip


def divided(started, out, last):
    """Two processes with half of the weights each, which die before that pass."""
    options = [str(each) for each in started.options(out)]
    launched = [str(BIN / "torchrun"), "--standalone", "--nproc_per_node", "2", "-m", "tests.train.divided"]
    command = [*launched, str(last), "train", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, env={**ENVIRONMENT, **DIVIDED})


@pytest.mark.nightly
def test_a_divided_model_makes_the_same_steps_also_after_a_kill(started):
    one, alone = started(1, "one")
    assert not one.returncode, one.stderr
    killed = divided(started, "divided", 14)
    assert killed.returncode and (started.folder / "divided" / "tuned.checkpoint").is_dir(), killed.stderr
    again = divided(started, "divided", 0)
    assert not again.returncode, again.stderr
    assert "going on from step" in again.stderr + again.stdout
    rows, theirs = (read_rows(out / "tuned.steps.jsonl") for out in (alone, started.folder / "divided"))
    assert [row["step"] for row in theirs] == [1, 2, 3, 4, 5, 6]
    for row, other in zip(rows, theirs, strict=True):
        assert other["loss"] == pytest.approx(row["loss"], rel=1e-4)
    weights, others = (load_file(out / "tuned" / "model.safetensors") for out in (alone, started.folder / "divided"))
    assert weights.keys() == others.keys()
    for name, value in weights.items():
        torch.testing.assert_close(others[name], value, rtol=1e-3, atol=1e-3)


@pytest.mark.nightly
def test_a_batch_that_does_not_divide_is_one_sentence(started, tmp_path):
    done, _ = started(2, "three", _with(tmp_path, batch_size=6))
    assert done.returncode
    assert "batch_size 6 of the stage 'tuned' does not divide among 2 processes of 2 passes" in done.stderr
    assert "Traceback (most recent call last):\n  File" not in done.stderr.split("angiogram:")[0]


def _with(folder, **changes):
    path = folder / "other.yaml"
    path.write_text(yaml.safe_dump({**RECIPE, "stages": [STAGE | changes]}))
    return path
