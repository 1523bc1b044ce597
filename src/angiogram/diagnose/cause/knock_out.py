"""Attention knock-out: whether the answer changes, and what it loses, when some blocks cannot read the image.

In the manner of Geva et al. 2023 (arXiv 2304.14767): attention weights from chosen tokens to the image tokens are set
to zero in a window of blocks and the others renormalised. What is read elsewhere still arrives, so a window whose cut
changes nothing is not needed for the answer; it may still be read there as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from angiogram.cache import Progress
from angiogram.diagnose.cause.asking import Asking
from angiogram.diagnose.cause.result import Window
from angiogram.statistics.bootstrap import Resamples
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
    """Whether the answer changes under each cut, and what that costs.

    Use is judged by the answer, right or wrong: one that follows the image but names the wrong class uses it, too. A
    cut also sends attention elsewhere, which can move all answers alike although nothing of the image is missed; so a
    change must be seen without the mean shift of the scores as well. [own]

    Args:
        cuts: as for `knock_out`; the confidence of the intervals is shared out among them (Bonferroni).
        found: of the n cases.
        labels: true classes `[n]`.
        resamples: of the n cases.
    """
    answers = found.untouched.argmax(axis=1)
    right = answers == labels
    before = softmax(found.untouched, axis=1)
    strict = 1 - (1 - CONFIDENCE) / len(cuts)
    windows: list[Window] = []
    for cut, scores in zip(cuts, found.under, strict=True):
        under = scores.argmax(axis=1)
        levelled = (scores - (scores - found.untouched).mean(axis=0)).argmax(axis=1)
        changed, apart = resamples.accuracies(np.stack([under != answers, levelled != answers]))
        together = changed.interval(strict)
        windows.append(
            Window(
                blocks=cut.blocks,
                rows=cut.rows,
                accuracy=resamples.accuracy(under == labels).interval(),
                changed=together,
                drop=resamples.loss(right, under == labels).interval(strict),
                moved=float(np.abs(softmax(scores, axis=1) - before).sum(axis=1).mean() / 2),
                used=min(together.low, apart.interval(strict).low) > 0,
            )
        )
    return tuple(windows)
