"""What is done with one batch: read by a worker, run by the model, and what of it failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.tap.batches import cut
from angiogram.tap.prefetch import Rows
from angiogram.tap.store import FAILED, ArraySpec

Values = Mapping[str, NDArray[Any]]
REFUSED, FINE, UNREADABLE, NOT_FINITE = -1, 0, 1, 2


@dataclass(frozen=True)
class Ready:
    """A batch before the model.

    Attributes:
        rows: the cases that can be run.
        content: what `Work.run` takes; nothing where no case can be run.
        refused: cases that could be read, but that the model's processor cannot take.
    """

    rows: Rows
    content: Any
    refused: Rows = ()


class Work(Protocol):
    """What `read` gives travels between processes; `run` stays where the model is."""

    def read(self, rows: Rows) -> Ready:
        """Read and prepare these cases, without those that cannot be read."""
        ...

    def run(self, ready: Ready) -> Values:
        """Every array `[rows that can be run, ...]`."""
        ...


class Fitted:
    """Runs batches, and once one does not fit into memory, halves of it; later ones are cut to what did fit.

    Args:
        work: what to run.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._most: int | None = None

    def run(self, rows: Rows, ready: Ready | None = None) -> list[tuple[Ready, Values]]:
        """The arrays of the cases among `rows` that can be run, in pieces that fit.

        Args:
            rows: of the batch.
            ready: what was read of them before; None reads them now.

        Raises:
            InputError: a single case does not fit.
        """
        if self._most is not None and len(rows) > self._most:
            return [piece for part in cut(rows, self._most) for piece in self.run(part)]
        ready = self._work.read(rows) if ready is None else ready
        if not ready.rows:
            return [(ready, {})]
        try:
            return [(ready, self._work.run(ready))]
        except RuntimeError as error:
            from accelerate.utils.memory import clear_device_cache, should_reduce_batch_size

            if not should_reduce_batch_size(error):
                raise
            if len(rows) == 1:
                raise InputError(
                    "There is not enough memory for a single image; use a smaller model or precision, or spread the "
                    "model over more devices."
                ) from None
        clear_device_cache()  # only here is nothing of the batch held by the error any more
        self._most = (len(rows) + 1) // 2
        return self.run(rows)


def whole(rows: Rows, pieces: Sequence[tuple[Ready, Values]], arrays: Mapping[str, ArraySpec]) -> Values:
    """The arrays of a whole batch, `[rows, ...]`, with `failed` for each case; a case that failed is 0 everywhere."""
    place = {row: i for i, row in enumerate(rows)}
    values = {name: np.zeros((len(rows), *spec.shape), spec.dtype) for name, spec in arrays.items()}
    failed = np.full(len(rows), UNREADABLE, dtype=np.int16)
    for ready, found in pieces:
        places = [place[row] for row in ready.rows]
        failed[places] = FINE
        failed[[place[row] for row in ready.refused]] = REFUSED
        for name, kept in found.items():
            values[name][places] = kept
    for number, array in enumerate(values.values()):
        finite = np.isfinite(array).reshape(len(rows), -1).all(axis=1)
        failed[~finite & (failed == FINE)] = NOT_FINITE + number
    for array in values.values():
        array[failed != FINE] = 0
    return {**values, FAILED: failed}


def reason(code: int, names: Sequence[str], whose: str = "") -> str:
    """Why a case failed, in words; `names` are the store's arrays.

    >>> reason(3, ["pixels", "encoder.out"], " of the random twin")
    'encoder.out of the random twin is not finite'
    """
    if code == UNREADABLE:
        return "the image could not be read when the model ran"
    if code == REFUSED:
        return "the model's processor cannot take the image"
    return f"{names[code - NOT_FINITE]}{whose} is not finite"
