"""Tokens laid out as the image they stand for, and the means over it and its quarters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

Span = tuple[float, float]


@dataclass(frozen=True)
class Picture:
    """Tokens `[R, C, D]` in raster order.

    Attributes:
        tall: first and last row that the image covers, in cells; the rows outside are padding. None: all rows.
        wide: the same of the columns.
        kept: `[R, C]`, false where the model has no such token; None: all are there.
    """

    tokens: Tensor
    tall: Span | None = None
    wide: Span | None = None
    kept: Tensor | None = None

    def weights(self) -> Tensor:
        """`[5, R, C]`: the share of every cell in the image and in its upper left, upper right, lower left and lower
        right quarter; the middle row of an odd grid counts half to each side."""
        rows, columns = self.tokens.shape[:2]
        y, x = halves(rows, *(self.tall or (0, rows))), halves(columns, *(self.wide or (0, columns)))
        quarters = torch.stack([a[:, None] * b[None] for a in y for b in x])
        weights = torch.cat([quarters.sum(0)[None], quarters])
        return weights if self.kept is None else weights * self.kept


def halves(cells: int, start: float, end: float) -> tuple[Tensor, Tensor]:
    """How much of each cell lies in the first and in the second half of start..end."""
    return inside(cells, start, (start + end) / 2), inside(cells, (start + end) / 2, end)


def inside(cells: int, start: float, end: float) -> Tensor:
    return torch.tensor([max(0.0, min(cell + 1, end) - max(cell, start)) for cell in range(cells)])


def five_rows(pictures: Sequence[Picture]) -> Tensor:
    """`[5, D]`: the mean and the quarters' means over all pictures of an image, each token counting once."""
    total = sum(torch.einsum("qrc,rcd->qd", p.weights(), p.tokens) for p in pictures)
    return total / sum(p.weights().sum((1, 2)) for p in pictures)[:, None]


def mosaic(tiles: Tensor, rows: int, columns: int) -> Tensor:
    """Square tiles `[rows * columns, S * S, D]` put together, `[rows * S, columns * S, D]`."""
    side = round(tiles.shape[1] ** 0.5)
    whole = [
        torch.cat([tile.reshape(side, side, -1) for tile in tiles[row * columns : (row + 1) * columns]], dim=1)
        for row in range(rows)
    ]
    return torch.cat(whole)


def square(tokens: Tensor) -> Picture:
    """One square grid `[S * S, D]` that shows the whole image."""
    return Picture(mosaic(tokens[None], 1, 1))


def moved(pictures: Sequence[Picture], before: Tensor, after: Tensor) -> list[Picture]:
    """The pictures, each token replaced by what stands in `after` where `before` has that token.

    Args:
        pictures: of the connector's tokens.
        before: `[T, D]`, the image tokens of a prompt; each equals a connector's token up to a factor, or is none.
        after: `[T, D]`, the same places of the prompt at another depth.
    """
    moved: list[Picture] = []
    for picture in pictures:
        shape = picture.tokens.shape[:2]
        distance = torch.cdist(_direction(picture.tokens.flatten(0, 1)), _direction(before))  # [R * C, T]
        nearest = distance.argmin(1)
        kept = (distance.amin(1) < 1e-3).reshape(shape)
        moved.append(replace(picture, tokens=after[nearest].reshape(*shape, -1), kept=kept))
    return moved


def _direction(tokens: Tensor) -> Tensor:
    return tokens.double() / tokens.double().norm(dim=-1, keepdim=True)
