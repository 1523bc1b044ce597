"""The model's answers on the evaluated cases, read in every way: likelihoods and words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.calibrate import calibrated
from angiogram.answer.labels import LabelTree
from angiogram.answer.parse import Parsed, parse_answer
from angiogram.diagnose.diagnosis import Answers

UNPARSED = -1
RAW, CHOSEN = "summed, raw", "summed, calibrated"
Folds = Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]]


@dataclass(frozen=True)
class Answering:
    """Answers of the evaluated cases, in their order.

    Attributes:
        readings: way of reading the likelihoods -> predicted class `[n]`; `CHOSEN` is stage S.
        texts: what the model said.
        parsed: the class found in each text.
    """

    readings: dict[str, NDArray[np.int64]]
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

    def summary(self, prompt: str, labels: NDArray[np.int64]) -> Answers:
        """What the report shows, against the true classes `[n]`."""
        statuses = Counter(p.status for p in self.parsed)
        unparsed = Counter(t for t, p in zip(self.texts, self.parsed, strict=True) if p.status == "unparsed")
        return Answers(
            prompt=prompt,
            accuracies=tuple((name, float(np.mean(read == labels))) for name, read in self.readings.items()),
            exact=statuses["exact"],
            mention=statuses["mention"],
            unparsed=statuses["unparsed"],
            unparsed_texts=tuple(unparsed.most_common()),
        )


def read_answers(
    log_likelihoods: NDArray[np.floating],
    tree: LabelTree,
    said: Sequence[tuple[str, bool]],
    classes: Sequence[str],
    folds: Folds,
    evaluated: NDArray[np.int64],
) -> Answering:
    """Predictions from `log_likelihoods` `[N, K]` and from what was said (text, finished) of the evaluated cases.

    Summed and per token, each raw and calibrated over the training images of the case's fold.
    """
    per_token = log_likelihoods / tree.lengths.numpy()
    ways = {
        RAW: log_likelihoods,
        CHOSEN: calibrated(log_likelihoods, folds),
        "per token, raw": per_token,
        "per token, calibrated": calibrated(per_token, folds),
    }
    readings = {name: scores[evaluated].argmax(axis=1).astype(np.int64) for name, scores in ways.items()}
    parsed = tuple(parse_answer(text, classes, finished) for text, finished in said)
    return Answering(readings, tuple(text for text, _ in said), parsed)
