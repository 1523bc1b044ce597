"""How far two readings that should be the same lie apart, and how far they may."""

from typing import Any

import torch
from torch import Tensor

from angiogram.check.subject import Reading

FULL_PRECISION = 1e-4
HALF_PRECISION = {torch.bfloat16: 3e-2, torch.float16: 1e-2}


def tolerance(model: Any) -> float:  # a transformers model
    """Largest difference, as a share of the largest value, that rounding may make. [own]

    Another batch size or padding changes the order of sums and with it the last bits. In float32 (unit 1.2e-7) tens of
    blocks leave some 1e-6 of that, so 1e-4 is far from rounding and far below what a probe could read. Half precision
    rounds every block's output: over the embedded model's 42 blocks to 1.4e-2 in bfloat16 (unit 7.8e-3) and 2.6e-3 in
    float16 (unit 9.8e-4); 3e-2 and 1e-2 leave room for twice as many blocks and more. The coarsest type among the
    parameters counts.
    """
    types = {weight.dtype for weight in model.parameters()}
    return max((HALF_PRECISION.get(dtype, FULL_PRECISION) for dtype in types), default=FULL_PRECISION)


def apart(found: Tensor, truth: Tensor, least_scale: float = 0.0) -> float:
    """Largest difference as a share of the truth's largest absolute value; infinite where a value is not finite.

    >>> apart(torch.tensor([1.0, 4.0]), torch.tensor([2.0, 4.0]))
    0.25
    """
    if not (found.isfinite().all() and truth.isfinite().all()):
        return float("inf")
    difference = (found - truth).abs().max().item()
    scale = max(truth.abs().max().item(), least_scale)
    if scale == 0:
        return float("inf") if difference else 0.0
    return difference / scale


def likelihoods_apart(found: Tensor, truth: Tensor) -> float:
    """`apart` for log-likelihoods, which may all be close to 0: as a share of 1 nat at least.

    >>> likelihoods_apart(torch.tensor([-0.5, -0.2]), torch.tensor([-0.25, -0.2]))
    0.25
    """
    return apart(found, truth, least_scale=1.0)


def worst_tap(found: Reading, truth: Reading) -> tuple[str, float]:
    """The tap that lies furthest `apart`, and how far."""
    distances = {name: apart(found.pooled[name], rows) for name, rows in truth.pooled.items()}
    name = max(distances, key=lambda tap: distances[tap])
    return name, distances[name]
