"""Several ranks of one run, started as a user starts them."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

BIN = Path(sys.executable).parent
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1"}  # the launcher's own choice; sums depend on it


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """Twenty-four images of three sizes in two classes."""
    folder, rng = tmp_path_factory.mktemp("cases") / "images", np.random.default_rng(0)
    for k, name in enumerate(("benign", "malignant")):
        (folder / name).mkdir(parents=True)
        for i in range(12):
            side = 40 + 8 * (i % 3)
            pixels = (rng.integers(0, 80, (side, side)) + 100 * k).astype(np.uint8)
            PIL.Image.fromarray(pixels).save(folder / name / f"{i}.png")
    return folder


def launched(*arguments, ranks=2):
    """`accelerate launch` of this many ranks on one machine."""
    sizes = ("--num_machines", 1, "--num_processes", ranks, "--main_process_port", 0)
    others = ("--mixed_precision", "no", "--dynamo_backend", "no")
    return run(
        BIN / "accelerate", "launch", "--multi_gpu", *sizes, *others, "--no_python", BIN / "angiogram", *arguments
    )


def run(*command):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=300, env=ENVIRONMENT)


def asked(tiny_folder, cases, out, cache):
    return (
        "diagnose", tiny_folder, cases, "--out", out, "--cache", cache, "--folds", 2, "--permutations", 20,
        "--batch-size", 3, "--device", "cpu",
    )  # fmt: skip


def features(out, cache):
    """The bytes of both stores of a run."""
    (twin,) = cache.glob("twin-*")
    return {f"{folder.name}/{file.name}": file.read_bytes() for folder in (out, twin) for file in folder.iterdir()}


@pytest.mark.nightly
def test_two_ranks_write_the_bytes_of_one(tiny_folder, images, tmp_path):
    one = run(BIN / "angiogram", *asked(tiny_folder, images, tmp_path / "one", tmp_path / "cache1"))
    assert one.returncode == 0, one.stderr
    two = launched(*asked(tiny_folder, images, tmp_path / "two", tmp_path / "cache2"))
    assert two.returncode == 0, two.stderr
    assert "Traceback" not in two.stderr
    assert two.stderr.count("24/24 cases") == one.stderr.count("24/24 cases") == 2
    assert two.stdout.count("report.html") == 1
    here = features(tmp_path / "one" / "features", tmp_path / "cache1")
    there = features(tmp_path / "two" / "features", tmp_path / "cache2")
    assert here == there and len(here) > 20


@pytest.mark.nightly
def test_a_refusal_is_one_sentence_and_ends_all_ranks(tiny_folder, images, tmp_path):
    (tmp_path / "file").write_text("x")
    done = launched(*asked(tiny_folder, images, tmp_path / "file", tmp_path / "cache"))
    assert done.returncode != 0
    ours = done.stderr.split("torch.distributed.elastic")[0]
    assert ours.count("angiogram: ") == 1, done.stderr
