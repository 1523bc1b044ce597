import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.data.radiographs.measures import (
    GRADES,
    box_of,
    cardiopulmonary,
    cardiothoracic,
    grade_of,
    measured,
)
from angiogram.data.radiographs.shadows import SOURCES, named

HEART, RIGHT, LEFT = (1 << SOURCES.index(name) for name in ("heart", "right lung upper lobe", "left lung upper lobe"))


def chest() -> np.ndarray:
    """80 x 100: lungs in columns 10..40 and 60..90, rows 20..60; a heart 36 wide and 20 high over both."""
    bits = np.zeros((80, 100), np.int32)
    bits[20:60, 10:40] |= RIGHT
    bits[20:60, 60:90] |= LEFT
    bits[35:55, 34:70] |= HEART
    return bits


def masks(bits: np.ndarray) -> list[np.ndarray]:
    return [named(name).mask(bits) for name in ("heart", "right lung", "left lung")]


def test_both_ratios_of_a_chest_of_rectangles():
    heart, right, left = masks(chest())
    assert cardiothoracic(heart, right, left) == pytest.approx(36 / 80)
    assert cardiopulmonary(heart, right | left) == pytest.approx(36 * 20 / (2 * 30 * 40))


def test_the_hearts_sides_may_lie_on_different_levels_and_the_chests_may_not():
    bits = chest()
    bits[57, 72] |= HEART
    bits[18, 5] |= RIGHT  # a row without left lung
    assert cardiothoracic(*masks(bits)) == pytest.approx(39 / 80)


@pytest.mark.parametrize(("row", "column", "bit"), [(79, 50, HEART), (40, 0, RIGHT), (40, 99, LEFT), (40, 99, HEART)])
def test_what_is_cut_off_is_not_measured(row: int, column: int, bit: int):
    bits = chest()
    bits[row, column] |= bit
    heart, right, left = masks(bits)
    assert cardiothoracic(heart, right, left) is None and cardiopulmonary(heart, right | left) is None


def test_an_apex_that_is_cut_off_leaves_the_width_known():
    bits = chest()
    bits[0, 70] |= LEFT
    heart, right, left = masks(bits)
    assert cardiothoracic(heart, right, left) == pytest.approx(36 / 80)
    assert cardiopulmonary(heart, right | left) is None


def test_without_heart_or_lung_there_is_no_ratio():
    for bit in (HEART, LEFT):
        heart, right, left = masks(chest() & ~np.int32(bit))
        assert cardiothoracic(heart, right, left) is None


def test_lateral_views_have_no_ratio_and_frontal_ones_have():
    bits = chest()
    assert measured("left lateral", bits, bits, 1.0).ctr is None
    assert measured("PA", bits, bits, 1.0).ctr == pytest.approx(0.45)


@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 17)), min_size=1))
def test_a_box_holds_every_pixel_and_no_smaller_one_does(points: list[tuple[int, int]]):
    mask = np.zeros((12, 18), dtype=bool)
    for row, column in points:
        mask[row, column] = True
    left, top, right, bottom = box_of(mask)
    rows = slice(round(top * 12), round(bottom * 12))
    columns = slice(round(left * 18), round(right * 18))
    inner = mask[rows, columns]
    assert inner.sum() == mask.sum()
    assert inner[0].any() and inner[-1].any() and inner[:, 0].any() and inner[:, -1].any()


def test_the_share_in_the_picture_is_that_of_the_projection():
    around = np.zeros((120, 120), np.int32)  # the picture is 20..100
    around[50:70, 10:30] = HEART  # half of it
    around[50:70, 100:110] = RIGHT  # outside
    shown = np.zeros((80, 80), np.int32)
    shown[30:50, 0:10] = HEART
    truth = measured("PA", shown, around, 1.5)
    assert [(seen.name, seen.share, seen.visible) for seen in truth.seen] == [("heart", 0.5, True)]
    assert truth.seen[0].box == (0.0, 0.375, 0.125, 0.625)
    assert truth.seen[0].area == pytest.approx(200 / 6400)


def test_grades_follow_their_limits():
    for (name, most), (following, _) in itertools.pairwise(GRADES):
        assert (grade_of(most), grade_of(most + 1e-9)) == (name, following)
