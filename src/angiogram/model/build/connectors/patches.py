"""What all connectors take: an encoder's tokens, and how they lie."""

from dataclasses import dataclass
from math import prod

from torch import Tensor

Grid = tuple[int, ...]
"""How tokens lie, row-major: (rows, columns), or (slices, rows, columns) of a volume; (n,) where they lie nowhere."""


@dataclass(frozen=True)
class Patches:
    """The tokens of B images.

    Attributes:
        tokens: `[B, T, D]`, row-major.
        grid: whose product is T.
        mask: `[B, T]`, true where a token is real; None where all are.
        task: `[B]`, the number of each image's task, -1 where it is not known; None where none is.
    """

    tokens: Tensor
    grid: Grid
    mask: Tensor | None = None
    task: Tensor | None = None

    def __post_init__(self) -> None:
        if prod(self.grid) != self.tokens.shape[1]:
            shape = "x".join(map(str, self.grid))
            raise ValueError(f"{self.tokens.shape[1]} tokens do not lie on a grid of {shape}.")
