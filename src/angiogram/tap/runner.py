"""All batches through a model: continued where a run stopped, read ahead, shared by ranks, written by the first."""

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import torch

from angiogram.cache import Progress
from angiogram.tap.pace import Pace
from angiogram.tap.prefetch import Rows, prefetched, worker_count
from angiogram.tap.ranks import Ranks
from angiogram.tap.store import FAILED, ArraySpec, FeatureStore
from angiogram.tap.work import UNREADABLE, Fitted, Values, Work, whole

GLANCE = 30.0  # seconds after which the first cases are looked at


def fill(
    store: FeatureStore | None,
    work: Work,
    name: str,
    batches: Sequence[Rows],
    device: torch.device,
    ranks: Ranks,
    progress: Progress,
    glance: Callable[[Sequence[int]], str] | None = None,
) -> None:
    """Compute what the store lacks.

    A batch is marked when all its arrays are written, so that a killed run repeats at most the batch that each rank had
    in hand. Batches do not depend on what was done before nor on the number of ranks: any way leads to the same bytes.

    Args:
        store: on the first rank; the others have none.
        work: what is done with a batch.
        name: what lines of progress begin with.
        batches: of all cases.
        device: where the model runs.
        ranks: they take the open batches in turn.
        progress: receives plain lines.
        glance: what the cases of these rows, in the store by then, say half a minute after the start, one sentence.

    Raises:
        InputError: a single case does not fit into memory, or a write fails; on all ranks.
    """
    pending: list[int] = ranks.from_first(None if store is None else _pending(store, batches))
    arrays: Mapping[str, ArraySpec] = ranks.from_first(None if store is None else store.arrays)
    mine = pending[ranks.number :: ranks.count]
    total = sum(map(len, batches))
    pace = Pace(name, total, total - sum(len(batches[number]) for number in pending), progress)
    on_this_machine = max(ranks.exchange(ranks.local)) + 1
    workers = worker_count(device, len(mine), on_this_machine)
    arriving = prefetched(work.read, [batches[number] for number in mine], workers)
    fitted = Fitted(work)

    start, first = time.monotonic(), list[int]()

    def keep() -> None:
        nonlocal glance
        for number, values in filter(None, found):
            if store is not None:
                store.write(number, batches[number], values)
                pace.advance(len(batches[number]))
                first.extend(batches[number])
        if first and glance is not None and time.monotonic() - start > GLANCE:
            progress(f"{name}: {glance(first)}")
            glance = None

    found: list[tuple[int, Values] | None] = []
    for turn in range(0, len(pending), ranks.count):
        computed = None
        with ranks.agreed():
            keep()  # while the other ranks are at their next batch
            if turn + ranks.number < len(pending):
                rows = batches[number := pending[turn + ranks.number]]
                computed = number, whole(rows, fitted.run(rows, next(arriving)), arrays)
        found = ranks.to_first(computed)
    with ranks.agreed():
        keep()
        if store is not None:
            store.sync()


def _pending(store: FeatureStore, batches: Sequence[Rows]) -> list[int]:
    """The batches to do: those not marked, and those with an image that could not be read last time."""
    unreadable = np.asarray(store.read(FAILED)) == UNREADABLE
    return [number for number, rows in enumerate(batches) if not store.is_done(number) or unreadable[list(rows)].any()]
