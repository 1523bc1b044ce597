"""Classes in the words of a file, and what is no such file."""

from pathlib import Path

import pytest
from PIL import Image as Pillow

from angiogram.data.cases import Cases
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.errors import InputError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("left_kidney", "n02_mel"):
        (tmp_path / "set" / name).mkdir(parents=True)
        Pillow.new("L", (2, 2)).save(tmp_path / "set" / name / "1.png")
    return tmp_path / "set"


def named(folder: Path, text: str) -> Cases:
    (folder.parent / "names.yaml").write_text(text)
    options = SourceOptions(class_names=folder.parent / "names.yaml")
    return open_cases(str(folder), folder.parent, options=options)


def test_by_themselves_classes_are_words(folder: Path) -> None:
    cases = open_cases(str(folder), folder.parent)
    assert cases.ask() == "Which of these does the image show: left kidney or mel?"
    assert [row.label for row in cases.rows] == ["left kidney", "mel"]


def test_a_file_of_names(folder: Path) -> None:
    cases = named(folder, "n02_mel: melanoma\n")
    assert cases.classes == ("left kidney", "melanoma")
    assert any("'n02_mel' as 'melanoma'" in said for said in cases.statements)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mel: melanoma", "no class that '.*' .* names 'mel'; known are left_kidney, n02_mel; did you mean 'n02_mel'"),
        ("- melanoma", "must map each class to a name, a line each such as"),
        ("n02_mel: [melanoma, naevus]", "must map each class to a name"),
        ("n02_mel: 'left kidney'", "gives the name 'left kidney' to two classes"),
        ("a: b: c", "is not readable as YAML"),
    ],
)
def test_names_that_cannot_be_used(folder: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        named(folder, text)
    with pytest.raises(InputError, match=r"There is no file '.*' "):
        open_cases(str(folder), folder, options=SourceOptions(class_names=folder / "nowhere.yaml"))
