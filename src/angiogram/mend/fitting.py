"""The repairs that are fitted: who teaches, what is fitted, and the folder that it leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from angiogram.cache import Progress
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.diagnose.terms import StageKey
from angiogram.errors import InputError
from angiogram.files import atomic_file, sha256_of_text
from angiogram.mend import class_words, connector_refit
from angiogram.mend.repairs import Repair
from angiogram.mend.teaching import Teaching, teaching
from angiogram.model.load import LoadedModel
from angiogram.model.origin import TRAINED_FILE, Origin, read_origin
from angiogram.model.parts import PARTS_FILE
from angiogram.train.keeping import keep_trained
from angiogram.train.recipe import PartTraining
from angiogram.train.recipe.settings import PartName

VERSION = 1  # raise it whenever a repair is fitted otherwise: a folder of an earlier one is then refused


@dataclass(frozen=True)
class Fit:
    """One repair that is fitted.

    Attributes:
        apply: changes the model's weights, and says what was done.
        part: whose weights these are.
        most: cases that teach.
    """

    apply: Callable[[Teaching, Progress], str]
    part: PartName
    most: int


FITS: Mapping[Repair, Fit] = MappingProxyType(
    {
        "class-words": Fit(class_words.refit_class_words, "llm", class_words.MOST),
        "connector-refit": Fit(connector_refit.refit_connector, "connector", connector_refit.MOST),
    }
)


@dataclass(frozen=True)
class Taught:
    """What a repair learns from, and how.

    Attributes:
        examined: the cases.
        splits: one pair, of cases that teach and cases that judge.
        stage: the answer that is to be brought back.
        size: images a forward pass.
        seed: of all draws.
        identity: of the features of model and cases; a repair of others is another.
    """

    examined: Examined
    splits: Splits
    stage: StageKey
    size: int
    seed: int
    identity: str


def mend_by_fit(repair: Repair, loaded: LoadedModel, taught: Taught, folder: Path, progress: Progress) -> str:
    """Fit a repair and write the mended model, once.

    Args:
        repair: one of `FITS`.
        loaded: the model, whose weights change.
        taught: what is learnt from.
        folder: of the mended model; where it is written already, nothing is fitted.
        progress: receives plain lines.

    Returns:
        What was done, one sentence.

    Raises:
        InputError: the folder holds something else, or the repair cannot be made of this model.
    """
    digest = sha256_of_text(f"{VERSION}{repair}{taught.stage}{taught.seed}{taught.identity}")
    note = folder.with_name(f"{folder.name}.txt")
    if folder.exists():
        if _written(folder).recipe != digest or not note.is_file():
            raise InputError(f"The folder '{folder}' is of another repair; choose another --out or delete it.")
        return note.read_text("utf-8")
    fit = FITS[repair]
    examined, splits = taught.examined, taught.splits
    teachers = teaching(loaded, examined, splits, taught.stage, taught.size, taught.seed, fit.most)
    done = fit.apply(teachers, progress)
    with atomic_file(note) as temporary:
        temporary.write_text(done, "utf-8")
    origin = Origin(loaded.name, examined.cases.name, digest)
    keep_trained({fit.part: PartTraining("full")}, loaded, loaded.model, origin, folder)
    return done


def _written(folder: Path) -> Origin:
    return read_origin(folder, PARTS_FILE if (folder / PARTS_FILE).is_file() else TRAINED_FILE)
