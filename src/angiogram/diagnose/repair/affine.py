"""An affine map of tokens, which a repair puts at an interface."""

import torch
from torch import Tensor


class AffineMap:
    """`x + (x - centre) (start + change) + spread (begun + shift)`, which is x itself as long as all four are zero.

    Computed in float32 whatever the model computes in.

    Attributes:
        centre: mean token, `[D]`.
        spread: root mean square distance of the tokens' entries from it.
        start, begun: where the fit starts, `[D, D]` and `[D]`; fixed.
        change, shift: what is fitted, `[D, D]` and `[D]`.
    """

    def __init__(self, centre: Tensor, spread: float) -> None:
        width = len(centre)
        self.centre, self.spread = centre, spread
        self.start, self.begun = centre.new_zeros(width, width), centre.new_zeros(width)
        self.change, self.shift = centre.new_zeros(width, width), centre.new_zeros(width)

    def begin(self, matrix: Tensor, mean: Tensor) -> None:
        """Start from `mean + (x - centre) matrix`, with matrix `[D, D]` and mean `[D]`."""
        self.start = matrix - torch.eye(len(mean), device=mean.device)
        self.begun = (mean - self.centre) / self.spread

    def matrix(self) -> tuple[Tensor, Tensor]:
        """M `[D, D]` and o `[D]` with which the map is `x M + o`."""
        change = (self.start + self.change).detach()
        offset = self.spread * (self.begun + self.shift).detach() - self.centre @ change
        return change + torch.eye(len(self.centre), device=change.device), offset

    def __call__(self, tokens: Tensor) -> Tensor:
        """Tokens `[..., D]`, mapped."""
        x = tokens.float()
        moved = (x - self.centre) @ (self.start + self.change) + self.spread * (self.begun + self.shift)
        return (x + moved).to(tokens.dtype)
