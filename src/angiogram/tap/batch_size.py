"""How many cases go through the model together in a run, the same on all ranks."""

from collections.abc import Callable
from pathlib import Path

from angiogram.model.load import LoadedModel
from angiogram.tap.batches import fitting_size
from angiogram.tap.ranks import ALONE, Ranks
from angiogram.tap.store import stored_batch_size
from angiogram.tap.work import Work


def agreed_batch_size(
    loaded: LoadedModel,
    work: Work,
    longest: Callable[[], int],
    folder: Path,
    wanted: int | None,
    ranks: Ranks = ALONE,
) -> int:
    """The number that the user wants, else that of the store in `folder`, else what fits into the GPUs' memory.

    Args:
        loaded: the model.
        work: what is done with a batch.
        longest: the row of the largest case that can be read; asked on a GPU only.
        folder: of the store.
        wanted: by the user.
        ranks: who shares the work.

    Raises:
        InputError: the store is damaged, or no image can be read; on all ranks.
    """
    if wanted is not None:
        return wanted
    with ranks.agreed():
        stored = stored_batch_size(folder) if ranks.is_first else None
    if (size := ranks.from_first(stored)) is not None:
        return size
    row, size = 0, 1
    gpus = {weight.device for weight in loaded.model.parameters() if weight.device.type == "cuda"}
    with ranks.agreed():
        row = longest() if gpus else row
        size = fitting_size(lambda count: work.run(work.read((row,) * count)), sorted(gpus, key=str))
    return min(ranks.exchange(size))
