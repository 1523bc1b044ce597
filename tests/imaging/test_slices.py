import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.imaging.planes import cut
from angiogram.imaging.slices import SliceRule


@pytest.mark.parametrize(("count", "middle"), [(1, 0), (2, 1), (3, 1), (10, 5)])
def test_the_middle(count: int, middle: int) -> None:
    assert SliceRule().choose(count)[0] == middle


@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_the_slice_with_the_largest_area_above_a_density(plane: str) -> None:
    array = np.random.default_rng(0).normal(0, 100, (5, 6, 7))
    array[3, 4, 5] = 1e6  # one bright voxel is no area
    index, said = SliceRule.parse("above 50").of_volume(array, plane)
    areas = [int((cut(array, plane, i) > 50).sum()) for i in range({"axial": 7, "coronal": 6, "sagittal": 5}[plane])]
    assert index == int(np.argmax(areas))
    assert said == f"{index} of 0..{len(areas) - 1} (the most above 50)"


@pytest.mark.parametrize("text", ["above 300", "ABOVE  300.0", "above +300"])
def test_a_density_however_it_is_written(text: str) -> None:
    assert SliceRule.parse(text) == SliceRule("above", 300.0)


def test_a_negative_density() -> None:
    assert SliceRule.parse("above -950").value == -950


@pytest.mark.parametrize("text", ["", "above", "above x", "1.5", "-2", "9" * 30])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="There is no rule for the slice"):
        SliceRule.parse(text)


def test_a_number_that_is_not_there_says_which_are() -> None:
    with pytest.raises(InputError, match=r"There is no slice 5; there are 5, 0\.\.4\."):
        SliceRule.parse("5").choose(5)
    with pytest.raises(InputError, match=r"There is no slice 5; there is one, 0\."):
        SliceRule.parse("5").choose(1)
