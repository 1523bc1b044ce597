"""The published indexes of the tug-of-war on one module, with intervals over batches.

Uni-Med (Zhu et al., NeurIPS 2024, arXiv 2409.17508), with L_i the loss of task i, s a step and E over batches:

    GD_ij = E[D_j L_i / D_i L_i],  D_j L_i = E[L_i(theta) - L_i(theta - s grad L_j / |grad L_j|)]
    GM_ij = 2 E|grad L_i| E|grad L_j| / ((E|grad L_i|)^2 + (E|grad L_j|)^2)
    index_i = sum_j GD_ij GM_ij

GD below 0 is conflict; GM is 1 where two tasks are balanced and goes to 0 where one dominates. The sum is over all j,
i among them, whose share is 1: a task that nobody touches has index 1, and m tasks that agree have m. How large E|grad|
is depends on the noise, and so on the number of samples a batch; GM of batches of other sizes does not compare.
"""

from collections.abc import Sequence
from math import inf

import numpy as np

from angiogram.train.conflict.batch import Pull
from angiogram.train.conflict.over_batches import Floats, OverBatches
from angiogram.train.conflict.result import Conflict, Table

HIDDEN = 1e-12
"""Share of the mean `|g|^2` of a batch below which nothing of the mean gradient shows."""


def conflict_of_gradients(pulls: Sequence[Pull], seed: int = 0) -> Conflict:
    """The indexes with GD to first order in the step: the cosine of the tasks' mean gradients.

    For a small step `D_j L_i = s E[g_i] . E[g_j] / |E[g_j]|`, so that `GD_ij = cos(E[g_i], E[g_j])`. No mean gradient
    is ever there, only inner products within batches; but a batch's samples are drawn independently, so that
    `E[g_i . g_j] = E[g_i] . E[g_j]` for two tasks, and `E[g_i' . g_i''] = |E[g_i]|^2` for the gradients of a task's two
    halves. Each inner product is the mean of these over the batches and without bias; their ratio is consistent. (The
    mean of the batches' own cosines would be too close to 0, the more so the noisier they are, as `E|g_i|^2` is
    `|E[g_i]|^2` and the noise.) [own]

    It is cut to [-1, 1]. Where noise hides the mean gradient of a task, so that the product of its halves is not
    positive, GD is one of the ends, and in other resamples the other: the interval then says that nothing is known. A
    task without any gradient on the module has GD and GM 0 to all others.

    Args:
        pulls: of the module, of each of n batches.
        seed: of the bootstrap's resamples of batches.

    Raises:
        InputError: there are fewer than two batches.

    >>> one = Pull(np.array([[4.0, -2.0], [-2.0, 4.0]]), np.array([4.0, 4.0]), np.zeros(10, np.int64))
    >>> found = conflict_of_gradients([one, one])
    >>> found.direction[0][1].value, found.magnitude[0][1].value, found.index[0].value
    (-0.5, 1.0, 0.5)
    """
    products = np.stack([pull.products for pull in pulls])  # [n, m, m]
    repeated = np.stack([pull.repeated for pull in pulls])  # [n, m]
    lengths = _lengths(pulls)
    hidden = HIDDEN * (lengths**2).mean(axis=0) + np.finfo(np.float64).tiny

    over = OverBatches.of(len(pulls), seed)
    means = np.sqrt(np.maximum(over.means(repeated), hidden))  # [1 + B, m]
    cosines = over.means(products) / means[:, :, None] / means[:, None, :]
    return _conflict(over, np.clip(cosines, -1.0, 1.0), lengths, 1.0)


def conflict_of_steps(gains: Sequence[Floats], pulls: Sequence[Pull], seed: int = 0) -> Conflict:
    """The indexes with GD by the definition: what steps along each task's gradient do to each task's loss.

    `GD_ij = E[D_j L_i] / E[D_i L_i]`: a ratio of means in place of a mean of ratios, whose denominators come close to
    0. [own] It has no bounds: where a task gains nothing of steps along its own gradient, it is a number without
    meaning, as large as it gets, and so is an end of the interval where this is so in many resamples.

    Args:
        gains: `D_j L_i` in each of n batches, `[m, m]`, rows i; see `step_gains`.
        pulls: of the same module, of the same batches.
        seed: of the bootstrap's resamples of batches.

    Raises:
        InputError: there are fewer than two batches.

    >>> one = Pull(np.array([[4.0, 0.0], [0.0, 4.0]]), np.array([4.0, 4.0]), np.zeros(10, np.int64))
    >>> found = conflict_of_steps([np.array([[1.0, -0.5], [0.25, 1.0]])] * 2, [one] * 2)
    >>> found.direction[0][1].value, found.direction[1][0].value
    (-0.5, 0.25)
    """
    gained = np.stack(gains)  # [n, m, m]
    own = np.diagonal(gained, axis1=1, axis2=2)  # [n, m]
    hidden = HIDDEN * np.abs(own).mean(axis=0) + np.finfo(np.float64).tiny

    over = OverBatches.of(len(gains), seed)
    ratios = over.means(gained) / np.maximum(over.means(own), hidden)[:, :, None]
    return _conflict(over, ratios, _lengths(pulls), inf)


def _conflict(over: OverBatches, direction: Floats, lengths: Floats, bound: float) -> Conflict:
    """All indexes.

    Args:
        over: the batches.
        direction: GD on each resample, `[1 + B, m, m]`.
        lengths: `|g_i|` in each batch, `[n, m]`.
        bound: of GD.
    """
    m = lengths.shape[1]
    gd, gm = _own_one(direction), _magnitude(over.means(lengths))

    def square(samples: Floats, least: float, most: float) -> Table:
        return tuple(tuple(over.interval(samples[:, i, j], least, most) for j in range(m)) for i in range(m))

    index = (gd * gm).sum(axis=2)  # [1 + B, m]
    away = (m - 1) * bound if m > 1 else 0.0
    return Conflict(
        direction=square(gd, -bound, bound),
        magnitude=square(gm, 0.0, 1.0),
        index=tuple(over.interval(index[:, i], 1 - away, 1 + away) for i in range(m)),
    )


def _lengths(pulls: Sequence[Pull]) -> Floats:
    """`|g_i|` of each batch, `[n, m]`."""
    return np.sqrt(np.stack([np.diagonal(pull.products) for pull in pulls]))


def _magnitude(lengths: Floats) -> Floats:
    """GM `[1 + B, m, m]` from `E|g_i|`, `[1 + B, m]`; 0 to a task without gradient."""
    squares = lengths**2
    whole = squares[:, :, None] + squares[:, None, :]
    product = 2 * lengths[:, :, None] * lengths[:, None, :]
    return _own_one(np.divide(product, whole, out=np.zeros_like(product), where=whole > 0))


def _own_one(square: Floats) -> Floats:
    """With 1 on the diagonal: to itself, every task is 1."""
    at = np.arange(square.shape[-1])
    square[:, at, at] = 1.0
    return square
