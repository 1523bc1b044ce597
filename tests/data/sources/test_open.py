import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from angiogram.data.cases import Case, Cases
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.errors import InputError
from angiogram.imaging.image import Image

opening = importlib.import_module("angiogram.data.sources.open")


def test_a_folder_and_an_npz_are_opened(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "set" / name).mkdir(parents=True)
        Pillow.new("L", (2, 2)).save(tmp_path / "set" / name / "1.png")
    assert len(open_cases(str(tmp_path / "set"), tmp_path)) == 2
    (tmp_path / "x.npz").write_bytes(b"")
    with pytest.raises(InputError, match=r"x\.npz' is damaged"):
        open_cases(str(tmp_path / "x.npz"), tmp_path)


def test_a_folder_is_opened_without_nibabel(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        Pillow.new("L", (2, 2)).save(tmp_path / name / "1.png")
    code = """
import sys
sys.modules["nibabel"] = None
from pathlib import Path
from angiogram.data.sources import open_cases
print(len(open_cases(sys.argv[1], Path(sys.argv[1]))), "angiogram.data.phantom" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2", "False"]


@pytest.mark.parametrize("name", ["phantom", "phantom-shifted", "phantom-volumes", "radiographs"])
def test_names_are_opened_in_the_cache(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []
    rows = (Case("1", "1.png", "x", "1"), Case("2", "2.png", "y", "2"))
    made = Cases("made", rows, ("x", "y"), lambda case: Image(np.zeros((2, 2), np.uint8), ()), "Which?")

    def stand_in(cache: Path, progress: object) -> Cases:
        seen.append(cache)
        return made

    module, attribute = opening._NAMED[name].split(":")
    monkeypatch.setattr(importlib.import_module(module), attribute, stand_in)
    assert open_cases(name, tmp_path) == made
    assert seen == [tmp_path]


def test_a_misspelt_name_gets_the_nearest(tmp_path: Path) -> None:
    known = "phantom, phantom-shifted, phantom-volumes, radiographs"
    with pytest.raises(InputError, match=rf"'phantm'; known are {known}; did you mean 'phantom'\?"):
        open_cases("phantm", tmp_path)


def test_a_missing_path(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no folder or file '.*nowhere'\."):
        open_cases(str(tmp_path / "nowhere"), tmp_path)
    with pytest.raises(InputError, match=r"There is no file '.*nowhere\.npz'\."):
        open_cases(str(tmp_path / "nowhere.npz"), tmp_path)


def test_another_kind_of_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(np.zeros(3).tobytes())
    with pytest.raises(InputError, match=r"a\.txt' is not a labelled image set; allowed are a folder"):
        open_cases(str(tmp_path / "a.txt"), tmp_path)


def test_columns_of_what_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'phantom' is no table; columns and an image folder are named of \.csv,"):
        open_cases("phantom", tmp_path, options=SourceOptions(TableOptions(label=("dx",))))
