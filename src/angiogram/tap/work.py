"""What is done with one batch: read by a worker, run by the model, and what of it failed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from angiogram.errors import InputError
from angiogram.tap.batches import cut, power_of_two
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
    """Runs batches, and where one does not fit into memory, pieces of it; others of its size are cut alike at once.

    The pieces are powers of two and depend on the batch alone, not on what was run before it: a continued run cuts as
    an undisturbed one does.

    Args:
        work: what to run.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._fits: dict[int, int] = {}  # rows of a batch -> rows of its pieces

    def run(self, rows: Rows, ready: Ready | None = None) -> list[tuple[Ready, Values]]:
        """The arrays of the cases among `rows` that can be run, in pieces that fit.

        Args:
            rows: of the batch.
            ready: what was read of them before; None reads them now.

        Raises:
            InputError: a single case does not fit.
        """
        size = self._fits.get(len(rows), len(rows))
        while (pieces := self._pieces(cut(rows, size), ready if size == len(rows) else None)) is None:
            if size == 1:
                raise InputError(
                    "There is not enough memory for a single image; use a smaller model or precision, or spread the "
                    "model over more devices."
                )
            size = power_of_two(size - 1)
        self._fits[len(rows)] = size
        return pieces

    def _pieces(self, parts: Sequence[Rows], ready: Ready | None) -> list[tuple[Ready, Values]] | None:
        """The arrays of each part; nothing where one does not fit. `ready` is what was read of the only part."""
        found: list[tuple[Ready, Values]] = []
        for part in parts:
            content = self._work.read(part) if ready is None else ready
            try:
                found.append((content, self._work.run(content) if content.rows else {}))
            except RuntimeError as error:
                from accelerate.utils.memory import should_reduce_batch_size

                if not should_reduce_batch_size(error):
                    raise
                break
        else:
            return found
        from accelerate.utils.memory import clear_device_cache

        clear_device_cache()  # only here is nothing of the batch held by the error any more
        return None


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
        return (
            "the model cannot take the image: it is a picture where volumes are taken or the reverse, the processor "
            "refuses it, or it has too few or too many tokens"
        )
    return f"{names[code - NOT_FINITE]}{whose} is not finite"
