"""The kept answers in words, as they were read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.generate import decode
from angiogram.evaluate.collect.plan import GENERATED, LIKELIHOODS, Plan
from angiogram.evaluate.metrics.metric import Judged
from angiogram.tap.store import FAILED, FeatureStore
from angiogram.tap.work import FINE, reason


@dataclass(frozen=True)
class Answered:
    """One question and what came of it.

    Attributes:
        row: number of the request.
        judged: the answer beside the truth; None where the model could not be asked.
        finished: whether the model ended the answer itself.
        failure: why it could not be asked; None where it could.
    """

    row: int
    judged: Judged | None
    finished: bool = True
    failure: str | None = None


def answered(planned: Plan, store: FeatureStore) -> tuple[Answered, ...]:
    """Every request's answer, read."""
    failed = np.asarray(store.read(FAILED))
    generated = store.read(GENERATED)
    likelihoods = store.read(LIKELIHOODS) if LIKELIHOODS in store.names else None
    found: list[Answered] = []
    for row in range(len(planned.requests)):
        if failed[row] == FINE:
            found.append(_answer(planned, row, np.asarray(generated[row]), likelihoods))
        else:
            found.append(Answered(row, None, failure=reason(int(failed[row]), store.names)))
    return tuple(found)


def _answer(planned: Plan, row: int, tokens: NDArray[np.integer], likelihoods: NDArray[np.floating] | None) -> Answered:
    task, entry = planned.task(row), planned.entries[planned.requests[row].entry]
    ((text, finished),) = decode(tokens[None, : task.longest], planned.loaded.processor.tokenizer)
    options = planned.options(row)
    scores = np.asarray(likelihoods[row, : len(options)]) if options and likelihoods is not None else None
    return Answered(row, Judged(entry, task.read(text, finished, entry), scores), finished)
