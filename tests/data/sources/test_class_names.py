"""Classes in the words of a file, and what is no such file."""

from dataclasses import replace
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


def test_several_words_for_one_class(folder: Path) -> None:
    cases = named(folder, "n02_mel: [melanoma, malignant  melanoma, melanoma]\n")
    assert cases.classes == ("left kidney", "melanoma")
    assert cases.words.of == (("left kidney",), ("melanoma", "malignant melanoma"))
    assert cases.ask() == "Which of these does the image show: left kidney or melanoma?"
    assert {row.label for row in cases.rows} == set(cases.classes)
    assert cases.statements[-1] == "What counts as a class besides its name: as 'melanoma' also 'malignant melanoma'."


def test_words_stay_with_their_class(folder: Path) -> None:
    cases = named(folder, "n02_mel: [melanoma, mm]\nleft_kidney: [left kidney, ren sinister]\n")
    turned = replace(cases, classes=cases.classes[::-1])
    assert turned.words.of == (("melanoma", "mm"), ("left kidney", "ren sinister"))
    assert replace(cases, classes=("melanoma",)).words.of == (("melanoma", "mm"),)


def test_words_of_yaml_that_mean_something_else_elsewhere(folder: Path) -> None:
    cases = named(folder, "n02_mel: [yes, 1, null]\nleft_kidney: no\n")
    assert cases.words.of == (("no",), ("yes", "1", "null"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mel: melanoma", "no class that '.*' .* names 'mel'; known are left_kidney, n02_mel; did you mean 'n02_mel'"),
        ("- melanoma", "must map each class to a name, a line each like"),
        ("", "must map each class to a name"),
        ("n02_mel: []", "gives 'n02_mel' no word; it needs a name such as `mel: melanoma`, or a list"),
        ("n02_mel: [melanoma, '']", "gives 'n02_mel' no word"),
        ("n02_mel: {is: melanoma}", "gives 'n02_mel' no word"),
        ("n02_mel: 'left kidney'", "gives the word 'left kidney' to two classes, 'left_kidney' and 'n02_mel'"),
        ("n02_mel: [mel, left kidney]", "gives the word 'left kidney' to two classes"),
        ("a: b: c", "is not readable as YAML"),
    ],
)
def test_names_that_cannot_be_used(folder: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        named(folder, text)
    with pytest.raises(InputError, match=r"There is no file '.*' "):
        open_cases(str(folder), folder, options=SourceOptions(class_names=folder / "nowhere.yaml"))
