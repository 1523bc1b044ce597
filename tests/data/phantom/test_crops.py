import numpy as np
import pytest

from angiogram.data.phantom.crops import (
    COPIES,
    DEFAULT_WINDOW,
    MAX_SHIFT_MM,
    NOISE_HU,
    PIXELS,
    Crop,
    crops_of_cut,
    draw,
)
from angiogram.data.phantom.structures import STRUCTURES
from angiogram.data.phantom.volume import Body
from angiogram.imaging.planes import Plane

CUTS: list[tuple[Plane, int]] = [("axial", 10), ("axial", 60), ("axial", 100), ("coronal", 250), ("sagittal", 180)]


@pytest.fixture(params=CUTS, ids=lambda cut: f"{cut[0]}-{cut[1]}")
def crops(request: pytest.FixtureRequest, body: Body) -> list[Crop]:
    return list(crops_of_cut(body, *request.param))


def test_the_structure_is_at_the_center_of_every_copy(body: Body, crops: list[Crop]) -> None:
    assert crops
    middle = slice(PIXELS // 2 - 1, PIXELS // 2 + 1)
    for crop in crops:
        _, shown = draw(body, crop)
        assert crop.label in {STRUCTURES[i] for i in shown[middle, middle].ravel()}, crop.id


def test_every_structure_comes_as_one_plain_and_further_moved_copies(crops: list[Crop]) -> None:
    for start in range(0, len(crops), COPIES):
        plain, *moved = crops[start : start + COPIES]
        assert (plain.copy, plain.window, plain.noise) == (0, DEFAULT_WINDOW, 0.0)
        spacing = (0.703125, 0.703125) if plain.plane == "axial" else (2.5, 0.703125)
        for number, crop in enumerate(moved, start=1):
            assert (crop.label, crop.copy) == (plain.label, number)
            shift = np.hypot(
                (crop.square.row - plain.square.row) * spacing[0],
                (crop.square.column - plain.square.column) * spacing[1],
            )
            assert shift <= MAX_SHIFT_MM
            assert NOISE_HU[0] <= crop.noise <= NOISE_HU[1]
            assert 300 <= crop.window.high - crop.window.low <= 600


def test_pixels_depend_on_the_crop_alone_not_on_the_order(body: Body, crops: list[Crop]) -> None:
    forward = {crop.id: draw(body, crop)[0].tobytes() for crop in crops}
    backward = {crop.id: draw(body, crop)[0].tobytes() for crop in reversed(crops)}
    assert forward == backward
    assert len(set(forward.values())) == len(forward)
