"""L-BFGS over many convex problems at once (Nocedal & Wright, Numerical Optimization, 2nd ed., algorithm 7.4).

The problems share their shape and are independent: each has its own curvature pairs, step and end, and one call of the
objective serves all. The first guess at the inverse Hessian is a diagonal that the caller knows.
"""

from collections.abc import Callable

import torch
from torch import Tensor

MEMORY = 10
"""Curvature pairs kept, as in SciPy."""

_HALVINGS = 30
_SUFFICIENT = 1e-4


def minimise(
    objective: Callable[[Tensor], tuple[Tensor, Tensor]],
    start: Tensor,
    diagonal: Tensor,
    tolerance: float,
    iterations: int = 1000,
) -> Tensor:
    """Minima of B problems, `[B, P]`.

    Args:
        objective: `[B, P]` -> values `[B]` and gradients `[B, P]`, of convex functions.
        start: `[B, P]`.
        diagonal: positive guess at the inverse Hessian's diagonal, `[P]` or `[B, P]`.
        tolerance: a problem ends when no entry of its gradient is larger, or when no step makes it smaller.
        iterations: at most.

    >>> target = torch.tensor([[1.0, -2.0], [3.0, 0.5]], dtype=torch.float64)
    >>> scale = torch.tensor([1.0, 100.0], dtype=torch.float64)
    >>> def bowl(x):
    ...     return (scale * (x - target) ** 2).sum(1) / 2, scale * (x - target)
    >>> minimise(bowl, torch.zeros_like(target), torch.ones(2, dtype=torch.float64), 1e-9).round(decimals=6).tolist()
    [[1.0, -2.0], [3.0, 0.5]]
    """
    point = start.clone()
    value, gradient = objective(point)
    pairs: list[tuple[Tensor, Tensor, Tensor]] = []  # (step s, gradient change y, 1 / s'y or 0), [B, P], [B, P], [B]
    going = gradient.abs().amax(dim=1) > tolerance  # [B]
    for _ in range(iterations):
        if not going.any():
            break
        direction = -_inverse_hessian(gradient, pairs, diagonal)
        slope = (gradient * direction).sum(dim=1)
        uphill = slope >= 0
        if uphill.any():
            direction[uphill] = -(diagonal * gradient)[uphill]
            slope = (gradient * direction).sum(dim=1)
        step = torch.where(going, 1.0, 0.0).to(point.dtype)
        ahead, new_value, new_gradient, high = point, value, gradient, going
        for _ in range(_HALVINGS):
            ahead = point + step[:, None] * direction
            new_value, new_gradient = objective(ahead)
            high = going & ~(new_value <= value + _SUFFICIENT * step * slope)
            if not high.any():
                break
            step = torch.where(high, step / 2, step)
        else:  # rounding: these cannot be made smaller
            going = going & ~high
            step = torch.where(high, 0.0, step)
            ahead = point + step[:, None] * direction
            new_value, new_gradient = objective(ahead)
        s, y = ahead - point, new_gradient - gradient
        curvature = (s * y).sum(dim=1)
        usable = curvature > 1e-14 * (y * y).sum(dim=1).clamp_min(torch.finfo(y.dtype).tiny)
        pairs.append((s, y, torch.where(usable, 1 / curvature, 0.0)))
        del pairs[:-MEMORY]
        point, value, gradient = ahead, new_value, new_gradient
        going = going & (gradient.abs().amax(dim=1) > tolerance)
    return point


def _inverse_hessian(gradient: Tensor, pairs: list[tuple[Tensor, Tensor, Tensor]], diagonal: Tensor) -> Tensor:
    """The two-loop recursion: the estimated inverse Hessian times the gradient, `[B, P]`."""
    turned = gradient.clone()
    weights: list[Tensor] = []
    for s, y, rho in reversed(pairs):
        weight = rho * (s * turned).sum(dim=1)  # [B]
        turned -= weight[:, None] * y
        weights.append(weight)
    turned = turned * diagonal
    if pairs:
        s, y, rho = pairs[-1]
        curved = (y * y * diagonal).sum(dim=1) * rho  # y'Hy / s'y
        turned = turned * torch.where(curved > 0, 1 / curved, 1.0)[:, None]
    for (s, y, rho), weight in zip(pairs, reversed(weights), strict=True):
        turned += (weight - rho * (y * turned).sum(dim=1))[:, None] * s
    return turned
