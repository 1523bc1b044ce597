"""Where the tokens of a tower lie, worked out by hand for each family and each shape of image."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor

from tests.tap.references.picture import Picture, mosaic, square

Shape = tuple[int, int]
Place = Callable[[Tensor, Shape], list[Picture]]

# (height, width) of an image -> rows and columns of its tiles.
INTERNVL = {(56, 56): None, (40, 90): (1, 2), (120, 50): (2, 1), (130, 90): (2, 1), (100, 100): (2, 2)}
IDEFICS = {(56, 56): (2, 2), (40, 90): (1, 2), (120, 50): (2, 1), (130, 90): (2, 2), (100, 100): (2, 2)}


@dataclass(frozen=True)
class Canvas:
    """Tiles of 56 px, and the pixels of them that the scaled image covers: top, bottom and left, right."""

    tiles: tuple[int, int]
    tall: tuple[int, int]
    wide: tuple[int, int]

    def picture(self, tokens: Tensor) -> Picture:
        y, x = ((start / 14, end / 14) for start, end in (self.tall, self.wide))
        return Picture(mosaic(tokens, *self.tiles), y, x)


ANYRES = {  # centred
    (56, 56): Canvas((1, 2), (0, 56), (28, 84)),
    (40, 90): Canvas((1, 2), (3, 53), (0, 112)),  # scaled by 1.244 to 49.8, so 50 rows; 3 above, 3 below
    (120, 50): Canvas((3, 1), (16, 151), (0, 56)),  # by 1.12 to 134.4, so 135 rows; 16 above, 17 below
    (130, 90): Canvas((2, 2), (0, 112), (17, 95)),  # by 0.862 to 77.5, so 78 columns; 17 and 17
    (100, 100): Canvas((2, 2), (0, 112), (0, 112)),
}
MLLAMA = {  # in the upper left corner, and never enlarged
    (56, 56): Canvas((1, 1), (0, 56), (0, 56)),
    (40, 90): Canvas((1, 2), (0, 40), (0, 90)),
    (120, 50): Canvas((3, 1), (0, 120), (0, 50)),
    (130, 90): Canvas((2, 2), (0, 112), (0, 77)),
    (100, 100): Canvas((2, 2), (0, 100), (0, 100)),
}
QWEN_14 = {(56, 56): (6, 6), (40, 90): (4, 10), (120, 50): (10, 4), (130, 90): (10, 6), (100, 100): (8, 8)}
QWEN_16 = {(56, 56): (6, 6), (40, 90): (4, 10), (120, 50): (10, 4), (130, 90): (8, 6), (100, 100): (6, 6)}
MISTRAL3 = {(56, 56): (4, 4), (40, 90): (4, 8), (120, 50): (8, 4), (130, 90): (8, 6), (100, 100): (8, 8)}
PIXTRAL = {(56, 56): (4, 4), (40, 90): (3, 7), (120, 50): (8, 4), (130, 90): (8, 6), (100, 100): (8, 8)}


def one_tile(tokens: Tensor, _: Shape) -> list[Picture]:
    return [square(tokens[0])]


def thumbnail_first(tokens: Tensor, shape: Shape) -> list[Picture]:
    return [square(tokens[0]), ANYRES[shape].picture(tokens[1:])]


def thumbnail_last(grids: dict[Shape, tuple[int, int] | None]) -> Place:
    def pictures(tokens: Tensor, shape: Shape) -> list[Picture]:
        grid = grids[shape]
        tiles = [] if grid is None else [Picture(mosaic(tokens[:-1], *grid))]
        return [*tiles, square(tokens[-1])]

    return pictures


def upper_left(tokens: Tensor, shape: Shape) -> list[Picture]:
    return [MLLAMA[shape].picture(tokens)]


def raster(grids: dict[Shape, tuple[int, int]], merged: int = 1) -> Place:
    def pictures(tokens: Tensor, shape: Shape) -> list[Picture]:
        rows, columns = grids[shape]
        return [Picture(tokens[0].reshape(rows // merged, columns // merged, -1))]

    return pictures


def blocks(grids: dict[Shape, tuple[int, int]], window: int | None = None) -> Place:
    """Patches come in blocks of 2 x 2; with windows of `window` x `window` blocks, window after window."""

    def pictures(tokens: Tensor, shape: Shape) -> list[Picture]:
        rows, columns = grids[shape]
        laid = tokens.new_empty(rows, columns, tokens.shape[-1])
        upcoming = iter(tokens[0])
        for by, bx in _visits(rows // 2, columns // 2, window):
            for y, x in product((0, 1), (0, 1)):
                laid[2 * by + y, 2 * bx + x] = next(upcoming)
        return [Picture(laid)]

    return pictures


def merged_blocks(grids: dict[Shape, tuple[int, int]], window: int | None = None) -> Place:
    """One token a block, in the same order."""

    def pictures(tokens: Tensor, shape: Shape) -> list[Picture]:
        rows, columns = (side // 2 for side in grids[shape])
        laid = torch.empty(rows, columns, tokens.shape[-1])
        for (y, x), token in zip(_visits(rows, columns, window), tokens[0], strict=True):
            laid[y, x] = token
        return [Picture(laid)]

    return pictures


def _visits(rows: int, columns: int, window: int | None) -> list[tuple[int, int]]:
    """Row after row, or window after window and row after row within each."""
    step = window or max(rows, columns)
    return [
        (y, x)
        for top, left in product(range(0, rows, step), range(0, columns, step))
        for y, x in product(range(top, min(top + step, rows)), range(left, min(left + step, columns)))
    ]


# family -> places of the tokens in the encoder's blocks, at the connector's input and at its output
PLACES: dict[str, tuple[Place, Place, Place]] = {
    "angiogram": (one_tile, one_tile, one_tile),
    "llava": (one_tile, one_tile, one_tile),
    "llava_next": (thumbnail_first,) * 3,
    "llava_onevision": (thumbnail_first,) * 3,
    "qwen2_vl": (blocks(QWEN_14), blocks(QWEN_14), merged_blocks(QWEN_14)),
    "qwen2_5_vl": (blocks(QWEN_14, 2), blocks(QWEN_14, 2), merged_blocks(QWEN_14, 2)),
    "qwen3_vl": (blocks(QWEN_16), blocks(QWEN_16), merged_blocks(QWEN_16)),
    "gemma3": (one_tile, one_tile, one_tile),
    "internvl": (thumbnail_last(INTERNVL),) * 3,
    "idefics3": (thumbnail_last(IDEFICS),) * 3,
    "smolvlm": (thumbnail_last(IDEFICS),) * 3,
    "paligemma": (one_tile, one_tile, one_tile),
    "mllama": (upper_left,) * 3,
    "mistral3": (raster(MISTRAL3), raster(MISTRAL3), raster(MISTRAL3, 2)),
    "pixtral": (raster(PIXTRAL),) * 3,
}
