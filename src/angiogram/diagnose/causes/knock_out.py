"""Attention knock-out: what the answer loses when some blocks cannot read the image.

In the manner of Geva et al. 2023 (arXiv 2304.14767): attention weights from chosen tokens to the image tokens are set
to zero in a window of blocks and the others renormalised. What is read elsewhere still arrives, so a window whose cut
costs nothing is not needed for the answer; it may still be read there as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from angiogram.cache import Progress
from angiogram.diagnose.bootstrap import Resamples
from angiogram.diagnose.causes.asking import Asking
from angiogram.diagnose.causes.result import Window
from angiogram.tap.attention import QueryRows, image_attention_bias
from angiogram.tap.pace import Pace

ROWS: tuple[QueryRows, ...] = ("last", "later")
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Cut:
    """Where attention to the image is cut, and whose."""

    blocks: tuple[int, ...]
    rows: QueryRows


@dataclass(frozen=True)
class KnockedOut:
    """Calibrated log-likelihoods of n cases.

    Attributes:
        untouched: `[n, K]`.
        under: of each cut, `[n, K]`.
    """

    untouched: NDArray[np.float64]
    under: tuple[NDArray[np.float64], ...]


def knock_out(asked: Asking, rows: tuple[int, ...], cuts: Sequence[Cut], progress: Progress) -> KnockedOut:
    """Ask these n cases untouched and under every cut.

    Args:
        asked: the model and how it is asked.
        rows: positions among all cases.
        cuts: windows.
        progress: receives plain lines.
    """
    pace = Pace("attention knock-out", len(rows), 0, progress)
    untouched: list[NDArray[np.float64]] = []
    under: list[list[NDArray[np.float64]]] = [[] for _ in cuts]
    for batch in asked.batches(rows):
        untouched.append(asked.scores(batch))
        for cut, found in zip(cuts, under, strict=True):
            bias = image_attention_bias(asked.loaded, batch.inputs, cut.blocks, -inf, cut.rows)
            found.append(asked.scores(batch, throughout=bias))
        pace.advance(len(batch.rows))
    return KnockedOut(np.concatenate(untouched), tuple(np.concatenate(found) for found in under))


def judged_windows(
    cuts: Sequence[Cut], found: KnockedOut, labels: NDArray[np.int64], resamples: Resamples
) -> tuple[Window, ...]:
    """What each cut costs.

    Args:
        cuts: as for `knock_out`; the confidence of `used` is shared out among them (Bonferroni).
        found: of the n cases.
        labels: true classes `[n]`.
        resamples: of the n cases.
    """
    right = found.untouched.argmax(axis=1) == labels
    before = softmax(found.untouched, axis=1)
    windows: list[Window] = []
    for cut, scores in zip(cuts, found.under, strict=True):
        still = scores.argmax(axis=1) == labels
        drop = resamples.loss(right, still)
        strict = drop.interval(1 - (1 - CONFIDENCE) / len(cuts))
        windows.append(
            Window(
                first=cut.blocks[0],
                last=cut.blocks[-1],
                rows=cut.rows,
                accuracy=resamples.accuracy(still).interval(),
                drop=drop.interval(CONFIDENCE),
                moved=float(np.abs(softmax(scores, axis=1) - before).sum(axis=1).mean() / 2),
                used=strict.low > 0,
            )
        )
    return tuple(windows)
