"""Torchvision in the environment changes nothing: neither what is prepared of an image, nor what is answered."""

import json
import os
import subprocess
import sysconfig
import venv
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from tests.model.seen import seen
from tests.model.tiny import TINY, write_tiny

ROOT = Path(__file__).parents[2]
NAMED = "CLIPImageProcessorFast"  # as many published folders name the class that prepares with torchvision


@pytest.fixture
def interpreter(tmp_path):
    """That of an environment with the packages of this one and with torchvision."""
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=True)
    python, packages = folder / "bin" / "python", next(folder.glob("lib/python*/site-packages"))
    (packages / "here.pth").write_text(sysconfig.get_path("purelib"))
    wanted = ["--quiet", "--no-deps", "--constraint", ROOT / "constraints.txt", "torchvision"]
    done = subprocess.run([python, "-m", "pip", "install", *wanted], capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"torchvision could not be installed: {done.stderr.strip().splitlines()[-1]}")
    return python


@pytest.mark.nightly
@pytest.mark.skipif(find_spec("torchvision") is not None, reason="torchvision is installed, so nothing is without it")
def test_torchvision_changes_neither_inputs_nor_answers(tmp_path, interpreter):
    folders = [tmp_path / family for family in TINY]
    for folder in folders:
        write_tiny(folder.name, folder)
    file = tmp_path / "llava" / "preprocessor_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "image_processor_type": NAMED}))
    there = tmp_path / "there.safetensors"
    paths = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    subprocess.run([interpreter, "-m", "tests.model.seen", there, *folders], env=os.environ | paths, check=True)
    here = {f"{folder.name} {name}": value for folder in folders for name, value in seen(folder).items()}
    found = load_file(there)
    assert set(found) == set(here)
    assert [name for name, value in here.items() if not torch.equal(found[name], value)] == []
