"""What one optimiser step is made of: forward and backward passes whose gradients add up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

Losses = Callable[[nn.Module], Mapping[str, Tensor]]


@dataclass(frozen=True)
class Piece:
    """One pass.

    Attributes:
        losses: from the model to the mean loss of each task in the pass.
        shares: how much of the step's loss each of them is; over all passes of all processes they add up to 1.
        names: of what is learnt from, for a message.
    """

    losses: Losses
    shares: Mapping[str, float]
    names: tuple[str, ...] = ()


Pieces = Callable[[int], Sequence[Piece]]
"""From the number of a draw to the passes of its step: the same draw is the same step, however often a run stopped."""


def one_pass(loss: Callable[[Any, int], Tensor]) -> Pieces:
    """Steps of one pass with one loss: `loss(model, draw)`."""

    def pieces(draw: int) -> Sequence[Piece]:
        return (Piece(lambda model: {"": loss(model, draw)}, {"": 1.0}),)

    return pieces
