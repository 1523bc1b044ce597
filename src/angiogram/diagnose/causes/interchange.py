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
from angiogram.diagnose.bootstrap import Resamples
from angiogram.diagnose.causes.asking import Asking
from angiogram.diagnose.causes.exchange import exchanged_images
from angiogram.diagnose.causes.result import Interchange
from angiogram.tap.pace import Pace

Place = int | None  # an LLM block, or the connector


@dataclass(frozen=True)
class Exchanged:
    """Answers of m = 2 x pairs cases, partners next to each other.

    Attributes:
        own, partner: the untouched answers of each case and of its partner, `[m]`.
        answers: with the image exchanged, `[places, m]`.
    """

    own: NDArray[np.int64]
    partner: NDArray[np.int64]
    answers: NDArray[np.int64]


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
    return Exchanged(untouched, untouched[_partners(len(rows))], np.concatenate(answers, axis=1))


def judged_places(places: Sequence[Place], found: Exchanged, resamples: Resamples) -> tuple[Interchange, ...]:
    """How often the answer follows and how often it stays, over the groups of the cases that got another image."""
    followed = resamples.accuracies(found.answers == found.partner)
    stayed = resamples.accuracies(found.answers == found.own)
    return tuple(
        Interchange(
            place="connector.out" if place is None else f"llm.block.{place}",
            block=place,
            followed=follows.interval(),
            stayed=stays.interval(),
        )
        for place, follows, stays in zip(places, followed, stayed, strict=True)
    )


def _partners(count: int) -> list[int]:
    """0 and 1 exchange, 2 and 3, and so on."""
    return [row ^ 1 for row in range(count)]
