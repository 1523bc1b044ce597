import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tyro
from PIL import Image as Pillow

from angiogram.cli.data import Data, Inspect


def test_inspect_prints_the_counts_and_the_sheets_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for i, name in enumerate(("benign", "malignant", "malignant")):
        (tmp_path / "set" / name).mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(np.full((8, 8), i, np.uint8)).save(tmp_path / "set" / name / f"{i}.png")
    Inspect(str(tmp_path / "set"), tmp_path / "sheet.png", tmp_path / "cache").run()
    lines = capsys.readouterr().out.splitlines()
    assert any("benign" in line and "1" in line for line in lines)
    assert any("malignant" in line and "2" in line for line in lines)
    assert lines[-1] == str(tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").is_file()


def test_nothing_heavy_is_imported_for_the_help() -> None:
    code = (
        "import sys, angiogram.cli.data; print([m for m in ('numpy', 'PIL', 'nibabel', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_line_is_as_documented() -> None:
    assert tyro.cli(Data, args=["inspect", "phantom"]) == Data("inspect", "phantom")
