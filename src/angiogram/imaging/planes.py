"""Cuts through a volume as a radiologist sees them, and square windows sampled from a cut.

Radiological display: the patient's left is on the RIGHT of the picture. Axial cuts have anterior up, coronal and
sagittal cuts superior up, sagittal cuts anterior on the left of the picture.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Plane = Literal["axial", "coronal", "sagittal"]

DISPLAY: dict[Plane, str] = {
    "axial": "radiological display: the patient's left is on the right of the picture, anterior is up",
    "coronal": "radiological display: the patient's left is on the right of the picture, superior is up",
    "sagittal": "sagittal display: anterior is on the left of the picture, superior is up",
}
_AXIS: dict[Plane, int] = {"axial": 2, "coronal": 1, "sagittal": 0}


def axis(plane: Plane) -> int:
    """The axis of an `[X, Y, Z]` array that the plane's cuts are numbered along."""
    return _AXIS[plane]


def cut(array: NDArray[Any], plane: Plane, index: int) -> NDArray[Any]:
    """One cut of an RAS+ `[X, Y, Z]` array, `[rows, columns]`, in radiological display.

    >>> volume = np.zeros((3, 4, 5)); volume[0, 3, 4] = 1    # a point left, anterior, superior
    >>> [tuple(map(int, np.argwhere(cut(volume, p, i))[0])) for p, i in (("axial", 4), ("coronal", 3), ("sagittal", 0))]
    [(0, 2), (0, 2), (0, 0)]
    """
    # Each remaining axis points right, anterior or superior; all are reversed, so pictures start at patient right,
    # anterior, superior. The transpose puts the later axis (anterior, superior) on the rows.
    # (Not np.take: it copies a Fortran-ordered volume whole.)
    plain = array[(slice(None),) * _AXIS[plane] + (index,)]
    return plain[::-1, ::-1].T


def cut_spacing(spacing: tuple[float, float, float], plane: Plane) -> tuple[float, float]:
    """Pixel size in mm of a cut: along the rows (downwards), along the columns (rightwards)."""
    kept = [step for i, step in enumerate(spacing) if i != _AXIS[plane]]
    return kept[1], kept[0]


@dataclass(frozen=True)
class Square:
    """A square window on a cut.

    Attributes:
        row: centre in pixels of the cut, fractions allowed.
        column: the same.
        side_mm: edge length.
        pixels: edge length of the sampled picture.
    """

    row: float
    column: float
    side_mm: float
    pixels: int

    def coordinates(self, spacing: tuple[float, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Rows and columns of the cut, as fractions, under each row and column of the picture: `[P]`, `[P]`."""
        steps = (np.arange(self.pixels, dtype=np.float64) - (self.pixels - 1) / 2) * (self.side_mm / self.pixels)
        rows: NDArray[np.float64] = self.row + steps / spacing[0]
        columns: NDArray[np.float64] = self.column + steps / spacing[1]
        return rows, columns

    def sample(
        self, image: NDArray[Any], spacing: tuple[float, float], order: Literal[0, 1], outside: float
    ) -> NDArray[Any]:
        """The picture under this window, `[P, P]`: order 1 is bilinear (float32), order 0 the nearest pixel.

        Bilinear sampling reads the four pixels around each point and no others; what lies off the cut is `outside`.
        """
        rows, columns = self.coordinates(spacing)
        matrix = [self.side_mm / self.pixels / spacing[0], self.side_mm / self.pixels / spacing[1]]
        return ndimage.affine_transform(
            image,
            matrix,
            offset=[rows[0], columns[0]],  # pyright: ignore[reportArgumentType] - scipy takes one number an axis
            output_shape=(self.pixels, self.pixels),
            output=np.float32 if order == 1 else image.dtype,
            order=order,
            mode="constant",
            cval=outside,
        )
