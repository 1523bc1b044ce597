"""The chosen repair, made of a diagnosed model: the folder of the model that it leaves."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from angiogram.api.first_diagnosis import identity
from angiogram.api.run import Run
from angiogram.api.subject import Asked, Opened
from angiogram.cache import Progress
from angiogram.data.intake import Examined
from angiogram.diagnose.terms import StageKey
from angiogram.mend.choice import Chosen
from angiogram.mend.fitting import FITS, Taught, mend_by_fit
from angiogram.mend.outcome import lost_answer
from angiogram.mend.training import mend_by_training, recipe_of
from angiogram.report.comparison.runs import open_runs
from angiogram.tap.store import FEATURES, stored_batch_size
from angiogram.train.recipe.settings import PartName


@dataclass(frozen=True)
class Repaired:
    """A repair that was made.

    Attributes:
        chosen: which one.
        folder: of the mended model.
        done: what was done, one sentence.
        trained: parts whose weights it may change.
    """

    chosen: Chosen
    folder: Path
    done: str
    trained: Collection[PartName]


def fitted(subject: Opened, first: Run, chosen: Chosen, folder: Path, progress: Progress) -> Repaired | None:
    """Make a repair that is fitted, once: a folder that it has written before is taken as it is.

    Args:
        subject: model and cases; the model's weights change.
        first: the diagnosis that names the repair.
        chosen: which one.
        folder: of the mended model.
        progress: receives plain lines.

    Returns:
        None of one that is trained.

    Raises:
        InputError: the repair cannot be made of this model, or the folder holds something else.
    """
    repair, settings = chosen.repair, first.settings
    if repair is None or repair not in FITS:
        return None
    size = stored_batch_size(first.folder / FEATURES) or 1
    known = str(sorted(identity(subject, settings).items()))
    taught = Taught(subject.examined, subject.splits, _lost(first), size, settings.seed, known)
    done = mend_by_fit(repair, subject.loaded, taught, folder, progress)
    return Repaired(chosen, folder, done, (FITS[repair].part,))


def trained(
    asked: Asked,
    revision: str,
    examined: Examined,
    chosen: Chosen,
    recipe: str | None,
    folder: Path,
    cache: Path,
    progress: Progress,
) -> Repaired:
    """Make a repair that is trained; an interrupted training goes on.

    Args:
        asked: the model, and how it is loaded.
        revision: of its weights.
        examined: the cases, with a split.
        chosen: which one.
        recipe: by which it is trained, in place of its own.
        folder: of the mended model.
        cache: for converted models.
        progress: receives plain lines.

    Raises:
        InputError: the recipe cannot be run on this model, or the folder holds something else.
    """
    assert chosen.repair is not None and isinstance(asked.model, str)  # it was named, and is read from its files
    by = recipe_of(chosen.repair, recipe, folder.name)
    done = mend_by_training(
        by, asked.model, examined.cases, examined.hashes, revision, asked.loading, folder, cache, progress
    )
    return Repaired(chosen, folder, done, {part for stage in by.stages for part in stage.trained()})


def _lost(first: Run) -> StageKey:
    (run,) = open_runs([first.folder])
    return lost_answer(run, first.diagnosis.fault, first.settings.margin)
