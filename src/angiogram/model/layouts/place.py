"""Where a token lies in its image: a box (top, left, bottom, right), each in 0..1; NaN for a token without a place.

In a volume two more numbers say where along its slices: (top, left, bottom, right, first, last), in 0..1 as well.
"""

from functools import cache, lru_cache

import torch
from torch import Tensor

Box = tuple[float, float, float, float]
WHOLE: Box = (0.0, 0.0, 1.0, 1.0)


@lru_cache(1024)  # as many kinds of tiles as a set of images of any shape brings
def grid(rows: int, columns: int, within: Box = WHOLE) -> Tensor:
    """Boxes `[rows * columns, 4]` of a row-major grid that fills the box `within`; not to be changed in place.

    >>> grid(1, 2).tolist()
    [[0.0, 0.0, 1.0, 0.5], [0.0, 0.5, 1.0, 1.0]]
    """
    top, left, bottom, right = within
    y = torch.linspace(top, bottom, rows + 1)
    x = torch.linspace(left, right, columns + 1)
    edges = [
        y[:-1, None].expand(rows, columns),
        x[None, :-1].expand(rows, columns),
        y[1:, None].expand(rows, columns),
        x[None, 1:].expand(rows, columns),
    ]
    return torch.stack(edges, dim=-1).reshape(-1, 4)


def stacked(boxes: Tensor, slices: int) -> Tensor:
    """Boxes `[slices * T, 6]` of tokens that lie at these `[T, 4]` in each of the slices, slice by slice.

    >>> stacked(grid(1, 1), 2)[:, 4:].tolist()
    [[0.0, 0.5], [0.5, 1.0]]
    """
    edges = torch.linspace(0.0, 1.0, slices + 1)
    depth = torch.stack([edges[:-1], edges[1:]], dim=1).repeat_interleave(len(boxes), dim=0)
    return torch.cat([boxes.repeat(slices, 1), depth], dim=1)


@cache
def placeless(tokens: int) -> Tensor:
    """NaN boxes `[tokens, 4]`: class tokens, padding, line breaks. They are left out of every pooling."""
    return torch.full((tokens, 4), torch.nan)


@cache
def everywhere(tokens: int) -> Tensor:
    """Boxes `[tokens, 4]` of tokens of which nothing is known but their image: each stands for all of it."""
    return torch.tensor(WHOLE).expand(tokens, 4)


def tiles(rows: int, columns: int, canvas: Box = WHOLE) -> list[Box]:
    """The boxes of a row-major grid of tiles that fills the canvas, as `grid` takes them."""
    return [_as_box(box) for box in grid(rows, columns, canvas)]


def side_of(tokens: int) -> int | None:
    """Side of the square grid of so many tokens; None where they form no square.

    >>> side_of(9), side_of(8)
    (3, None)
    """
    side = round(tokens**0.5)
    return side if side * side == tokens else None


def _as_box(values: Tensor) -> Box:
    top, left, bottom, right = values.tolist()
    return top, left, bottom, right
