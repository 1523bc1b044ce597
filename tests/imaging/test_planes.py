import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.imaging.planes import DISPLAY, Plane, Square, axis, cut, cut_spacing

PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")
# What the picture's right and bottom are, as a direction in patient space (right, anterior, superior).
SIDES = {"axial": ((-1, 0, 0), (0, -1, 0)), "coronal": ((-1, 0, 0), (0, 0, -1)), "sagittal": ((0, -1, 0), (0, 0, -1))}


@pytest.mark.parametrize("plane", PLANES)
def test_the_picture_runs_to_the_declared_sides(plane: Plane) -> None:
    shape = (4, 5, 6)
    at = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), axis=-1)
    coordinates = np.stack([cut(at[..., i], plane, 1) for i in range(3)], axis=-1)  # [rows, columns, 3]
    rightwards, downwards = SIDES[plane]
    assert (np.diff(coordinates, axis=1) == rightwards).all()
    assert (np.diff(coordinates, axis=0) == downwards).all()
    assert "patient's left is on the right" in DISPLAY[plane] or plane == "sagittal"


@pytest.mark.parametrize("plane", PLANES)
def test_the_spacing_belongs_to_rows_and_columns(plane: Plane) -> None:
    volume = np.zeros((4, 5, 6))
    rows, columns = cut_spacing((4.0, 5.0, 6.0), plane)
    assert cut(volume, plane, 0).shape == (rows, columns)
    assert axis(plane) == next(i for i, n in enumerate(volume.shape) if n not in (rows, columns))


@given(st.floats(5, 25), st.floats(5, 25), st.integers(2, 16), st.floats(2, 12))
@settings(deadline=None)
def test_a_plane_of_grey_is_sampled_exactly(row: float, column: float, pixels: int, side: float) -> None:
    # Bilinear interpolation is exact on a linear picture: the samples must be the coordinates themselves.
    rows, columns = np.mgrid[:64, :64].astype(float)
    square = Square(row + 16, column + 16, side, pixels)
    down, across = square.coordinates((0.5, 0.8))
    np.testing.assert_allclose(square.sample(rows, (0.5, 0.8), 1, 0.0), np.tile(down[:, None], pixels), rtol=1e-5)
    np.testing.assert_allclose(square.sample(columns, (0.5, 0.8), 1, 0.0), np.tile(across, (pixels, 1)), rtol=1e-5)


def test_the_step_is_the_side_over_the_pixels() -> None:
    rows, columns = Square(10, 20, 90.0, 112).coordinates((0.75, 1.5))
    assert np.diff(rows) * 0.75 == pytest.approx(90 / 112)
    assert np.diff(columns) * 1.5 == pytest.approx(90 / 112)
    assert rows.mean() == pytest.approx(10)
    assert columns.mean() == pytest.approx(20)


def test_off_the_cut_is_the_outside_value() -> None:
    sampled = Square(0.0, 0.0, 8.0, 8).sample(np.ones((4, 4), dtype=np.uint8), (1.0, 1.0), 0, 7)
    assert (sampled[:4] == 7).all()
    assert (sampled[4:7, 4:7] == 1).all()
