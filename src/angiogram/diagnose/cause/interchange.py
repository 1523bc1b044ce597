"""Interchange of images between two cases, layer by layer: whether the answer follows what is exchanged.

An interchange intervention (Geiger et al. 2021, arXiv 2106.02997) on the image tokens: at the output of a block the
states of case i take those of case j and the reverse. Where the answer follows, the blocks behind that place read the
class from those states; where it stays, what decides the answer had left them before. Both cases of a pair are asked in
one pass, so an exchange costs no more than asking them.

The control is an exchange with a case of the same answer: an answer that only loses its hold, or falls to one class
whatever it is given, becomes the partner's by chance, and does so there as well. [own]
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.diagnose.cause.asking import Asking, Batch
from angiogram.diagnose.cause.exchange import exchanged_images
from angiogram.diagnose.cause.result import Interchange
from angiogram.statistics.bootstrap import Estimate, Resamples
from angiogram.tap.pace import Pace

Place = int | None  # an LLM block, or the connector
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Exchanged:
    """Answers of m = 2 x pairs cases, partners next to each other.

    Attributes:
        own, partner: the untouched answers of each case and of its partner, `[m]`.
        answers: with the partner's image, `[places, m]`.
        control: with the image of another case of the same answer, `[places, m]`; -1 where there is none.
    """

    own: NDArray[np.int64]
    partner: NDArray[np.int64]
    answers: NDArray[np.int64]
    control: NDArray[np.int64]


def exchange(
    asked: Asking,
    pairs: Sequence[tuple[int, int]],
    alike: Sequence[tuple[int, int]],
    places: Sequence[Place],
    progress: Progress,
) -> Exchanged:
    """Exchange the images of these pairs at every place.

    The untouched answers are read again, in the same batches, so that the exchange is all that differs.

    Args:
        asked: the model and how it is asked.
        pairs: positions among all cases; of different answers.
        alike: pairs of the same cases with the same answer.
        places: where to exchange.
        progress: receives plain lines.
    """
    rows, again = _flat(pairs), _flat(alike)
    pace = Pace("image interchange", len(rows) + len(again), 0, progress)
    answers, untouched = exchanged_and_own(asked, pairs, places, pace)
    held: dict[int, NDArray[np.int64]] = {}
    for batch in asked.batches(again, multiple=2):
        held |= dict(zip(batch.rows, _answers(asked, batch, places).T, strict=True))
        pace.advance(len(batch.rows))
    none = np.full(len(places), -1)
    control = np.stack([held.get(row, none) for row in rows], axis=1)
    return Exchanged(untouched, untouched[_partners(len(rows))], answers, control)


def exchanged_and_own(
    asked: Asking, pairs: Sequence[tuple[int, int]], places: Sequence[Place], pace: Pace | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Answers of m = 2 x pairs cases with the partner's image at every place, `[places, m]`, and untouched, `[m]`."""
    own: list[NDArray[np.int64]] = []
    answers: list[NDArray[np.int64]] = []
    for batch in asked.batches(_flat(pairs), multiple=2):
        own.append(asked.scores(batch).argmax(axis=1))
        answers.append(_answers(asked, batch, places))
        if pace is not None:
            pace.advance(len(batch.rows))
    return np.concatenate(answers, axis=1), np.concatenate(own)


def judged_places(places: Sequence[Place], found: Exchanged, resamples: Resamples) -> tuple[Interchange, ...]:
    """How often the answer follows and how often it stays.

    Followed it is where more answers become the partner's than with the image of a case of the same answer, case by
    case; a case without such a control speaks neither for nor against it. [own]

    Args:
        places: as for `exchange`.
        found: of the m cases.
        resamples: of the m cases, in the units of `units_of_pairs`.
    """
    follows, stays = found.answers == found.partner, found.answers == found.own
    known = found.control >= 0
    beyond = _estimates((follows & known) * 1.0 - (found.control == found.partner), resamples)
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


def _answers(asked: Asking, batch: Batch, places: Sequence[Place]) -> NDArray[np.int64]:
    """Of one batch whose neighbours exchange their images, `[places, b]`."""
    donors = _partners(len(batch.rows))
    exchanges = (exchanged_images(asked.loaded, batch.inputs, donors, place) for place in places)
    return np.stack([asked.scores(batch, prompt_only=each).argmax(axis=1) for each in exchanges])


def _flat(pairs: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    return tuple(row for pair in pairs for row in pair)


def _estimates(values: NDArray[np.float64], resamples: Resamples) -> list[Estimate]:
    """Means of paired differences `[places, m]` between -1 and 1."""
    samples, groups = resamples.means(values, -1.0, 1.0), len(resamples.sizes) - 2
    return [Estimate(float(row.mean()), samples[:, t], groups, -1.0, 1.0) for t, row in enumerate(values)]


def _partners(count: int) -> list[int]:
    """0 and 1 exchange, 2 and 3, and so on."""
    return [row ^ 1 for row in range(count)]
