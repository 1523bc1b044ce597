"""A tensor's rows as 64-bit codes, so that a whole forward pass can be compared row by row without keeping it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
from torch import Tensor

BITS = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


@dataclass(frozen=True)
class Rows:
    """What is kept of a tensor `[..., D]`, seen as N rows of width D.

    Attributes:
        shape: of the tensor.
        codes: `[N]`; equal codes mean that the rows are equal, bit for bit.
        signs: `[N]`; the same of the rows' signs, which a positive factor does not change.
        floating: whether the numbers are floating-point ones.
    """

    shape: tuple[int, ...]
    codes: Tensor
    signs: Tensor
    floating: bool

    @property
    def width(self) -> int:
        """D."""
        return self.shape[-1]

    def same(self, other: "Rows") -> Tensor:
        """`[N]`, true where both hold the same row at the same place; all false where the shapes differ."""
        if self.shape != other.shape:
            return torch.zeros(len(self.codes), dtype=torch.bool)
        return self.codes == other.codes

    def found_in(self, other: "Rows") -> Tensor:
        """`[N]`, true where a row stands anywhere in `other`, bit for bit."""
        return torch.isin(self.codes, other.codes) & (self.width == other.width)

    def scaled_in(self, other: "Rows") -> Tensor:
        """`[N]`, true where a row stands anywhere in `other` up to a positive factor."""
        return torch.isin(self.signs, other.signs) & (self.width == other.width)


def rows_of(states: Tensor) -> Rows:
    """The codes of a tensor of at least one axis.

    Rows that differ get the same code about once in 2^48 comparisons: the code is the product of the row's bits with
    random odd numbers, modulo 2^64.
    """
    flat = states.detach().reshape(-1, states.shape[-1])
    bits = flat if not flat.is_floating_point() else flat.contiguous().view(BITS[flat.element_size()])
    return Rows(tuple(states.shape), _code(bits), _code(flat > 0), states.is_floating_point())


def readable(value: Any) -> Tensor | None:
    """The tensor that a hook of `tap.hooks` reads of a module's output: itself, or a tuple's first; None for others."""
    first: Any = value[0] if type(value) is tuple and value else value
    if not isinstance(first, Tensor) or first.dim() == 0 or first.numel() == 0 or first.is_complex():
        return None
    return first


def _code(bits: Tensor) -> Tensor:
    return (bits.long() * _factors(bits.shape[1]).to(bits.device)).sum(dim=1).cpu()


@cache
def _factors(width: int) -> Tensor:
    generator = torch.Generator().manual_seed(width)
    return torch.randint(-(2**62), 2**62, (width,), generator=generator) * 2 + 1
