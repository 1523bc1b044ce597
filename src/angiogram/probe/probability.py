"""From scores to probabilities, which calibration error and code length need [own].

A ridge probe regresses one-hot targets, so its scores are no probabilities. They become

    p_k = softmax(scores / T)_k

with the temperature T that gives the held-out scores of the training cases the least log loss (temperature
scaling, Guo et al. 2017, arXiv 1706.04599, on held-out training scores in place of a validation set). The order of
classes within a case, and with it every prediction, stays as it is.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

_SHARPEST = 1e4


def sharpness(scores: NDArray[np.float64], index: NDArray[np.int64]) -> float:
    """1 / T from held-out scores `[N, K]` and class indices `[N]`; 0 (all classes alike) where scores tell nothing.

    The log loss is convex in 1 / T, so that a search over one number finds it. Where the scores are never wrong it
    falls for ever; 1 / T then ends at 10,000 over the spread of the scores.

    >>> rng = np.random.default_rng(0)
    >>> labels = rng.integers(0, 3, 4000)
    >>> logits = rng.normal(size=(4000, 3))
    >>> drawn = np.array([rng.choice(3, p=softmax(2.0 * row)) for row in logits])
    >>> 1.8 < sharpness(logits, drawn) < 2.2, sharpness(logits, labels) < 0.1
    (True, True)
    """
    spread = float(np.ptp(scores))
    if spread == 0.0:
        return 0.0
    scaled = scores / spread  # the search range fits any unit
    own = scaled[np.arange(len(index)), index]  # [N]

    def slope(beta: float) -> tuple[float, float]:
        """First and second derivative of the mean log loss."""
        p = softmax(beta * scaled, axis=1)
        expected = (p * scaled).sum(axis=1)
        return float((expected - own).mean()), float(((p * scaled * scaled).sum(axis=1) - expected**2).mean())

    low, high, beta = 0.0, np.inf, 0.0
    for _ in range(100):  # Newton's steps, halving where they leave the bracket
        first, second = slope(beta)
        low, high = (beta, high) if first < 0 else (low, beta)
        if high == 0.0:
            return 0.0
        ahead = beta - first / second if second > 0 else np.inf
        if not low < ahead < high:
            ahead = (low + high) / 2 if np.isfinite(high) else 2 * low + 1
        ahead = min(ahead, _SHARPEST)
        if abs(ahead - beta) <= 1e-4 * ahead:
            break
        beta = ahead
    return beta / spread


def softmax_of(scores: NDArray[np.float64], sharp: float = 1.0) -> NDArray[np.float64]:
    """Probabilities `[M, K]` from scores `[M, K]` at 1 / T = `sharp`.

    >>> softmax_of(np.array([[0.0, 0.0]]), 3.0).tolist()
    [[0.5, 0.5]]
    """
    return np.asarray(softmax(sharp * scores, axis=1), dtype=np.float64)
