"""Colours of 16 bits a channel in PNG and TIFF, of which Pillow gives one byte of two."""

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

_OTHER = {"L": "B", "B": "L", "N": "B" if sys.byteorder == "little" else "L"}  # byte orders; N is the machine's


def are_deep(file: Pillow.Image) -> bool:
    """Whether a file just opened, and not yet loaded, has colours of 16 bits; Pillow keeps their high bytes."""
    stored = [str(tile.args) for tile in getattr(file, "tile", ())]
    return file.mode in {"RGB", "RGBA", "LA", "CMYK"} and any(";16" in args for args in stored)


def load_low_bytes(file: Pillow.Image) -> bool:
    """Load the low bytes in place of the high ones: where the decoder is told the other byte order, it gives those.

    Args:
        file: just opened, and not yet loaded.

    Returns:
        False where the file's colours are not of a kind that this is known of; nothing is loaded then.
    """
    tiles: list[Any] = list(getattr(file, "tile", ()))
    orders = [_order(tile.args) for tile in tiles]
    if not tiles or not all(order in {f"RGB;16{end}" for end in _OTHER} for order in orders):
        return False
    other = [f"{order[:-1]}{_OTHER[order[-1]]}" for order in orders]
    file.tile = [  # pyright: ignore[reportAttributeAccessIssue]
        tile._replace(args=order if isinstance(tile.args, str) else (order, *tile.args[1:]))
        for tile, order in zip(tiles, other, strict=True)
    ]
    file.load()
    return True


def whole_values(high: NDArray[np.uint8], low: NDArray[np.uint8]) -> NDArray[np.uint16] | None:
    """The colours as stored; None where 8 bits are all there is, and were spread over 16 or shifted.

    >>> whole_values(np.array([2], np.uint8), np.array([3], np.uint8))
    array([515], dtype=uint16)
    >>> whole_values(np.array([2], np.uint8), np.array([2], np.uint8)) is None
    True
    """
    if not low.any() or np.array_equal(low, high):
        return None
    return high.astype(np.uint16) * np.uint16(256) + low


def _order(args: Any) -> str:
    """How a tile's samples are packed, such as `RGB;16B`; the first of several settings."""
    return str(args if isinstance(args, str) else args[0])
