"""For how many tasks must an image serve at most, and how often more than once: an integer programme, solved by HiGHS.

A type of images has `count` images with e[t] entries of task t each. y[t] of them are used for task t:

    0 <= y[t] <= count,  y[t] = 0 where e[t] = 0,  sum over types e[t] y[t] >= needed[t]

Let u = sum over t y[t] be the uses of a type. Spread evenly over its images, each serves floor(u / count) or
ceil(u / count) different tasks (`wrap_around`), and no other way needs a smaller largest number or fewer uses beyond
the first of an image, which are max(0, u - count). So counts of types decide all that single images could.

The relaxed programme (fractions of images) bounds what whole images can do. It has a solution in which few types are
divided: as many as there are tasks, about. The others stay as they are, and the divided ones are solved again in whole
images, together with the commonest. With up to 1,000 types that is the whole programme, and exact; with more, the
bound says how far from the best the result can be, which is mostly nothing.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from angiogram.data.views.programme import Counts, Programme, Shares, programme

FREE = 1000  # types that are solved in whole images
NODES = 2000  # of the search tree; a limit of time would make the result depend on the machine
_OPTIMAL, _INFEASIBLE = 0, 2  # of scipy
_WHOLE = 1e-6  # from a whole number that a solver's value may be


@dataclass(frozen=True)
class Fewest:
    """How many images of each type are used for each task.

    Attributes:
        uses: `[K, T]`, images of the type that are used for the task.
        most: tasks that an image serves at most.
        most_at_least: what `most` cannot fall below; equal to it where it is proved to be the smallest.
        extra: uses beyond the first of an image.
        extra_at_least: what `extra` cannot fall below while no image serves more than `most` tasks.
    """

    uses: Counts
    most: int
    most_at_least: int
    extra: int
    extra_at_least: int


def fewest_uses(entries: Counts, count: Counts, needed: Counts) -> Fewest:
    """The uses with the smallest largest number of tasks an image, and among these with the fewest extra uses.

    Args:
        entries: `[K, T]`, entries of each task that an image of the type has.
        count: `[K]`, images of the type.
        needed: `[T]`, entries of each task, not more than there are; one at least over all tasks.

    One image with an entry of each of two tasks, one with an entry of the second only, and one entry of each is needed:

    >>> fewest_uses(np.array([[1, 1], [0, 1]]), np.array([1, 1]), np.array([1, 1])).uses.tolist()
    [[1, 0], [0, 1]]
    """
    tasks, proved = entries.shape[1], 1
    for most in range(1, tasks + 1):
        bound = _bound(programme(entries, count, needed, most), most)
        found, is_exact = (None, True) if bound is None else _whole(entries, count, needed, most, bound.uses)
        if found is not None:
            extra = extra_uses(found, count)
            return Fewest(found, most, proved, extra, extra if is_exact or bound is None else min(bound.extra, extra))
        if is_exact:
            proved = most + 1
    every = np.where(entries > 0, count[:, None], 0)
    return Fewest(every, tasks, proved, extra_uses(every, count), 0)


def extra_uses(uses: Counts, count: Counts) -> int:
    """Uses beyond the first of an image, where they are spread evenly over the images of a type."""
    return int(np.maximum(0, uses.sum(1) - count).sum())


class Surplus(NamedTuple):
    """What there is beyond what is needed, if images may be divided but serve one task in all.

    Attributes:
        times: of each task there are so many times the entries that are needed. Below 1 some image must serve two.
        prices: `[T]`, what an entry of each task is worth. However images are used, and whatever the prices, the
            entries that they give cannot be worth more than if each image served its most valuable task.
    """

    times: float
    prices: Shares


def surplus(entries: Counts, count: Counts, needed: Counts) -> Surplus:
    """As much of every task as there can be.

    >>> surplus(np.array([[1, 1]]), np.array([4]), np.array([1, 3])).times
    1.0
    """
    found = _solved(programme(entries, count, needed, 1))
    return Surplus(-float(found.fun), np.maximum(0, -found.ineqlin.marginals[: len(needed)]))


@dataclass(frozen=True)
class _Bound:
    """The best that fractions of images can do.

    Attributes:
        uses: `[K, T]`, with fractions.
        extra: whole uses beyond the first of an image that it takes at least.
    """

    uses: Shares
    extra: int


def _bound(relaxed: Programme, most: int) -> _Bound | None:
    """None where even fractions cannot do."""
    found = _solved(relaxed)
    if found.status == _INFEASIBLE or (most == 1 and found.fun > -1 + _WHOLE):
        return None
    extra = 0 if most == 1 else int(np.ceil(found.fun - _WHOLE * max(1.0, found.fun)))
    return _Bound(relaxed.uses(found.x), extra)


def _solved(relaxed: Programme) -> Any:
    """By interior points with a crossover, ten times as fast here as the simplex, which is tried where they fail."""
    limits = np.stack([relaxed.lower, relaxed.upper], 1)
    for method in ("highs-ipm", "highs-ds"):
        found = linprog(relaxed.cost, relaxed.matrix, relaxed.right, bounds=limits, method=method)
        if found.status in (_OPTIMAL, _INFEASIBLE):
            return found
    raise RuntimeError(f"HiGHS solves no programme of {relaxed.shape[0]} types: {found.message}")


def _whole(entries: Counts, count: Counts, needed: Counts, most: int, shares: Shares) -> tuple[Counts | None, bool]:
    """Uses in whole images near these shares, None where none are found; and whether that is proved the best."""
    near = shares.round().astype(np.int64)
    common = np.isin(np.arange(len(count)), np.argsort(-count, kind="stable")[:FREE])
    free = (np.abs(shares - near) > _WHOLE).any(1) | common
    given = (entries * near)[~free].sum(0)
    whole = programme(entries[free], count[free], needed, most, given)
    lower = whole.lower.copy()
    if most == 1:
        lower[-1] = 1  # all that is needed
    found = milp(
        whole.cost,
        integrality=whole.is_use,
        bounds=Bounds(lower, whole.upper),  # pyright: ignore[reportArgumentType] scipy says float, and takes arrays
        constraints=LinearConstraint(whole.matrix, ub=whole.right),  # pyright: ignore[reportArgumentType]
        options={"node_limit": NODES, "mip_rel_gap": 0.05 if most == 1 else 0.0},
    )
    is_exact = bool(free.all()) and found.status in (_OPTIMAL, _INFEASIBLE)
    if found.x is None:
        return None, is_exact
    near[free] = whole.uses(found.x).round().astype(np.int64)
    holds = (
        ((entries * near).sum(0) >= needed).all()
        and (near <= count[:, None]).all()
        and (near.sum(1) <= most * count).all()
    )
    return (near, is_exact) if holds else (None, False)
