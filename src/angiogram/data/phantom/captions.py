"""Descriptions and a coarse map of a crop, made from the mask alone.

Neither says which structure is at the center: a caption lists what is visible, largest first.
"""

import numpy as np
from numpy.typing import NDArray

from angiogram.data.phantom.structures import STRUCTURES

MIN_SHARE = 0.01
MOST = 4
CELLS = 4
MIN_CELL_SHARE = 0.15


def caption(shown: NDArray[np.uint8]) -> str:
    """One sentence about a crop's structure map `[P, P]`: what covers at least 1 % of it, at most four, largest first.

    >>> shown = np.zeros((100, 100), dtype=np.uint8)
    >>> shown[:50] = STRUCTURES.index("liver"); shown[50:60] = STRUCTURES.index("right ribs")
    >>> caption(shown)
    'CT crop showing the liver and the right ribs.'
    >>> caption(np.zeros((100, 100), dtype=np.uint8))
    'CT crop showing no labelled structure.'
    """
    areas = np.bincount(shown.ravel(), minlength=len(STRUCTURES))
    areas[0] = 0
    order = np.argsort(-areas, kind="stable")[:MOST]
    names = [f"the {STRUCTURES[i]}" for i in order if areas[i] >= MIN_SHARE * shown.size]
    if not names:
        return "CT crop showing no labelled structure."
    *first, last = names
    return f"CT crop showing {', '.join(first)} and {last}." if first else f"CT crop showing {last}."


def cell_grid(shown: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest structure in each cell of a 4x4 grid over `[P, P]`, as `[4, 4]` indices into `STRUCTURES`.

    0 where no structure covers 15 % of the cell. P must be a multiple of 4.
    """
    side = shown.shape[0] // CELLS
    cells = shown.reshape(CELLS, side, CELLS, side).swapaxes(1, 2).reshape(CELLS * CELLS, -1)  # [16, side * side]
    grid = np.zeros(CELLS * CELLS, dtype=np.uint8)
    for i, cell in enumerate(cells):
        areas = np.bincount(cell, minlength=len(STRUCTURES))
        areas[0] = 0
        best = int(areas.argmax())
        grid[i] = best if areas[best] >= MIN_CELL_SHARE * cell.size else 0
    return grid.reshape(CELLS, CELLS)
