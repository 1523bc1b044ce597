"""One of several series, or time points, by a rule."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pydicom", reason="the extra [dicom] is not installed")

from pydicom.dataset import Dataset
from tests.imaging.dicom.planted_files import ROOT, enhanced, save, write_series

from angiogram.errors import InputError
from angiogram.imaging.dicom.choose import SeriesRule
from angiogram.imaging.dicom.read import read_series
from angiogram.imaging.dicom.series import files_in, find_stacks
from angiogram.imaging.read import Preparation, read_image

SAGITTAL = (0, 1, 0, 0, 0, -1)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Series 5: three axial slices of 5 mm; series 2: six of 1 mm; series 9: four sagittal ones."""
    folder = tmp_path / "study"
    write_series(folder, [0.0, 5.0, 10.0], SeriesNumber=5, SeriesInstanceUID=f"{ROOT}.2.1", SliceThickness=5)
    write_series(folder, [float(i) for i in range(6)], first=10, SeriesNumber=2, SeriesInstanceUID=f"{ROOT}.2.2")
    places = [(float(i), 0.0, 0.0) for i in range(4)]
    write_series(folder, places, SAGITTAL, first=20, SeriesNumber=9, SeriesInstanceUID=f"{ROOT}.2.3")
    return folder


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ("", [6, 3, 4]),
        ("largest", [6]),
        ("axial", [6, 3]),
        ("axial thinnest", [6]),
        ("sagittal", [4]),
        ("coronal", []),
        ("1", [6]),
        ("2", [3]),
        ("axial 2", [3]),
        ("4", []),
        ("thinnest", [6, 4]),
    ],
)
def test_rules_are_taken_one_after_another(study: Path, rule: str, left: list[int]) -> None:
    stacks = find_stacks(files_in(study)).stacks
    assert [len(stack.slices) for stack in SeriesRule.parse(rule).left(stacks)] == left


def test_stacks_are_named_by_what_they_are(study: Path) -> None:
    names = [stack.name for stack in find_stacks(files_in(study)).stacks]
    assert names == [
        "CT, axial, 6 slices of 6x4, pixels of 1x1 mm, 1 mm apart",
        "CT, axial, 3 slices of 6x4, pixels of 1x1 mm, 5 mm apart, 5 mm thick",
        "CT, sagittal, 4 slices of 6x4, pixels of 1x1 mm, 1 mm apart",
    ]


def test_the_series_that_a_rule_leaves_is_read_and_said(study: Path) -> None:
    assert read_series(study, SeriesRule.parse("axial largest")).array.shape[2] == 6
    image = read_image(study, Preparation.parse(series="2"))
    assert any(step.startswith("series 2 of 3 (2): CT, axial, 3 slices") for step in image.made)
    assert any("axial slice 1 of 0..2" in step for step in image.made)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("", r"holds 3 series or time points \(1: CT, axial, 6 slices .*; 3: CT, sagittal.*\); say which is meant"),
        ("axial", r"of which 'axial' leaves 2; say which"),
        ("coronal", r"of which 'coronal' leaves none; say which"),
    ],
)
def test_what_leaves_none_or_several_is_refused(study: Path, rule: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_image(study, Preparation.parse(series=rule))


def test_a_series_that_is_alone_must_fit_the_rule_too(tmp_path: Path) -> None:
    folder = write_series(tmp_path / "s", [0.0, 1.0])
    assert not any("series" in step for step in read_image(folder, Preparation.parse(series="axial")).made)
    with pytest.raises(InputError, match=r"holds 1 series \(1: CT.*\), of which 'sagittal' leaves none"):
        read_image(folder, Preparation.parse(series="sagittal"))


def test_time_points_are_counted_in_time(tmp_path: Path) -> None:
    def later(ds: Dataset, i: int) -> None:
        ds.AcquisitionNumber = 10 if i < 3 else 9

    folder = write_series(tmp_path / "s", [0, 1, 2, 0, 1, 2], change=later)
    first, second = (read_series(folder, SeriesRule.parse(number)) for number in ("1", "2"))
    assert first.array.min() == 3 and second.array.max() == 2


def test_time_points_in_one_file_are_chosen_by_the_same_rule(tmp_path: Path) -> None:
    ds = enhanced(np.arange(4 * 24, dtype=np.int16).reshape(4, 4, 6), [0, 1, 0, 1])
    for i, group in enumerate(ds.PerFrameFunctionalGroupsSequence):
        content = Dataset()
        content.TemporalPositionIndex = i // 2 + 1
        group.FrameContentSequence = [content]
    path = save(ds, tmp_path / "e.dcm")
    with pytest.raises(InputError, match="holds 2 series or time points"):
        read_image(path)
    one, other = (read_image(path, Preparation.parse(series=number, slice="0")) for number in "12")
    assert one.values is not None and other.values is not None and one.values.max() < other.values.max()


@pytest.mark.parametrize(
    ("text", "said"),
    [("0", "counted from 1"), ("bigest", r"no rule for the series 'bigest'; known are .*largest"), ("-1", "no rule")],
)
def test_what_is_no_rule_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        SeriesRule.parse(text)
