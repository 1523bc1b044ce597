"""Where the answer forms: the logit lens over the class names, block by block, against the answer by likelihood.

The lens is calibrated over each fold's training images exactly as S is. The answer has formed at the first block from
which on, at every later block as well, the lens is not seen to be right less often than S (paired 95 % intervals that
hold for all blocks together, by Bonferroni) and is seen to be better than guessing. [own] Few cases do not tell a lens
that reads nothing from one that reads what S does: no block is named there, nor where S is no better than guessing.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.calibrate import calibrated
from angiogram.answer.forks import forks
from angiogram.answer.lens import UNREAD
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import LENS, Plan
from angiogram.diagnose.phrases import percent, points, span
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.read.flow import Folds
from angiogram.diagnose.read.measured import LensPoint
from angiogram.statistics.bootstrap import Resamples
from angiogram.statistics.interval import Interval
from angiogram.tap.taps import Tap

CONFIDENCE = 0.95
NO_HEAD = (
    "Where the answer forms was not measured: the model's logits cannot be read from its final norm and the rows of an "
    "output head."
)
NO_FORK = "Where the answer forms was not measured: one class name begins the other, so that they part nowhere."


def read_lens(planned: Plan, material: Material, found: Assessed, majority: float) -> tuple[tuple[LensPoint, ...], str]:
    """What the lens reads at every block, and one sentence: where the answer forms, or why that is not known.

    Args:
        planned: the pass that filled the store; it asked the model.
        material: with what the lens read, of all cases.
        found: with the answers on the evaluated cases.
        majority: accuracy of always naming the most frequent class.
    """
    if planned.tree is not None and not forks(planned.tree):
        return (), NO_FORK
    if LENS not in material.store.names:
        return (), NO_HEAD
    read = np.asarray(material.store.read(LENS))
    named = lens_names(read, material.splits.pairs, found.evaluated)
    if named is None:
        return (), NO_HEAD
    answered = found.answering.constrained
    shown = lens_points(planned.taps, named, answered, found.truth, found.resamples)
    return shown, forming(named, answered, found.truth, majority, found.resamples)


def lens_names(
    log_likelihoods: NDArray[np.floating], folds: Folds, evaluated: NDArray[np.int64]
) -> NDArray[np.int64] | None:
    """The class that the lens names at every block, `[blocks, n]`.

    Args:
        log_likelihoods: among the class names, of all cases, `[N, blocks, K]`; `UNREAD` where they could not be read.
        folds: shared with S.
        evaluated: `[n]` rows.

    Returns:
        None where any could not be read.
    """
    if (log_likelihoods == UNREAD).any():
        return None
    blocks = range(log_likelihoods.shape[1])
    read = [calibrated(log_likelihoods[:, block].astype(np.float64), folds)[evaluated] for block in blocks]
    return np.stack(read).argmax(axis=2)


def lens_points(
    taps: Sequence[Tap],
    named: NDArray[np.int64],
    answered: NDArray[np.int64],
    labels: NDArray[np.int64],
    resamples: Resamples,
) -> tuple[LensPoint, ...]:
    """One point a block.

    Args:
        taps: those of the run; the last token's, behind every block, are among them.
        named: class that the lens names, `[blocks, n]`.
        answered: class that S names, `[n]`.
        labels: true classes, `[n]`.
        resamples: of the n cases.
    """
    depths = {tap.name: tap.depth for tap in taps}
    right, same = resamples.accuracies(named == labels), resamples.accuracies(named == answered)
    return tuple(
        LensPoint(block, tap := f"llm.block.{block}@last", depths[tap], accuracy.interval(), agreement.interval())
        for block, (accuracy, agreement) in enumerate(zip(right, same, strict=True))
    )


def forms_at(behind: Sequence[Interval]) -> int | None:
    """The first block from which on the lens is nowhere seen to be behind; None where it is at the last block itself.

    Args:
        behind: accuracy of S minus that of the lens at every block, paired.

    >>> forms_at([Interval(0.4, 0.3, 0.5), Interval(0.1, -0.02, 0.2), Interval(0.0, -0.1, 0.1)])
    1
    """
    formed: int | None = None
    for block in reversed(range(len(behind))):
        if behind[block].low > 0:
            break
        formed = block
    return formed


def forming(
    named: NDArray[np.int64],
    answered: NDArray[np.int64],
    labels: NDArray[np.int64],
    majority: float,
    resamples: Resamples,
) -> str:
    """At which block the answer forms, or why none can be named.

    Args:
        named, answered, labels, resamples: as for `lens_points`.
        majority: accuracy of always naming the most frequent class.
    """
    answer = resamples.accuracy(answered == labels).interval()
    if answer.low <= majority:
        return (
            f"No block can be named at which the answer forms: the answer by likelihood ({percent(answer.value)}) is "
            f"not seen to be better than always naming the most frequent class ({percent(majority)})."
        )
    together = 1 - (1 - CONFIDENCE) / len(named)
    behind = [resamples.loss(answered == labels, row == labels).interval(together) for row in named]
    formed = forms_at(behind)
    if formed is None:
        return (
            "The answer forms behind no block: even at the last one the model's own head, choosing among the class "
            f"names, is right {_less(behind[-1])} than the answer by likelihood."
        )
    reads = resamples.accuracy(named[formed] == labels).interval(together)
    if reads.low <= majority:
        return (
            f"These cases do not show at which block the answer forms. At LLM block {formed} the model's own head "
            f"({percent(reads.value)}) is neither seen to be right less often than the answer by likelihood "
            f"({percent(answer.value)}) nor more often than always naming the most frequent class "
            f"({percent(majority)})."
        )
    if formed == 0:
        return (
            "The answer has formed behind the first LLM block, block 0, as far as these cases show: the model's own "
            f"head reads it there as well as at the end ({percent(answer.value)})."
        )
    return (
        f"The answer forms at LLM block {formed} of 0 to {len(named) - 1}, as far as these cases show. From there on "
        "the model's own head reads the class from the last token as well as the answer does "
        f"({percent(answer.value)}). One block before it is right {_less(behind[formed - 1])}."
    )


def _less(behind: Interval) -> str:
    return f"{points(behind.value, 1)} (95 % interval, for all blocks together, {span(behind, 1)}) less often"
