"""Tokens that lie side by side become one: joined, their mean, or their largest values."""

from abc import abstractmethod
from typing import Any

import torch
from torch import Tensor

from angiogram.errors import InputError
from angiogram.model.build.connectors.patches import Grid, Patches
from angiogram.model.build.connectors.reducer import Reducer


class _Blocks(Reducer):
    """Divides the grid into blocks of one shape.

    Args:
        block: rows and columns of a block, and slices in front where it spans several: (2, 2), (1, 4), (2, 2, 2). A
            block of rows and columns takes each slice of a volume by itself.
    """

    def __init__(self, block: Grid = (2, 2)) -> None:
        super().__init__()
        check_block(block)
        self.block = tuple(block)

    def grid_out(self, grid: Grid) -> Grid:
        """One token a block."""
        return tuple(side // part for side, part in zip(grid, self._fitting(grid), strict=True))

    def width_out(self, width: int) -> int:
        """As before."""
        return width

    def forward(self, patches: Patches) -> Patches:
        """Each block of tokens as one; a block without a real token is not real."""
        block = self._fitting(patches.grid)
        inside = in_blocks(patches.tokens, patches.grid, block)  # [B, T', P, D]
        mask = patches.mask
        real = None if mask is None else in_blocks(mask[..., None], patches.grid, block)  # [B, T', P, 1]
        found = None if real is None else real[..., 0].any(dim=-1)
        return Patches(self._one(inside, real), self.grid_out(patches.grid), found, patches.task)

    @abstractmethod
    def _one(self, inside: Tensor, real: Tensor | None) -> Tensor:
        """`[B, T', P, D]` and which are real `[B, T', P, 1]` -> `[B, T', D']`."""

    def _fitting(self, grid: Grid) -> Grid:
        block = (1,) * (len(grid) - len(self.block)) + self.block
        if len(block) != len(grid) or any(side % part for side, part in zip(grid, block, strict=True)):
            raise InputError(
                f"A grid of {'x'.join(map(str, grid))} tokens does not divide into blocks of "
                f"{'x'.join(map(str, self.block))}."
            )
        return block


class Joined(_Blocks):
    """The tokens of a block behind each other: LLaVA's successors with 2x2 blocks, Uni-Med's strip with 1x4."""

    def width_out(self, width: int) -> int:
        """As many times wider as a block has tokens."""
        parts = 1
        for side in self.block:
            parts *= side
        return width * parts

    def _one(self, inside: Tensor, real: Tensor | None) -> Tensor:
        kept = inside if real is None else inside * real
        return kept.flatten(2)


class Averaged(_Blocks):
    """The mean of the real tokens of a block."""

    def _one(self, inside: Tensor, real: Tensor | None) -> Tensor:
        if real is None:
            return inside.mean(dim=2)
        return (inside * real).sum(dim=2) / real.sum(dim=2).clamp(min=1)


class Largest(_Blocks):
    """The largest value of every feature over the real tokens of a block."""

    def _one(self, inside: Tensor, real: Tensor | None) -> Tensor:
        if real is None:
            return inside.amax(dim=2)
        largest = inside.masked_fill(~real, -torch.inf).amax(dim=2)
        return largest.masked_fill(~real.any(dim=2), 0)


def check_block(block: Any) -> None:
    """Refuse what is no shape of a block.

    Raises:
        InputError: says what a block has.

    >>> check_block([2, 0])
    Traceback (most recent call last):
    angiogram.errors.InputError: A block has rows and columns, and slices in front of a volume's, not [2, 0].
    """
    sides: list[Any] = list(block) if isinstance(block, list | tuple) else []
    if len(sides) not in (2, 3) or not all(type(side) is int and side > 0 for side in sides):
        given = sides or block
        raise InputError(f"A block has rows and columns, and slices in front of a volume's, not {given}.")


def in_blocks(tokens: Tensor, grid: Grid, block: Grid) -> Tensor:
    """Tokens by block: `[B, T, D]` -> `[B, T / P, P, D]`, blocks and what is in them row-major.

    >>> in_blocks(torch.arange(16).reshape(1, 16, 1), (4, 4), (2, 2))[0, 1, :, 0]  # the upper right quarter
    tensor([2, 3, 6, 7])
    >>> in_blocks(torch.arange(8).reshape(1, 8, 1), (2, 2, 2), (2, 1, 2))[0, 0, :, 0]  # both slices, first row
    tensor([0, 1, 4, 5])
    """
    batch, _, width = tokens.shape
    sides = [number for side, part in zip(grid, block, strict=True) for number in (side // part, part)]
    split = tokens.reshape(batch, *sides, width)
    between, inside = range(1, 2 * len(grid), 2), range(2, 2 * len(grid) + 1, 2)
    ordered = split.permute(0, *between, *inside, 2 * len(grid) + 1)
    return ordered.flatten(1, len(grid)).flatten(2, -2)
