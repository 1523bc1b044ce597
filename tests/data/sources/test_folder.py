import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from angiogram.data.cases import Cases
from angiogram.data.intake import examine
from angiogram.data.sources.folder import folder_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.data.table import read_table, table_rows, write_table
from angiogram.errors import InputError


def put(root: Path, *names: str) -> Path:
    for i, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Pillow.fromarray(np.full((4, 4), i, np.uint8)).save(root / name, format="PNG")
    return root


def opened(root: Path) -> Cases:
    return folder_cases(root, root.parent / "cache")


def shown(cases: Cases) -> list[tuple[str, str, str, str | None]]:
    return [(row.id, row.label, row.group, row.split) for row in cases.rows]


def test_one_subfolder_a_class(tmp_path: Path) -> None:
    cases = opened(put(tmp_path / "lungs", "b/2.png", "b/1.PNG", "a/x/3.jpg"))
    assert shown(cases) == [
        ("a/x/3.jpg", "a", "a/x/3.jpg", None),
        ("b/1.PNG", "b", "b/1.PNG", None),
        ("b/2.png", "b", "b/2.png", None),
    ]
    assert cases.classes == ("a", "b")
    assert cases.name == "lungs"
    assert not cases.has_split
    assert cases.ask() == "Which of these does the image show: a or b?"
    assert cases.read(cases.rows[2]).pixels.max() == 0


def test_what_is_hidden_or_no_image_is_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png", "a/.hidden.png", "a/.thumbs/2.png", ".cache/3.png", "a/notes.txt", "top.png")
    assert [row.id for row in opened(tmp_path).rows] == ["a/1.png", "b/1.png"]


def test_train_and_test_are_the_sets_own_split(tmp_path: Path) -> None:
    cases = opened(put(tmp_path, "train/a/1.png", "train/b/1.png", "val/a/9.png", "test/a/1.png", "test/b/2.png"))
    assert cases.has_split
    assert cases.classes == ("a", "b")
    assert [(row.id, row.split) for row in cases.rows] == [
        ("test/a/1.png", "test"),
        ("test/b/2.png", "test"),
        ("train/a/1.png", "train"),
        ("train/b/1.png", "train"),
        ("val/a/9.png", "train"),
    ]


def test_a_class_may_be_called_test(tmp_path: Path) -> None:
    cases = opened(put(tmp_path, "train/1.png", "test/1.png", "other/1.png"))
    assert cases.classes == ("other", "test", "train")
    assert not cases.has_split


def test_an_unreadable_image_is_a_case_that_fails_when_read(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png")
    (tmp_path / "a" / "1.png").write_bytes(b"no image")
    cases = opened(tmp_path)
    with pytest.raises(InputError, match=r"1\.png' is not a readable"):
        cases.read(cases.rows[0])


def test_names_that_are_not_utf_8_take_part(tmp_path: Path) -> None:
    odd, broken = os.fsdecode(b"b\xfe/x\xff.png"), os.fsdecode(b"b\xfe/y\xff.png")
    put(tmp_path, "a/1.png", odd, broken)
    (tmp_path / broken).write_bytes(b"no image")
    cases = opened(tmp_path)
    assert cases.classes == ("a", r"b\xfe")
    assert cases.read(cases.rows[1]).pixels.max() == 1
    write_table(table_rows(examine(cases)), tmp_path / "cases.parquet")
    table = read_table(tmp_path / "cases.parquet")
    assert [(row.case_id, row.status) for row in table] == [
        ("a/1.png", "ok"),
        (r"b\xfe/x\xff.png", "ok"),
        (r"b\xfe/y\xff.png", "quarantined"),
    ]
    assert r"y\xff.png' is not a readable" in table[2].reason


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no folder '.*nowhere'\."):
        opened(tmp_path / "nowhere")


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is empty; it needs one subfolder a class"):
        opened(tmp_path)


def test_a_folder_without_subfolders(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds 2 images but no subfolders; it needs one subfolder a class"):
        opened(put(tmp_path, "1.png", "2.png"))


def test_a_one_class_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has only the class 'a'; a classification needs at least two"):
        opened(put(tmp_path, "a/1.png", "a/2.png"))


def test_a_class_without_images(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png")
    (tmp_path / "c").mkdir()
    with pytest.raises(InputError, match=r"The class 'c' in '.*' has no images"):
        opened(tmp_path)


def test_a_split_without_classes(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no class; a classification needs at least two"):
        opened(put(tmp_path, "train/1.png", "test/1.png"))


@pytest.mark.parametrize("folders", [None, "split/class"])
def test_images_above_the_classes_are_beside_them(tmp_path: Path, folders: str | None) -> None:
    put(tmp_path, "train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/2.png", "train/overview.png", "all.png")
    cases = folder_cases(tmp_path, tmp_path.parent / "cache", SourceOptions(folders=folders))
    assert cases.classes == ("a", "b") and len(cases) == 4
    assert "2 images beside the folders have no class, and are left out." in cases.statements
