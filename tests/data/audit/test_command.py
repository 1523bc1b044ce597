import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pictures import jpeg, picture
from PIL import Image as Pillow

from angiogram.cli.data import Audit


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes, six training and three test images of each."""
    root = tmp_path / "xrays"
    for number, (split, label, i) in enumerate(
        (split, label, i) for split, count in (("train", 6), ("test", 3)) for label in "ab" for i in range(count)
    ):
        file = root / split / label / f"{i}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(picture(number)).save(file)
    return root


def plant(folder: Path, source: str, target: str) -> None:
    pixels = np.asarray(Pillow.open(folder / source))
    Pillow.fromarray(jpeg(pixels, 75)).save(folder / target)


def test_a_clean_set_ends_with_status_0(folder, tmp_path, capsys):
    Audit(str(folder), out=tmp_path / "audit.json", sheet=tmp_path / "pairs.png").run()
    assert "Nothing is on both sides" in capsys.readouterr().out
    written = json.loads((tmp_path / "audit.json").read_text())
    assert written["clean"] and written["pairs"] == [] and written["tested"] == 6
    assert Pillow.open(tmp_path / "pairs.png").format == "PNG"


def test_leaks_and_conflicts_are_listed_written_and_drawn(folder, tmp_path, capsys):
    plant(folder, "train/a/2.png", "test/a/1.png")
    plant(folder, "train/b/0.png", "test/a/0.png")
    with pytest.raises(SystemExit) as ended:
        Audit(str(folder), out=tmp_path / "audit.json", sheet=tmp_path / "pairs.png", most=2).run()
    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "2 of the 6 tested cases have a duplicate among the cases that teach: 0 exact, 2 near." in said
    assert "1 pair of duplicates has two labels." in said
    assert f"test/a/1.png: a ({folder}/test/a/1.png)" in said
    assert "2 of 3 pairs are shown; --out writes them all." in said
    written = json.loads((tmp_path / "audit.json").read_text())
    assert [(p["finding"], p["case"], p["other"]) for p in written["pairs"] if p["case"] == "test/a/1.png"] == [
        ("leak", "test/a/1.png", "train/a/2.png")
    ]
    labels = next(p for p in written["pairs"] if p["finding"] == "labels")
    assert {labels["label"], labels["other_label"]} == {"a", "b"}
    assert written["affected"] == ["test/a/0.png", "test/a/1.png"]
    sheet = np.asarray(Pillow.open(tmp_path / "pairs.png").convert("L"))
    first = np.asarray(Pillow.open(folder / written["pairs"][0]["case"]))
    assert (sheet[6 : 6 + 112, 6 : 6 + 112] == first).all()
    assert sheet.shape[0] == 6 + 3 * 118


def test_the_verb_is_there_and_says_its_exit_status():
    code = "import sys; sys.argv = ['angiogram', 'data', 'audit', '--help']; import angiogram.cli.main as m; m.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0
    assert "Exit status: 0 when nothing is found" in done.stdout
