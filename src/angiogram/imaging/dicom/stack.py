"""Slices -> `Volume`, each rescaled by its own numbers, in RAS+."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.decode import pixels
from angiogram.imaging.dicom.divide import Slices, ordered
from angiogram.imaging.dicom.file import open_dicom
from angiogram.imaging.dicom.grid import Grid, grid
from angiogram.imaging.dicom.kinds import modality
from angiogram.imaging.dicom.padding import without_padding
from angiogram.imaging.dicom.picture import View, view, warnings
from angiogram.imaging.dicom.place import plane_of
from angiogram.imaging.dicom.rescale import rescaled
from angiogram.imaging.dicom.slice import Slice
from angiogram.imaging.dicom.unfit import UnfitError
from angiogram.imaging.planes import DISPLAY, Plane, axis
from angiogram.imaging.volume import MAX_VOXELS, Volume, nearest_axes, upright
from angiogram.imaging.window import Window

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


@dataclass(frozen=True)
class Stack:
    """Slices of one series and time point, in any order."""

    slices: Slices

    @property
    def name(self) -> str:
        """What it is, without a word of whom: `CT, axial, 40 slices of 512x512, pixels of 0.7x0.7 mm, 2.5 mm apart`."""
        first, count = self.slices[0], len(self.slices)
        rows, columns = first.kind[:2]
        kind = modality(first.header)
        facts = (
            *([kind] if kind else []),
            self.plane,
            f"{count} {'slice' if count == 1 else 'slices'} of {columns}x{rows}",
            f"pixels of {first.spacing[0]:.3g}x{first.spacing[1]:.3g} mm",
            *([f"{self.apart:.3g} mm apart"] if self.apart is not None else []),
            *([f"{first.thick:.3g} mm thick"] if first.thick is not None else []),
        )
        return ", ".join(facts)

    @property
    def plane(self) -> Plane:
        """The plane that the slices lie nearest to."""
        return plane_of(self.slices[0].directions)

    @property
    def apart(self) -> float | None:
        """The usual distance of neighbouring positions along the normal, in mm; None of a single slice."""
        if len(self.slices) == 1:
            return None
        normal = np.cross(*self.slices[0].directions)
        return float(np.median(np.diff(np.sort([slice_.position @ normal for slice_ in self.slices]))))

    def placed(self) -> "PlacedStack":
        """The slices on their grid; nothing is decoded.

        Raises:
            UnfitError: slices are missing, uneven, at one position, or not behind one another.
        """
        slices = ordered(self.slices)
        return PlacedStack(slices, grid(slices))


@dataclass(frozen=True)
class PlacedStack:
    """Slices in the order of their positions.

    Attributes:
        slices: from the one that lies most against the normal.
        grid: where their voxels lie.
    """

    slices: Slices
    grid: Grid

    @property
    def plane(self) -> Plane:
        """The plane whose cuts are the slices themselves."""
        order, _ = nearest_axes(self.grid.affine)
        return next(plane for plane in DISPLAY if order[axis(plane)] == 2)

    def one(self, index: int) -> "PlacedStack":
        """The single slice that is this cut of the whole volume along `plane`."""
        _, against = nearest_axes(self.grid.affine)
        at = len(self.slices) - 1 - index if against[axis(self.plane)] else index
        affine = self.grid.affine.copy()
        affine[:3, 3] += at * affine[:3, 2]
        return PlacedStack((self.slices[at],), replace(self.grid, affine=affine))

    def volume(self) -> Volume:
        """Read and rescale the slices.

        Raises:
            UnfitError: a slice is damaged, or they are too many.
        """
        rows, columns = self.slices[0].kind[:2]
        if rows * columns * len(self.slices) > MAX_VOXELS:
            raise UnfitError(
                f"is {columns}x{rows}x{len(self.slices)} voxels; at most {MAX_VOXELS // 2**20} Mi voxels are read"
            )
        stacked = np.empty((len(self.slices), rows, columns), dtype=np.float32)
        decoded: dict[str, None] = {}
        scalings: dict[tuple[str, ...], None] = {}
        filled: dict[str, None] = {}
        for at, measured in self._measured():
            stacked[at] = measured.values
            decoded |= dict.fromkeys(measured.decoded)
            scalings[measured.scaled] = None
            filled |= dict.fromkeys(measured.filled)
        scaled = next(iter(scalings)) if len(scalings) == 1 else ("each slice by its own slope",)
        warned = dict.fromkeys(said for slice_ in self.slices for said in warnings(slice_.header))
        made = (*decoded, *scaled, *filled, *self.grid.said, *warned)
        return upright(stacked.transpose(2, 1, 0), self.grid.affine, made)

    def view(self, window: Window | None) -> View:
        """How cuts are to be shown: by the window asked for, else that of the one slice, of several the middle one's.

        Raises:
            UnfitError: see `picture.view`.
        """
        middle = self.slices[len(self.slices) // 2]
        seen = view(middle.header, middle.index, window)
        if window is not None or seen.shown is None:
            return seen
        which = "the slice itself" if len(self.slices) == 1 else "the middle slice"
        return replace(seen, said=(f"shown as {which} says", *seen.said))

    def _measured(self) -> Iterator[tuple[int, "_Measured"]]:
        """Place and values of each slice; each file is opened once."""
        numbered = sorted(enumerate(self.slices), key=lambda pair: (pair[1].path, pair[1].index))
        for path, members in groupby(numbered, key=lambda pair: pair[1].path):
            found = list(members)
            try:
                dataset = open_dicom(path)
                for at, slice_ in found:
                    yield at, _measure(dataset, slice_)
            except UnfitError as unfit:
                where = f", {found[0][0]} of 0..{len(self.slices) - 1}," if len(self.slices) > 1 else ""
                raise UnfitError(f"holds a slice{where} that {unfit.reason}") from None


class _Measured(NamedTuple):
    """A slice's values `[H, W]`, and the steps to them."""

    values: NDArray[np.float32]
    decoded: tuple[str, ...]
    scaled: tuple[str, ...]
    filled: tuple[str, ...]


def _measure(dataset: "Dataset", slice_: Slice) -> _Measured:
    frame = pixels(dataset, slice_.index)
    values, scaled = rescaled(frame.array, dataset, slice_.index)
    if not np.isfinite(values).all():
        raise UnfitError("holds values that are not finite")
    values, filled = without_padding(values, dataset, frame.array)
    return _Measured(values, frame.made, scaled, filled)
