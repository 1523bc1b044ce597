"""Online code length: how many bits it takes to tell the labels to someone who holds the features.

Voita & Titov 2020, "Information-theoretic probing with minimum description length", arXiv 2003.12298, section 2.2.2:
the labels of a first block are sent with a uniform code, then each further block with a probe that was trained on all
blocks before it,

    L = n_1 log2 K - sum_i sum_{j in block i + 1} log2 p(y_j | x_j, probe of blocks 1..i)

Unlike an accuracy it also says how soon the labels can be read, which tells easy from laborious. `compression` is the
uniform code's length over L: about 1 where features tell nothing.

Ours [own]: the closed-form ridge probe with its temperature, started at every block anew. Blocks double, from about
`max(8, K)` cases to all of them, in place of the paper's eleven fixed fractions (0.1 % and up); the order is random but
the same for all taps, and a group never lies on both sides of a border. The probe's probabilities are mixed with
`1 / (n + 2)` of the uniform ones, n the cases it learned from, so that a class it never saw costs `log2 (K (n + 2))`
bits and not infinitely many. While only one class has been seen the uniform code goes on.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.probe.contract import Probe, checked_classes
from angiogram.probe.principal import check_features
from angiogram.probe.ridge import RidgeProbe

_FIRST = 8


@dataclass(frozen=True)
class CodeLength:
    """Length of the labels of n cases, in bits.

    Attributes:
        bits: of the online code.
        uniform: `n log2 K`.
        ends: number of cases after each block; the last is n.
        blocks: bits of each block; they add up to `bits`.
        per_case: bits of each case, `[n]`, in the order of the cases.
    """

    bits: float
    uniform: float
    ends: tuple[int, ...]
    blocks: tuple[float, ...]
    per_case: NDArray[np.float64]

    @property
    def compression(self) -> float | None:
        """The uniform code's length over this one's; None where the cases make one block, behind which none is told."""
        return self.uniform / self.bits if len(self.ends) > 1 else None


def code_length(
    features: NDArray[np.generic],
    labels: NDArray[np.int64],
    classes: int | None = None,
    groups: NDArray[np.int64] | None = None,
    probe: Probe | None = None,
    seed: int = 0,
) -> CodeLength:
    """Bits that the labels of these cases cost when coded online.

    Args:
        features: `[N, D]`.
        labels: class index of each case, `[N]`.
        classes: K; default: the largest label plus one.
        groups: `[N]`; each case for itself where None.
        probe: default: ridge.
        seed: of the order of the groups; the same for taps that are compared.

    Raises:
        InputError: no case, features that are not finite, labels or groups that do not match, or fewer than two
            classes.

    >>> labels = np.arange(400) % 4
    >>> told = code_length(np.eye(4)[labels], labels)
    >>> told.uniform, told.compression > 5, told.ends
    (800.0, True, (13, 25, 50, 100, 200, 400))
    """
    check_features(features)
    K = checked_classes(len(features), labels, classes, groups)
    if K < 2:
        raise InputError("A code needs at least two classes to tell apart.")
    order, ends = blocks(len(labels), K, groups, seed)
    chosen = RidgeProbe() if probe is None else probe
    bits = np.full(len(labels), np.log2(K))
    for start, end in pairwise(ends):
        known, told = order[:start], order[start:end]
        if len(np.unique(labels[known])) < 2:
            continue
        fitted = chosen.fit(features[known], labels[known], None if groups is None else groups[known])
        p = np.zeros((len(told), K))
        p[:, fitted.classes_.astype(np.int64)] = fitted.as_probabilities(fitted.scores(features[told]))
        mixed = (1 / K + (start + 1) * p[np.arange(len(told)), labels[told]]) / (start + 2)
        bits[told] = -np.log2(mixed)
    parts = [float(bits[part].sum()) for part in np.split(order, ends[:-1])]
    return CodeLength(float(bits.sum()), len(labels) * float(np.log2(K)), tuple(ends), tuple(parts), bits)


def blocks(
    cases: int, classes: int, groups: NDArray[np.int64] | None = None, seed: int = 0
) -> tuple[NDArray[np.int64], list[int]]:
    """The order in which cases are told, `[N]`, and where each block ends in it.

    >>> blocks(256, 3)[1]
    [8, 16, 32, 64, 128, 256]
    >>> blocks(8, 2, groups=np.array([0, 0, 0, 0, 0, 0, 1, 1]), seed=1)[1]
    [8]
    """
    rng = np.random.default_rng(seed)
    unit = np.arange(cases) if groups is None else np.unique(groups, return_inverse=True)[1].reshape(-1)
    rank = rng.permutation(int(unit.max()) + 1)[unit]  # [N], place of the case's group
    order = np.lexsort((np.arange(cases), rank))
    borders = np.append(np.flatnonzero(np.diff(rank[order])) + 1, cases)  # where a group ends
    wanted = [cases]
    while wanted[0] / 2 >= max(_FIRST, classes):
        wanted.insert(0, (wanted[0] + 1) // 2)
    ends = sorted({int(borders[np.searchsorted(borders, end)]) for end in wanted})
    return order, ends
