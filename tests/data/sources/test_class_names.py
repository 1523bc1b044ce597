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


def test_classes_are_left_out_by_their_own_names_or_their_words(folder: Path) -> None:
    (folder / "cyst").mkdir()
    Pillow.new("L", (2, 2)).save(folder / "cyst" / "1.png")
    for cases in (open_cases(str(folder), folder.parent), named(folder, "n02_mel: melanoma\n")):
        assert cases.without_classes(["left_kidney"]).classes == cases.without_classes(["left kidney"]).classes
        assert cases.without_classes(["n02_mel"]).classes == ("cyst", "left kidney")
    with pytest.raises(InputError, match=r"'mole'; known are cyst, left kidney, mel"):
        open_cases(str(folder), folder.parent).without_classes(["mole"])


@pytest.mark.parametrize("names", [("0", "1"), ("class 1", "class 2"), ("0.0", "1.0")])
def test_numbers_as_classes_get_a_hint(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / "set" / name).mkdir(parents=True)
        Pillow.new("L", (2, 2)).save(tmp_path / "set" / name / "1.png")
    said = f"The names of 2 classes are numbers, such as '{names[0]}'; --class-names gives them words."
    assert said in open_cases(str(tmp_path / "set"), tmp_path).statements
    assert said not in named(tmp_path / "set", f"'{names[0]}': cyst\n'{names[1]}': stone\n").statements


def test_a_letter_with_a_number_in_front_is_part_of_the_name(tmp_path: Path) -> None:
    for name in ("T1_lesion", "L5_fracture", "3_vessel_disease", "n02_cyst", "C01_stone"):
        (tmp_path / "set" / name).mkdir(parents=True)
        Pillow.new("L", (2, 2)).save(tmp_path / "set" / name / "1.png")
    cases = open_cases(str(tmp_path / "set"), tmp_path)
    assert set(cases.classes) == {"T1 lesion", "L5 fracture", "3 vessel disease", "cyst", "stone"}
