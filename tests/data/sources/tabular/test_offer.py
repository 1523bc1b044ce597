"""A table that names a folder's images is offered where the folders' names say no class."""

import re
import shlex
from pathlib import Path

import pytest
import tyro
from PIL import Image as Pillow

from angiogram.cli.data import Inspect
from angiogram.data.cases import Cases
from angiogram.data.sources import open_cases


def pictures(root: Path, *names: str) -> None:
    for number, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Pillow.new("L", (4, 4), number).save(root / name)


def doubt_of(root: Path) -> str:
    return open_cases(str(root), root.parent / "cache").doubts[0]


def as_said(doubt: str, path: Path) -> Cases:
    """The set opened with the options that the offer names."""
    said = re.search(r"(?:say|with) (--[^.]*?(?:\.\w[^.]*?)?) to take", doubt)
    assert said is not None
    words = [word for word in shlex.split(said[1]) if word != "and"]
    config = (tyro.conf.OmitArgPrefixes,)
    return tyro.cli(Inspect, args=[str(path), *words], config=config).open_cases(str(path), path.parent / "cache")


@pytest.mark.parametrize("table", ["labels.csv", "meta/labels.csv"])
@pytest.mark.parametrize("column", ["image", "Scan No"])
def test_parts_of_a_download_with_a_table(tmp_path: Path, table: str, column: str) -> None:
    root = tmp_path / "set"
    pictures(root, *(f"images_{i % 2}/images/s{i}.png" for i in range(6)))
    (root / table).parent.mkdir(exist_ok=True)
    (root / table).write_text(f"{column},The Class,age\n" + "".join(f"s{i},{'ab'[i % 3 % 2]},{i}\n" for i in range(6)))
    doubt = doubt_of(root)
    assert f"The table '{table}' names these images; say " in doubt and "--label-column COLUMN" in doubt
    cases = as_said(doubt.replace("COLUMN", "'The Class'"), root)
    assert cases.labels.tolist() == [0, 1, 0, 0, 1, 0] and not cases.doubts
    assert all(Path(row.path).is_file() for row in cases.rows)


def test_one_of_several_tables_is_opened_itself(tmp_path: Path) -> None:
    root = tmp_path / "set"
    pictures(root, *(f"part_{i % 2}/s{i}.png" for i in range(6)))
    (root / "meta").mkdir()
    (root / "meta" / "truth.csv").write_text("file,dx\n" + "".join(f"s{i}.png,{'ab'[i % 3 % 2]}\n" for i in range(6)))
    (root / "centres.csv").write_text("centre,town\n1,Rome\n2,Bonn\n")
    doubt = doubt_of(root)
    assert "The table 'meta/truth.csv' names these images; open it with --label-column dx and --image-folder" in doubt
    cases = as_said(doubt, root / "meta" / "truth.csv")
    assert len(cases) == 6 and cases.classes == ("a", "b")


@pytest.mark.parametrize("text", ["patient,age\np1,40\np2,50\n", "image,label\ns0,a\ns9,b\n", "", "\0"])
def test_what_names_other_things_is_not_offered(tmp_path: Path, text: str) -> None:
    root = tmp_path / "set"
    pictures(root, *(f"part_{i % 2}/s{i}.png" for i in range(6)))
    (root / "labels.csv").write_text(text)
    assert "The table" not in doubt_of(root)


def test_where_folders_say_the_class_no_table_is_looked_for(tmp_path: Path) -> None:
    root = tmp_path / "set"
    pictures(root, *(f"{'ab'[i % 2]}/s{i}.png" for i in range(6)))
    (root / "labels.csv").write_text("image,label\n" + "".join(f"s{i},{i % 2}\n" for i in range(6)))
    assert not open_cases(str(root), tmp_path / "cache").doubts
