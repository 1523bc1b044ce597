"""What one call of a module adds to the tasks' gradients of one of its parameters, row by row of the parameter.

Rows are asked for a few at a time, so that m gradients of a whole parameter need not exist together: of a language
head alone they may be larger than everything else. `x` and `g` of m tasks stand for the input and the output gradient,
the samples of a task side by side.
"""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor


class Part(Protocol):
    """A share of the m gradients of a parameter `[R, ...]`."""

    def rows(self, start: int, stop: int) -> Tensor:
        """Of rows `start` to `stop`, `[m, stop - start, C]`, C numbers a row, in float32 or finer."""
        ...


@dataclass(frozen=True)
class Dense:
    """Gradients that exist already.

    Attributes:
        gradients: `[m, R, C]`.
    """

    gradients: Tensor

    def rows(self, start: int, stop: int) -> Tensor:
        """A view of them."""
        return fine(self.gradients[:, start:stop])


@dataclass(frozen=True)
class Products:
    """Of a linear layer's weight: `g^T x`.

    Attributes:
        inputs: of each of m tasks, `[N_i, C]`.
        gradients: of each of m tasks, `[N_i, R]`.

    >>> part = Products((torch.ones(3, 2),), (torch.arange(6.0).reshape(3, 2),))
    >>> part.rows(1, 2)
    tensor([[[9., 9.]]])
    """

    inputs: tuple[Tensor, ...]
    gradients: tuple[Tensor, ...]

    def rows(self, start: int, stop: int) -> Tensor:
        """Products of the columns `start` to `stop` of the gradients."""
        pairs = zip(self.inputs, self.gradients, strict=True)
        return torch.stack([fine(g[:, start:stop]).T @ fine(x) for x, g in pairs])


@dataclass(frozen=True)
class Looked:
    """Of an embedding's weight: each row is the sum of `g` over the places that looked it up.

    Attributes:
        ids: of each of m tasks, `[N_i]`.
        gradients: of each of m tasks, `[N_i, C]`.

    >>> part = Looked((torch.tensor([4, 2, 4]),), (torch.tensor([[1.0], [2.0], [3.0]]),))
    >>> part.rows(2, 5).flatten()
    tensor([2., 0., 4.])
    """

    ids: tuple[Tensor, ...]
    gradients: tuple[Tensor, ...]

    def rows(self, start: int, stop: int) -> Tensor:
        """Sums of the places with ids from `start` to before `stop`."""
        sums: list[Tensor] = []
        for ids, gradient in zip(self.ids, self.gradients, strict=True):
            inside = (ids >= start) & (ids < stop)
            found = fine(gradient[inside])
            sums.append(found.new_zeros(stop - start, gradient.shape[1]).index_add_(0, ids[inside] - start, found))
        return torch.stack(sums)


def fine(tensor: Tensor) -> Tensor:
    """In float32 at least: sums of products of half precision would lose what conflict is about."""
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))
