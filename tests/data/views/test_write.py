"""The folder of a view: sound tables that still find their images, and numbers that come back as they were."""

import json
import re
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from tests.data.views.counted import entries, table

from angiogram.data.annotations.rules import checked
from angiogram.data.annotations.table import read_annotations, write_annotations
from angiogram.data.views.build import build_views
from angiogram.data.views.view import Asked, View
from angiogram.data.views.write import write_views
from angiogram.errors import InputError
from angiogram.plain import built

DOCUMENT = Path(__file__).parents[3] / "docs" / "views.md"
ROWS = entries([[1, 1, i % 2] for i in range(20)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Tables in `set/`, images in `pictures/`, views in `made/deep/views/`."""
    path = tmp_path / "set" / "t.parquet"
    write_annotations(table(ROWS, tmp_path / "pictures"), path)
    given = read_annotations(path)
    write_views(build_views(given, "t.parquet", Asked(images=4)), given, tmp_path / "made" / "deep" / "views")
    return tmp_path / "made" / "deep" / "views"


def test_the_tables_hold_the_chosen_rows_and_find_their_images(folder: Path, tmp_path: Path):
    given = read_annotations(tmp_path / "set" / "t.parquet")
    views = build_views(given, "t.parquet", Asked(images=4))
    every = given.entries.collect()
    for name, numbers in (("image_centric", views.image_centric), ("scattered", views.scattered)):
        written = read_annotations(folder / f"{name}.parquet")
        assert written.images == tmp_path / "pictures"
        assert written.entries.collect().equals(every[numbers])
        assert checked(written.entries).set_aside.collect().is_empty()
        assert written.statements[0] == "Made by a test." and "4 image" in written.statements[1]


def test_the_numbers_come_back_as_they_were(folder: Path, tmp_path: Path):
    content = json.loads((folder / "view.json").read_text("utf-8"))
    assert content.pop("format") == 1
    again = built(View, content)
    assert again == build_views(read_annotations(tmp_path / "set" / "t.parquet"), "t.parquet", Asked(images=4)).view
    assert again.image_centric.images == 4


def test_a_view_takes_the_place_of_an_earlier_one_and_of_nothing_else(folder: Path, tmp_path: Path):
    given = read_annotations(tmp_path / "set" / "t.parquet")
    views = build_views(given, "t.parquet", Asked(images=2))
    write_views(views, given, folder)
    assert json.loads((folder / "view.json").read_text())["matched"]["images"] == 2
    with pytest.raises(InputError, match=r"'.*set' holds other files, such as 't.parquet'"):
        write_views(views, given, tmp_path / "set")
    assert (tmp_path / "set" / "t.parquet").is_file()
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is no folder that a view could be written to"):
        write_views(views, given, tmp_path / "file")


def test_a_folder_that_cannot_be_written_leaves_nothing_behind(folder: Path, tmp_path: Path):
    given = read_annotations(tmp_path / "set" / "t.parquet")
    views = build_views(given, "t.parquet", Asked(images=2))
    damage(tmp_path / "set" / "t.parquet")  # between building and writing
    with pytest.raises(InputError, match="The annotation table cannot be read to its end"):
        write_views(views, given, tmp_path / "new")
    assert {path.name for path in tmp_path.iterdir()} == {"set", "made"}


def test_damage_inside_the_table_is_one_sentence(folder: Path, tmp_path: Path):
    path = tmp_path / "set" / "t.parquet"
    damage(path)
    with pytest.raises(InputError, match="The annotation table cannot be read to its end"):
        build_views(read_annotations(path), "t.parquet", Asked())


def damage(path: Path) -> None:
    """Zeros where its first column begins."""
    whole = path.read_bytes()
    path.write_bytes(whole[:8] + bytes(64) + whole[72:])


def named(kind: Any, start: str = "") -> list[str]:
    """Every field of a dataclass and of those inside it, as a path."""
    found: list[str] = []
    hints = get_type_hints(kind)
    for field in fields(kind):
        inside = [each for each in (hints[field.name], *get_args(hints[field.name])) if is_dataclass(each)]
        found += [f"{start}{field.name}", *(name for each in inside for name in named(each, f"{start}{field.name}."))]
    return found


def test_the_document_names_every_field():
    text = DOCUMENT.read_text("utf-8")
    shared = ("image_centric.", "scattered.")  # of the same form as `all.`
    missing = [name for name in named(View) if not name.startswith(shared) and f"| `{name}` |" not in text]
    assert not missing


def test_the_documents_example_runs(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    exec(compile(code, str(DOCUMENT), "exec"), {})
    assert capsys.readouterr().out == "10 20\n" and code.rstrip().endswith("# 10 20")
    assert (tmp_path / "views" / "view.json").is_file()
