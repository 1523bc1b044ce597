"""The tug-of-war of a model's tasks, from what a user names to conflict.json."""

from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.api.learning_from import PREPARATION
from angiogram.cache import Progress
from angiogram.data.annotations.pictures import read_picture
from angiogram.evaluate.opened import Chosen, opened
from angiogram.imaging.read import Preparation
from angiogram.model.loading import AUTO, Loading

if TYPE_CHECKING:
    from angiogram.train.conflict.result import TugOfWar


def conflict(
    model: str,
    table: Path,
    out: Path,
    chosen: Chosen,
    *,
    batches: int,
    samples: int,
    seed: int,
    how: Preparation,
    loading: Loading = AUTO,
    cache: Path,
    progress: Progress,
) -> "TugOfWar":
    """Open, draw, differentiate, and write `out`.

    What was measured so far lies beside `out` in `NAME.batches` until it is written: the same call goes on from there.

    Raises:
        InputError: anything the user gave that cannot be used, in one sentence.
    """
    entries = opened(table, chosen)  # refused before the model is loaded

    from angiogram.model.load import load_model
    from angiogram.report.tug_of_war import write_tug_of_war
    from angiogram.train.conflict.tug_of_war import tug_of_war

    loaded = load_model(model, cache, progress, loading)
    read = how.taken_by(loaded.slices)
    keep = out.with_name(f"{out.name}.batches")
    found = tug_of_war(
        loaded,
        entries.entries,
        lambda name: read_picture(entries.images, name, read),
        progress,
        batches=batches,
        samples=samples,
        seed=seed,
        keep=keep,
        conditions={PREPARATION: str(how)},
    )
    write_tug_of_war(found, out)
    keep.unlink()
    return found
