"""Synthetic taps for P4, whose docstring says what they are like."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Folds = list[tuple[NDArray[np.int64], NDArray[np.int64]]]
Make = Callable[[int], NDArray[np.float32]]


def flow(N: int, D: int, K: int) -> tuple[Make, NDArray[np.int64], NDArray[np.int64]]:
    """What makes the features of a tap, and the labels and patients of the cases."""
    rng = np.random.default_rng(0)
    groups = np.arange(N) // 4
    labels = (np.arange(groups[-1] + 1) % K)[groups]
    spread = np.sqrt((1.0 + np.arange(D)) ** -1.6).astype(np.float32)
    spread /= np.sqrt(np.mean(spread**2))
    mix = rng.standard_normal((D, D), dtype=np.float32) / np.float32(np.sqrt(D))
    means = rng.standard_normal((K, 200), dtype=np.float32) * ((1.0 + np.arange(200)) ** -0.33).astype(np.float32)
    means *= np.sqrt(200 / np.square(means).sum(axis=1).mean())
    patient = rng.standard_normal((groups[-1] + 1, D), dtype=np.float32)

    def make(tap: int) -> NDArray[np.float32]:
        die = np.random.default_rng([1, tap])
        x = 0.9 * die.standard_normal((N, D), dtype=np.float32) + np.float32(0.4) * patient[groups]
        x[:, :200] += np.float32(signal(tap)) * means[labels]
        return (x * spread) @ mix

    return make, labels, groups


def signal(tap: int) -> float:
    """How far the classes stand apart: up through an encoder, down at its end, down and up again in an LLM."""
    return float(np.interp(tap, [0, 20, 24, 25, 35, 50, 59], [0.1, 0.42, 0.38, 0.34, 0.2, 0.36, 0.28]))


def grouped_folds(labels: NDArray[np.int64], groups: NDArray[np.int64], count: int = 5) -> Folds:
    """Stratified folds that divide no patient."""
    from sklearn.model_selection import StratifiedGroupKFold

    cutter = StratifiedGroupKFold(count, shuffle=True, random_state=0)
    return list(cutter.split(labels, labels, groups))
