"""The integer programme of `fewest` as matrices for HiGHS."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Counts = NDArray[np.int64]
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Programme:
    """min cost x, subject to matrix x <= right and lower <= x <= upper.

    First in x stand the uses, one for each type and task that it has. Where an image serves one task in all, the last
    one is the surplus: for each task there are so many times the entries that are needed. It is made large, so that the
    draw has a choice. Else the last ones are the uses of each type beyond the first of an image, made few.

    Attributes:
        shape: `(K, T)`, types and tasks.
        kind: type of each use.
        task: its task.
        matrix: `[T + K, X]`.
        right: `[T + K]`, first for the tasks, then for the types.
        cost: `[X]`.
        lower: `[X]`.
        upper: `[X]`.
    """

    shape: tuple[int, int]
    kind: Counts
    task: Counts
    matrix: Any  # sparse
    right: Shares
    cost: Shares
    lower: Shares
    upper: Shares

    @property
    def is_use(self) -> Counts:
        """`[X]`, 1 for uses, which come in whole images."""
        return (np.arange(len(self.cost)) < len(self.kind)).astype(np.int64)

    def uses(self, values: Shares) -> Shares:
        """`[K, T]`, what `values` of x say of the uses."""
        found = np.zeros(self.shape)
        found[self.kind, self.task] = values[: len(self.kind)]
        return found


def programme(entries: Counts, count: Counts, needed: Counts, most: int, given: Counts | None = None) -> Programme:
    """The programme in which an image serves at most so many tasks.

    Args:
        entries: `[K, T]`, entries of each task that an image of the type has.
        count: `[K]`, images of the type.
        needed: `[T]`, entries of each task.
        most: tasks an image may serve.
        given: `[T]`, entries that other images give already.
    """
    types, tasks = entries.shape
    given = np.zeros(tasks, np.int64) if given is None else given
    kind, task = np.nonzero(entries)
    uses = np.arange(len(kind))
    supply = sparse.csr_array((-entries[kind, task], (task, uses)), shape=(tasks, len(uses)))
    load = sparse.csr_array((np.ones(len(uses)), (kind, uses)), shape=(types, len(uses)))
    if most == 1:
        blocks = [[supply, sparse.csr_array(needed[:, None])], [load, None]]
        cost, upper, right = [-1.0], [np.inf], given
    else:
        blocks = [[supply, None], [load, -sparse.eye_array(types)]]
        cost, upper, right = np.ones(types), (most - 1) * count, given - needed
    return Programme(
        shape=(types, tasks),
        kind=kind,
        task=task,
        matrix=sparse.block_array(blocks, format="csc"),
        right=np.concatenate([right, count]).astype(np.float64),
        cost=np.concatenate([np.zeros(len(uses)), cost]),
        lower=np.zeros(len(uses) + len(cost)),
        upper=np.concatenate([count[kind], upper]).astype(np.float64),
    )
