import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.data.cases import Cases
from angiogram.data.phantom.captions import MOST, caption, cell_grid
from angiogram.data.phantom.structures import STRUCTURES

maps = st.lists(st.integers(0, len(STRUCTURES) - 1), min_size=64, max_size=64).map(
    lambda values: np.array(values, dtype=np.uint8).reshape(8, 8).repeat(2, 0).repeat(2, 1)
)


def names(text: str) -> list[str]:
    listed = text.removeprefix("CT crop showing ").removesuffix(".").replace(" and the ", ", the ")
    return [part.removeprefix("the ") for part in listed.split(", ")]


@given(maps)
def test_a_caption_names_the_largest_structures_in_order(shown: np.ndarray) -> None:
    areas = {STRUCTURES[i]: int((shown == i).sum()) for i in np.unique(shown) if i}
    said = names(caption(shown))
    if not areas:
        assert said == ["no labelled structure"]
        return
    assert len(said) == min(len(areas), MOST)
    sizes = [areas[name] for name in said]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) >= max([size for name, size in areas.items() if name not in said], default=0)


@given(maps)
def test_a_caption_does_not_depend_on_where_things_are(shown: np.ndarray) -> None:
    # So it cannot say what is at the center.
    shuffled = np.random.default_rng(0).permutation(shown.ravel()).reshape(shown.shape)
    assert caption(shuffled) == caption(shown)


@given(maps)
def test_each_cell_holds_its_own_largest_structure(shown: np.ndarray) -> None:
    grid = cell_grid(shown)
    for row in range(4):
        for column in range(4):
            cell = shown[row * 4 : row * 4 + 4, column * 4 : column * 4 + 4].ravel()
            areas = np.bincount(cell[cell > 0], minlength=1)
            if areas.max() >= 0.15 * cell.size:
                assert areas[grid[row, column]] == areas.max()
            else:
                assert grid[row, column] == 0


def test_small_things_are_left_out() -> None:
    shown = np.zeros((100, 100), dtype=np.uint8)
    shown.ravel()[:99] = STRUCTURES.index("aorta")
    assert caption(shown) == "CT crop showing no labelled structure."
    shown.ravel()[99] = STRUCTURES.index("aorta")
    assert caption(shown) == "CT crop showing the aorta."


@pytest.mark.nightly
def test_real_captions_name_known_structures_and_never_the_center(cases: Cases) -> None:
    for row in cases.rows:
        assert "center" not in row.note and "centre" not in row.note
        assert set(names(row.note)) <= set(STRUCTURES[1:]) | {"no labelled structure"}
    # Nor does the order give it away: often another structure is larger than the one asked about.
    first = np.mean([names(row.note)[0] == row.label for row in cases.rows])
    assert first < 0.6
