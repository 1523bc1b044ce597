"""Interchange of images between two cases, layer by layer: whether the answer follows what is exchanged.

An interchange intervention (Geiger et al. 2021, arXiv 2106.02997) on the image tokens: at the output of a block the
states of case i take those of case j and the reverse. Where the answer follows, the blocks behind that place read the
class from those states; where it stays, what decides the answer had left them before. Both cases of a pair are asked in
one pass, so an exchange costs no more than asking them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.diagnose.bootstrap import Estimate, Resamples
from angiogram.diagnose.causes.asking import Asking
from angiogram.diagnose.causes.exchange import exchanged_images
from angiogram.diagnose.causes.result import Interchange
from angiogram.tap.pace import Pace

Place = int | None  # an LLM block, or the connector
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Exchanged:
    """Answers of m = 2 x pairs cases, partners next to each other.

    Attributes:
        own, partner: the untouched answers of each case and of its partner, `[m]`.
        answers: with the image exchanged, `[places, m]`.
        classes: K, among which they are answers.
    """

    own: NDArray[np.int64]
    partner: NDArray[np.int64]
    answers: NDArray[np.int64]
    classes: int


def exchange(asked: Asking, pairs: Sequence[tuple[int, int]], places: Sequence[Place], progress: Progress) -> Exchanged:
    """Exchange the images of these pairs at every place.

    The untouched answers are read again, in the same batches, so that the exchange is all that differs.

    Args:
        asked: the model and how it is asked.
        pairs: positions among all cases.
        places: where to exchange.
        progress: receives plain lines.
    """
    rows = tuple(row for pair in pairs for row in pair)
    pace = Pace("image interchange", len(rows), 0, progress)
    own: list[NDArray[np.int64]] = []
    answers: list[NDArray[np.int64]] = []
    for batch in asked.batches(rows, multiple=2):
        own.append(asked.scores(batch).argmax(axis=1))
        donors = _partners(len(batch.rows))
        exchanges = (exchanged_images(asked.loaded, batch.inputs, donors, place) for place in places)
        answers.append(np.stack([asked.scores(batch, prompt_only=each).argmax(axis=1) for each in exchanges]))
        pace.advance(len(batch.rows))
    untouched = np.concatenate(own)
    partner = untouched[_partners(len(rows))]
    return Exchanged(untouched, partner, np.concatenate(answers, axis=1), len(asked.cases.classes))


def judged_places(places: Sequence[Place], found: Exchanged, resamples: Resamples) -> tuple[Interchange, ...]:
    """How often the answer follows and how often it stays, over the groups of the cases that got another image.

    An answer that only loses its hold may become the partner's by chance: expected is the share of those that neither
    follow nor stay, per class that they can go to (K - 2), paired case by case. [own]
    """
    follows, stays = found.answers == found.partner, found.answers == found.own
    elsewhere = ~(follows | stays) / max(1, found.classes - 2)
    beyond = _estimates(follows - elsewhere, resamples)
    past_half = _estimates(follows - follows[:1] / 2, resamples)
    strict = 1 - (1 - CONFIDENCE) / len(places)
    shares = zip(resamples.accuracies(follows), resamples.accuracies(stays), strict=True)
    return tuple(
        Interchange(
            place="connector.out" if place is None else f"llm.block.{place}",
            block=place,
            followed=followed.interval(),
            stayed=stayed.interval(),
            past_half=past_half[index].interval(strict),
            used=beyond[index].interval(strict).low > 0,
        )
        for index, (place, (followed, stayed)) in enumerate(zip(places, shares, strict=True))
    )


def _estimates(values: NDArray[np.float64], resamples: Resamples) -> list[Estimate]:
    """Means of paired differences `[places, m]` between -1 and 1."""
    samples, groups = resamples.means(values, -1.0, 1.0), len(resamples.sizes) - 2
    return [Estimate(float(row.mean()), samples[:, t], groups) for t, row in enumerate(values)]


def _partners(count: int) -> list[int]:
    """0 and 1 exchange, 2 and 3, and so on."""
    return [row ^ 1 for row in range(count)]
