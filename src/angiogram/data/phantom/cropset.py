"""A set of drawn crops in the cache: written once, whole or not at all, and checked whenever it is read.

The folder holds `pixels.npy` (uint8 `[N, 112, 112]`, of volumes `[N, S, P, P]`, memory-mapped), `cells.npy` (uint8
`[N, 4, 4]`), `rows.parquet` (one row a crop: what it shows, how it was drawn, its caption) and the cache's manifest
(SHA-256 of the other three).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from angiogram.cache import Progress, cached_folder
from angiogram.data.phantom.captions import CELLS, caption, cell_grid
from angiogram.data.phantom.crops import Crop, draw
from angiogram.data.phantom.volume import Body
from angiogram.imaging.planes import Plane, Square
from angiogram.imaging.window import Window

PIXELS = "pixels.npy"
# (body, crop) -> its pixels, and the structure index under each pixel of the picture or of the volume's middle slice
Draw = Callable[[Body, Crop], tuple[NDArray[np.uint8], NDArray[np.uint8]]]


@dataclass(frozen=True)
class CropSet:
    """Drawn crops, in one order throughout.

    Attributes:
        path: of the file that holds all pixels, from the folder above the set's own.
        crops: what each shows and how it was drawn.
        captions: one sentence each, from the mask alone.
        pixels: `[N, 112, 112]`, of volumes `[N, S, P, P]`, memory-mapped.
        cells: `[N, 4, 4]` indices into `structures.STRUCTURES`, memory-mapped.
    """

    path: str
    crops: tuple[Crop, ...]
    captions: tuple[str, ...]
    pixels: NDArray[np.uint8]
    cells: NDArray[np.uint8]


def cropset(
    folder: Path,
    load_body: Callable[[], Body],
    plan: Callable[[Body], Sequence[Crop]],
    progress: Progress,
    drawn: Draw = draw,
) -> CropSet:
    """Read the set in `folder`; where there is none, draw the crops that `plan` lists and write it first.

    Raises:
        InputError: the cached set is damaged, the asset package is missing, or the disk is full.
    """

    def make(temporary: Path) -> None:
        progress("CT phantom: reading the scan")
        body = load_body()
        _write(temporary, body, plan(body), drawn, progress)

    return _read(cached_folder(folder, make))


def _write(folder: Path, body: Body, crops: Sequence[Crop], drawn: Draw, progress: Progress) -> None:
    pixels: list[NDArray[np.uint8]] = []
    cells = np.empty((len(crops), CELLS, CELLS), dtype=np.uint8)
    captions: list[str] = []
    for i, crop in enumerate(crops):
        picture, shown = drawn(body, crop)
        pixels.append(picture)
        cells[i] = cell_grid(shown)
        captions.append(caption(shown))
        if (i + 1) % 500 == 0 or i + 1 == len(crops):
            progress(f"CT phantom: {i + 1} of {len(crops)} crops drawn")
    np.save(folder / PIXELS, np.stack(pixels))
    np.save(folder / "cells.npy", cells)
    parquet.write_table(_table(crops, captions), folder / "rows.parquet")


def _read(folder: Path) -> CropSet:
    rows = parquet.ParquetFile(folder / "rows.parquet").read().to_pylist()
    pixels: NDArray[np.uint8] = np.load(folder / PIXELS, mmap_mode="r")
    cells: NDArray[np.uint8] = np.load(folder / "cells.npy", mmap_mode="r")
    return CropSet(
        f"{folder.name}/{PIXELS}",
        tuple(_crop(row, pixels.shape[-1]) for row in rows),
        tuple(row["caption"] for row in rows),
        pixels,
        cells,
    )


def _table(crops: Sequence[Crop], captions: Sequence[str]) -> pa.Table:
    return pa.table(
        {
            "id": [crop.id for crop in crops],
            "plane": [crop.plane for crop in crops],
            "index": [crop.index for crop in crops],
            "label": [crop.label for crop in crops],
            "copy": [crop.copy for crop in crops],
            "row": [crop.square.row for crop in crops],
            "column": [crop.square.column for crop in crops],
            "side_mm": [crop.square.side_mm for crop in crops],
            "window_low": [crop.window.low for crop in crops],
            "window_high": [crop.window.high for crop in crops],
            "noise": [crop.noise for crop in crops],
            "caption": list(captions),
        }
    )


def _crop(row: dict[str, object], pixels: int) -> Crop:
    def number(key: str) -> float:
        return float(str(row[key]))

    plane: Plane = row["plane"]  # pyright: ignore[reportAssignmentType]
    square = Square(number("row"), number("column"), number("side_mm"), pixels)
    window = Window(number("window_low"), number("window_high"))
    return Crop(plane, int(number("index")), str(row["label"]), int(number("copy")), square, window, number("noise"))
