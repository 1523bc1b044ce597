"""Slices -> `Volume`, each rescaled by its own numbers, in RAS+."""

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.decode import pixels
from angiogram.imaging.dicom.divide import Slices, ordered
from angiogram.imaging.dicom.file import open_dicom
from angiogram.imaging.dicom.grid import grid
from angiogram.imaging.dicom.kinds import modality
from angiogram.imaging.dicom.picture import View, view, warnings
from angiogram.imaging.dicom.place import plane_of
from angiogram.imaging.dicom.rescale import rescaled
from angiogram.imaging.dicom.slice import Slice
from angiogram.imaging.dicom.unfit import UnfitError
from angiogram.imaging.planes import Plane
from angiogram.imaging.volume import MAX_VOXELS, Volume, upright
from angiogram.imaging.window import Window

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


@dataclass(frozen=True)
class Stack:
    """Slices of one series and time point.

    Attributes:
        slices: in the order of their positions.
    """

    slices: Slices

    @property
    def name(self) -> str:
        """What it is, without a word of whom: `CT, 40 slices of 512x512`."""
        rows, columns = self.slices[0].kind[:2]
        kind = modality(self.slices[0].header)
        return f"{kind + ', ' if kind else ''}{len(self.slices)} slices of {columns}x{rows}"

    def volume(self) -> Volume:
        """Read, rescale and stack the slices.

        Raises:
            UnfitError: slices are missing, uneven, at one position, damaged, or too many.
        """
        slices = ordered(self.slices)
        rows, columns = slices[0].kind[:2]
        if rows * columns * len(slices) > MAX_VOXELS:
            raise UnfitError(
                f"is {columns}x{rows}x{len(slices)} voxels; at most {MAX_VOXELS // 2**20} Mi voxels are read"
            )
        placed = grid(slices)
        stacked = np.empty((len(slices), rows, columns), dtype=np.float32)
        numbered = sorted(enumerate(slices), key=lambda pair: (pair[1].path, pair[1].index))
        steps: dict[tuple[str, ...], None] = {}
        for path, members in groupby(numbered, key=lambda pair: pair[1].path):
            found = list(members)
            try:
                dataset = open_dicom(path)
                for at, slice_ in found:
                    stacked[at], made = _values(dataset, slice_)
                    steps[made] = None
            except UnfitError as unfit:
                raise UnfitError(f"holds a slice, {found[0][0]} of 0..{len(slices) - 1}, that {unfit.reason}") from None
        rescaling = next(iter(steps)) if len(steps) == 1 else (next(iter(steps))[0], "each slice by its own slope")
        made = (f"{len(slices)} slices", *rescaling, *placed.said, *warnings(slices[0].header))
        return upright(stacked.transpose(2, 1, 0), placed.affine, made)

    @property
    def plane(self) -> Plane:
        """The plane that the slices were taken in, or lie nearest to."""
        return plane_of(self.slices[0].directions)

    def view(self, volume: Volume, window: Window | None) -> View:
        """How the volume is to be shown: the window asked for, or that of its middle slice.

        Raises:
            UnfitError: see `picture.view`.
        """
        middle = self.slices[len(self.slices) // 2]
        return view(middle.header, middle.index, window, negative=bool(volume.array.min() < 0))


def _values(dataset: "Dataset", slice_: Slice) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Measured values of a slice, `[H, W]`, and the steps to them."""
    frame = pixels(dataset, slice_.index)
    values, scaled = rescaled(frame.array, dataset, slice_.index)
    if not np.isfinite(values).all():
        raise UnfitError("holds values that are not finite")
    return values, (*frame.made, *scaled)
