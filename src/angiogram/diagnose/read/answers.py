"""The model's answers on the evaluated cases, read in every way: likelihoods and words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.calibrate import calibrated
from angiogram.answer.orders import order_sensitivity
from angiogram.answer.parse import Parsed, parse_answer
from angiogram.data.class_words import ClassWords
from angiogram.diagnose.read.wording import Wording

if TYPE_CHECKING:  # it needs torch, and a report that is only read does not
    from angiogram.answer.labels import LabelTree

UNPARSED = -1
RAW, CHOSEN = "summed, raw", "summed, calibrated"
Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


@dataclass(frozen=True)
class Orders:
    """The constrained answer when the options stand in rotated orders.

    Attributes:
        sensitivity: share of the evaluated cases whose class is not the same in all orders.
        accuracies: of each order alone; the first is the order of the classes.
    """

    sensitivity: float
    accuracies: tuple[float, ...]


@dataclass(frozen=True)
class Answers:
    """How the model was asked and how its answers were read.

    Attributes:
        accuracies: (name, accuracy) of each way to read the likelihoods, e.g. "summed, raw".
        orders: None where the options were asked in one order only.
        told: mean probability that the answer gives to the class that the prompt says in words.
        exact, mention, unparsed: counts of parse outcomes.
        unparsed_texts: every distinct unparsed text with its count, most frequent first.
        wording: in which words the classes are looked for.
    """

    prompt: str
    accuracies: tuple[tuple[str, float], ...]
    orders: Orders | None
    told: float
    exact: int
    mention: int
    unparsed: int
    unparsed_texts: tuple[tuple[str, int], ...]
    wording: Wording


@dataclass(frozen=True)
class Answering:
    """Answers of the evaluated cases, in their order.

    Attributes:
        raw, corrected: summed log-likelihood of each class, as it is and calibrated, `[n, K]`.
        readings: way of reading the likelihoods -> predicted class `[n]`; `CHOSEN` is stage S.
        by_order: the same as `CHOSEN` for each order of the options alone, `[n, orders]`.
        sensitivity: share of the evaluated cases whose class is not the same in all orders.
        texts: what the model said.
        parsed: the class found in each text.
    """

    raw: NDArray[np.floating]
    corrected: NDArray[np.floating]
    readings: dict[str, NDArray[np.int64]]
    by_order: NDArray[np.int64]
    sensitivity: float
    texts: tuple[str, ...]
    parsed: tuple[Parsed, ...]

    @property
    def constrained(self) -> NDArray[np.int64]:
        """Stage S: the class with the largest calibrated likelihood, `[n]`."""
        return self.readings[CHOSEN]

    @property
    def generated(self) -> NDArray[np.int64]:
        """Stage G: the class that was said, `UNPARSED` where none was, `[n]`."""
        return np.array([UNPARSED if p.label is None else p.label for p in self.parsed], dtype=np.int64)

    @property
    def unnamed(self) -> NDArray[np.bool_]:
        """Of which cases the words name no class, `[n]`."""
        return self.generated == UNPARSED

    def summary(self, prompt: str, labels: NDArray[np.int64], told: float, wording: Wording) -> Answers:
        """What the report shows, against the true classes `[n]`; `told` is `probability_when_told`."""
        statuses = Counter(p.status for p in self.parsed)
        unparsed = Counter(t for t, p in zip(self.texts, self.parsed, strict=True) if p.status == "unparsed")
        return Answers(
            prompt=prompt,
            accuracies=tuple((name, float(np.mean(read == labels))) for name, read in self.readings.items()),
            orders=self._orders(labels),
            told=told,
            exact=statuses["exact"],
            mention=statuses["mention"],
            unparsed=statuses["unparsed"],
            unparsed_texts=tuple(unparsed.most_common()),
            wording=wording,
        )

    def _orders(self, labels: NDArray[np.int64]) -> Orders | None:
        if self.by_order.shape[1] == 1:
            return None
        accuracies = (self.by_order == labels[:, None]).mean(axis=0)
        return Orders(self.sensitivity, tuple(float(a) for a in accuracies))


def read_answers(
    log_likelihoods: NDArray[np.floating],
    content_free: NDArray[np.floating],
    tree: "LabelTree",
    said: Sequence[tuple[str, bool]],
    words: ClassWords,
    folds: Folds,
    evaluated: NDArray[np.int64],
) -> Answering:
    """Predictions from likelihoods and words.

    Summed and per token, each raw, calibrated over the training images of the case's fold, and minus the
    log-likelihoods of an image without content; the log-likelihoods are means over the orders of the options.

    Args:
        log_likelihoods: `[N, orders, K]` of all cases.
        content_free: `[orders, K]`.
        tree: of the words.
        said: (text, whether the model ended it) of the evaluated cases.
        words: what counts as which class.
        folds: shared with the probes.
        evaluated: `[n]` rows.
    """
    summed, blank = log_likelihoods.mean(axis=1), content_free.mean(axis=0)
    ways = ways_to_read(summed, blank, tree.lengths.numpy(), folds)
    readings = {name: scores[evaluated].argmax(axis=1).astype(np.int64) for name, scores in ways.items()}
    orders = range(log_likelihoods.shape[1])
    alone = np.stack([calibrated(log_likelihoods[:, order], folds)[evaluated] for order in orders], axis=1)
    parsed = tuple(parse_answer(text, words, finished) for text, finished in said)
    scores = ways[RAW][evaluated], ways[CHOSEN][evaluated]
    return Answering(
        *scores, readings, alone.argmax(axis=2), order_sensitivity(alone), tuple(text for text, _ in said), parsed
    )


def ways_to_read(
    summed: NDArray[np.floating], blank: NDArray[np.floating], lengths: NDArray[np.integer], folds: Folds
) -> dict[str, NDArray[np.floating]]:
    """Scores `[N, K]` of every way to read log-likelihoods.

    Args:
        summed: of each class, `[N, K]`.
        blank: the same of an image without content, `[K]`.
        lengths: tokens of each class's name, `[K]`.
        folds: for calibration; rows that no fold tests are 0 there.
    """
    return {
        RAW: summed,
        CHOSEN: calibrated(summed, folds),
        "summed, minus a content-free image": summed - blank,
        "per token, raw": summed / lengths,
        "per token, calibrated": calibrated(summed / lengths, folds),
        "per token, minus a content-free image": (summed - blank) / lengths,
    }
