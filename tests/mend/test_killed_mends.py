"""A mend that is killed half-way and called again ends as one that lived: the same weights, the same page."""

import json
import os
import signal
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

from tests.cli.test_main import draw
from tests.mend.test_mend import FULL, RECIPE

DEATHS = {
    "class-words": ["", "line:class words: reading,line:class words: held-out", "line:second diagnosis"],
    "connector-training": ["", "pass:3,pass:40", "line:second diagnosis"],
}


@pytest.mark.nightly
@pytest.mark.parametrize("repair", list(DEATHS))
def test_it_goes_on_where_it_died(tiny_folder, tmp_path, repair):
    images = draw(tmp_path / "images", each=12)
    (tmp_path / "short.yaml").write_text(RECIPE.format(part="connector", way=FULL, steps=60))
    recipe = [str(tmp_path / "short.yaml")] if repair == "connector-training" else []
    command = [sys.executable, "-m", "tests.mend.several_lives", str(tiny_folder), str(images), str(tmp_path)]
    done = subprocess.run(
        [*command, repair, *recipe, "--", *DEATHS[repair]], capture_output=True, text=True, env=os.environ
    )
    assert not done.returncode and "1" not in done.stdout.split(), done.stderr
    lived, *died = [found(tmp_path / f"run{number}") for number in range(len(DEATHS[repair]))]
    for (weights, told), deaths, ends in zip(died, DEATHS[repair][1:], done.stdout.splitlines()[1:], strict=True):
        assert ends == f"{-signal.SIGKILL} " * len(deaths.split(",")) + "0"
        assert told == lived[1]
        assert weights.keys() == lived[0].keys()
        for name, value in weights.items():
            assert torch.equal(value, lived[0][name]), name


def found(out):
    """The mended weights and what is told of them, but for the names of folders."""
    told = json.dumps(json.loads((out / "mend.json").read_text())).replace(out.name, "run")
    return load_file(out / "mended" / "model.safetensors"), told
