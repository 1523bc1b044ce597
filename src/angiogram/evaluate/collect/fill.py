"""Fill a store with a model's answers: by the runner that a diagnosis has, continued after an interruption."""

from collections.abc import Mapping
from pathlib import Path

from angiogram.cache import Progress
from angiogram.errors import InputError
from angiogram.evaluate.collect.passes import Passes
from angiogram.evaluate.collect.plan import Plan
from angiogram.tap.batch_size import agreed_batch_size
from angiogram.tap.ranks import ALONE, Ranks
from angiogram.tap.runner import fill
from angiogram.tap.store import BATCH_SIZE, ArraySpec, FeatureStore
from angiogram.tap.work import Fitted

ANSWERS = "answers"  # the folder of the store in a run folder


def collect(
    planned: Plan,
    fingerprint: Mapping[str, str],
    folder: Path,
    wanted: int | None,
    progress: Progress,
    ranks: Ranks = ALONE,
) -> FeatureStore | None:
    """Ask all that the store in `folder` lacks.

    Args:
        planned: the questions.
        fingerprint: what the answers depend on.
        folder: of the store.
        wanted: questions a forward pass; None for what fits.
        progress: receives plain lines.
        ranks: they share the batches.

    Returns:
        The store on the first rank, nothing on the others.

    Raises:
        InputError: the folder holds answers to something else, no picture can be read, or a single question does not
            fit into memory; on all ranks.
    """
    work = Passes(planned)
    size = agreed_batch_size(planned.loaded, work, lambda: _longest(work), folder, wanted, ranks)
    batches = planned.batches(size)

    def arrays() -> dict[str, ArraySpec]:
        ((_, values),) = Fitted(work).run((_longest(work),))
        return {name: ArraySpec(array.shape[1:], str(array.dtype)) for name, array in values.items()}

    store = None
    with ranks.agreed():
        if ranks.is_first:
            settings = {**fingerprint, BATCH_SIZE: str(size)}
            store = FeatureStore.open(folder, settings, len(planned.requests), len(batches), arrays)
            progress(f"{planned.loaded.name}: {len(planned.requests)} questions about {len(planned.entries)} entries")
    fill(store, work, planned.loaded.name, batches, planned.loaded.device, ranks, progress)
    return store


def _longest(work: Passes) -> int:
    """A question with the longest answer that can be read; of several the one with the longest prompt."""
    planned = work.planned

    def size(row: int) -> tuple[bool, int, int]:
        return planned.shows_picture(row), planned.task(row).longest, len(planned.prompts[row])

    for row in sorted(range(len(planned.requests)), key=size, reverse=True):
        if work.read((row,)).rows:
            return row
    raise InputError("None of the pictures of the entries can be read.")
