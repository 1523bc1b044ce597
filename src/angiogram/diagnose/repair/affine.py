"""An affine map of a connector's output tokens, which a hook puts behind the connector."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn


class AffineMap:
    """`x + (x - centre) (start + change) + spread (begun + shift)`, which is x itself as long as all four are zero.

    Computed in float32 whatever the model computes in.

    Attributes:
        centre: mean output token, `[D]`.
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

    def __call__(self, tokens: Tensor) -> Tensor:
        """Tokens `[..., D]`, mapped."""
        x = tokens.float()
        moved = (x - self.centre) @ (self.start + self.change) + self.spread * (self.begun + self.shift)
        return (x + moved).to(tokens.dtype)


@contextmanager
def mapped(model: nn.Module, maps: Mapping[str, AffineMap]) -> Generator[None]:
    """Within the context every output of these modules goes through its map, behind the hooks that already stand."""
    handles: list[Any] = []
    try:
        for path, affine in maps.items():
            handles.append(model.get_submodule(path).register_forward_hook(_through(affine)))
        yield
    finally:
        for handle in handles:
            handle.remove()


def _through(affine: AffineMap) -> Any:
    def after(_: nn.Module, __: Any, output: Any) -> Any:
        return (affine(output[0]), *output[1:]) if isinstance(output, tuple) else affine(output)

    return after
