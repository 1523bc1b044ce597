"""`angiogram check` as a user meets it: the table, the JSON file and the exit status."""

import json
import shutil
from functools import partial

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.cli.test_main import draw

NAMES = [
    "taps found", "off the path", "batched against single", "left against right padding", "image dependence",
    "answers", "dtype sanity", "determinism",
]  # fmt: skip


@pytest.fixture
def check(in_process):
    return partial(in_process, "check")


@pytest.fixture
def broken(tiny_folder, tmp_path):
    """The tiny model with one weight that is not a number."""
    folder = shutil.copytree(tiny_folder, tmp_path / "broken")
    weights = load_file(folder / "model.safetensors")
    weights["model.language_model.norm.weight"][0] = torch.nan
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def test_a_sound_model_on_drawn_pictures(check, tiny_folder, tmp_path):
    status, said, progress = check(tiny_folder, "--cache", tmp_path, "--device", "cpu")
    assert status == 0, progress
    lines = said.splitlines()
    assert [line[: len(name)] for line, name in zip(lines[1:9], NAMES, strict=True)] == NAMES
    assert lines[9:] == ["All 8 checks passed."]
    assert "check 8 of 8: determinism" in progress and "four pictures drawn in code" in progress
    assert "\x1b" not in said and "Traceback" not in progress


def test_a_broken_model_on_a_users_images_gives_status_1_and_the_same_as_json(check, broken, tmp_path):
    images = draw(tmp_path / "images")
    (images / "benign" / "0.png").write_bytes(b"not an image")
    file = tmp_path / "out" / "check.json"
    status, said, progress = check(broken, images, "--cache", tmp_path, "--device", "cpu", "--out", file)
    assert status == 1
    assert "2 of 8 checks failed: taps found, dtype sanity." in said and said.rstrip().endswith(str(file))
    assert "4 images of images" in progress
    written = json.loads(file.read_text())
    assert [one["name"] for one in written["checks"]] == NAMES
    assert not written["passed"] and written["conclusion"] in said and written["model"] == str(broken)
    by_name = {one["name"]: one for one in written["checks"]}
    assert by_name["dtype sanity"]["reason"] == "NaN or infinity in the weights model.language_model.norm.weight."
    assert by_name["batched against single"]["verdict"] == "not applicable"
    assert all(one["measured"] for one in written["checks"])


def test_bad_input_is_refused_with_status_2(check, tiny_folder, tmp_path):
    for arguments, named in (
        (("dmo",), "demo"),
        ((tiny_folder, tmp_path / "nowhere"), "nowhere"),
        ((tiny_folder, "--precision", "bfloat8"), "bfloat16"),
    ):
        status, said, error = check(*arguments, "--cache", tmp_path)
        assert status == 2 and not said
        assert error.splitlines()[-1].startswith("angiogram: ") and named in error


def test_half_precision_has_its_own_tolerance(check, tiny_folder, tmp_path):
    status, said, _ = check(tiny_folder, "--cache", tmp_path, "--device", "cpu", "--precision", "bfloat16")
    assert status == 0 and "0.03" in said
