"""Fill a feature store with a model's passes over the cases: planned first, then computed or continued."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.data.intake import Examined
from angiogram.diagnose.collect.passes import Passes
from angiogram.diagnose.collect.plan import LIKELIHOODS, Plan
from angiogram.errors import InputError
from angiogram.model.layouts.alone import ONE_BY_ONE
from angiogram.probe.scores import majority
from angiogram.tap.batch_size import agreed_batch_size
from angiogram.tap.batches import by_length, cut
from angiogram.tap.ranks import ALONE, Ranks
from angiogram.tap.runner import fill
from angiogram.tap.store import (
    BATCH_SIZE,
    FAILED,
    ArraySpec,
    FeatureStore,
    planned_bytes,
    readable_bytes,
)
from angiogram.tap.work import Fitted


def collect(
    planned: Plan,
    examined: Examined,
    fingerprint: Mapping[str, str],
    folder: Path,
    batch_size: int,
    progress: Progress,
    ranks: Ranks = ALONE,
) -> FeatureStore | None:
    """Fill the store in `folder`, going on where an interrupted run stopped.

    Batches hold the same cases whatever was done before, so that a continued run gives the same bytes.

    Returns:
        The store on the first rank, nothing on the others.

    Raises:
        InputError: the folder holds features of something else, the disk cannot hold the planned bytes, no image can be
            read, or a single one does not fit into memory; on all ranks.
    """
    cases = examined.cases
    work = Passes(planned, cases)
    batches = cut(by_length(examined.shapes), batch_size)

    def arrays() -> dict[str, ArraySpec]:
        ((_, values),) = Fitted(work).run((_longest(work, examined),))
        found = {name: ArraySpec(array.shape[1:], str(array.dtype)) for name, array in values.items()}
        size = readable_bytes(planned_bytes(len(cases), found))
        progress(f"{planned.loaded.name}: {len(planned.taps)} taps of {len(cases)} cases, {size}")
        return found

    store = None
    with ranks.agreed():
        if ranks.is_first:
            settings = {**fingerprint, BATCH_SIZE: str(batch_size)}
            store = FeatureStore.open(folder, settings, len(cases), len(batches), arrays)
    asks = planned.tree is not None and planned.asked.any()  # the random twin is not asked
    glance = partial(first_cases, store, cases.labels) if store is not None and asks else None
    fill(store, work, planned.loaded.name, batches, planned.loaded.device, ranks, progress, glance)
    return store


def first_cases(store: FeatureStore, labels: NDArray[np.int64], rows: Sequence[int]) -> str:
    """What the class likelihoods of these cases say so far, one sentence without full stop; nothing of it is kept."""
    every = np.array(rows, dtype=np.int64)
    whole = every[np.asarray(store.read(FAILED)[every]) == 0]
    if not len(whole):
        return f"the model failed on all of the first {len(rows)} cases"
    named = np.asarray(store.read(LIKELIHOODS)[whole]).mean(axis=1).argmax(axis=1)
    right = float(np.mean(named == labels[whole]))
    return (
        f"of the first {len(whole)} cases the likeliest class name, not calibrated, is right in {100 * right:.0f} % "
        f"(always the most frequent: {100 * majority(labels[whole]):.0f} %)"
    )


def chosen_batch_size(planned: Plan, examined: Examined, folder: Path, wanted: int | None, ranks: Ranks = ALONE) -> int:
    """Images a forward pass: the number that the user wants, else that of the store in `folder`, else what fits.

    One, unless the user wants otherwise, where a batch's tokens cannot be told apart into its images.

    Raises:
        InputError: the store is damaged, or no image can be read; on all ranks.
    """
    if planned.loaded.anatomy.layout == ONE_BY_ONE:
        return 1
    work = Passes(planned, examined.cases)
    return agreed_batch_size(planned.loaded, work, lambda: _longest(work, examined), folder, wanted, ranks)


def _longest(work: Passes, examined: Examined) -> int:
    """The largest case that can be read."""
    for row in reversed(by_length(examined.shapes)):
        if work.read((row,)).rows:
            return row
    raise InputError(f"None of the {len(examined.cases)} images of '{examined.cases.name}' can be read any more.")
