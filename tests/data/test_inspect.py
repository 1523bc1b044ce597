import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import tyro
from PIL import Image as Pillow

from angiogram.cli.data import Data, Inspect, Split


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


def test_inspect_says_what_cannot_be_read_what_has_one_side_only_and_how_to_say_otherwise(tmp_path, capsys):
    for side, name, count in (("train", "a", 6), ("test", "a", 2), ("train", "b", 4)):
        (tmp_path / "set" / side / name).mkdir(parents=True)
        for i in range(count):
            Pillow.fromarray(np.full((8, 8), i, np.uint8)).save(tmp_path / "set" / side / name / f"{i}.png")
    (tmp_path / "set" / "train" / "a" / "0.png").write_bytes(b"no picture")
    Inspect(str(tmp_path / "set"), tmp_path / "sheet.png", tmp_path / "cache").run()
    said = " ".join(capsys.readouterr().out.split())
    assert "- 1 of 12 images cannot be read, and are set aside; the first: " in said
    assert "- The class 'b' has no test case in the set's own split; add cases, leave the class out" in said
    assert "- To say otherwise: --folders," in said


def test_nothing_heavy_is_imported_for_the_help() -> None:
    code = (
        "import sys, angiogram.cli.data; print([m for m in ('numpy', 'PIL', 'nibabel', 'torch') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_command_line_is_as_documented() -> None:
    config = (tyro.conf.OmitArgPrefixes, tyro.conf.OmitSubcommandPrefixes)
    assert tyro.cli(Data, args=["inspect", "phantom"], config=config) == Data(Inspect("phantom"))


def test_split_writes_down_who_judges_whom(tmp_path, capsys):
    for name in ("a", "b"):
        (tmp_path / "set" / name).mkdir(parents=True)
        for i in range(4):
            Pillow.new("L", (8, 8), 30 * i).save(tmp_path / "set" / name / f"{i}.png")
    Split(str(tmp_path / "set"), tmp_path / "split.csv", folds=2).run()
    rows = list(csv.DictReader((tmp_path / "split.csv").open()))
    assert len(rows) == 8
    assert Counter((row["label"], row["fold"]) for row in rows) == {(n, f): 2 for n in "ab" for f in "01"}
    assert "2 stratified folds" in capsys.readouterr().out
