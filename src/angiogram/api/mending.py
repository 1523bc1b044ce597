"""A mend, from a finished diagnosis to a model that loads and what became of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from angiogram.api.choices import Choices, asked_with
from angiogram.api.diagnosing import default_folder
from angiogram.api.folders import named_after
from angiogram.api.page import HEIGHT, Page
from angiogram.api.subject import Asked
from angiogram.cache import Progress, default_cache
from angiogram.data.cases import Cases
from angiogram.data.progress import silent
from angiogram.data.sources.findings import UnnamedFindingError
from angiogram.data.sources.options import SourceOptions
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError, unknown
from angiogram.mend.repairs import AFTER, BEFORE, MENDED, RECIPES, REPAIRS, Repair

if TYPE_CHECKING:
    from angiogram.mend.result import Mending


@dataclass(frozen=True)
class Wish:
    """What a user says of the repair.

    Attributes:
        repair: a name in `REPAIRS`; None for the least that the diagnosis names.
        recipe: by which it is trained, in place of the one that comes along.
        run: folder of the finished diagnosis; None for the default one.
        guard: cases or an annotation table that must not be harmed.
    """

    repair: Repair | None = None
    recipe: str | None = None
    run: Path | None = None
    guard: str | None = None

    def __post_init__(self) -> None:
        """Refuse a repair that is none.

        Raises:
            InputError: names the nearest one.
        """
        if self.repair is not None and self.repair not in REPAIRS:
            raise unknown("repair", self.repair, REPAIRS)
        if self.recipe is not None and self.repair not in (None, *RECIPES):
            raise InputError(f"The repair {self.repair} is fitted, not trained; leave out --recipe.")


@dataclass(frozen=True, repr=False)
class Mended:
    """A finished mend.

    Attributes:
        folder: of the mended model, as `load_model` takes it.
        mending: everything that the page shows, as typed data.
        json_path: of mend.json.
        html_path: of mend.html, the page made from it.
    """

    folder: Path
    mending: "Mending"
    json_path: Path
    html_path: Path

    @property
    def headline(self) -> str:
        """Whether the answer is back: one sentence."""
        return self.mending.headline

    def show(self, height: int = HEIGHT) -> Page:
        """The page: give it as the value of a notebook's cell.

        Args:
            height: of the frame in pixels; the page scrolls inside.
        """
        return Page(self.html_path.read_text("utf-8"), f"{self.mending.model}, mended", height)

    def _repr_html_(self) -> str:
        return self.show().frame

    def __repr__(self) -> str:
        """The folder and what became of it."""
        return f"<mended model '{self.folder}': {self.headline}>"


def mend(
    model: str | Path,
    cases: str | Path | Cases,
    out: str | Path | None = None,
    *,
    repair: Repair | None = None,
    recipe: str | None = None,
    run: str | Path | None = None,
    guard: str | None = None,
    cache: str | Path | None = None,
    progress: Progress | None = print,
    **choices: Unpack[Choices],
) -> Mended | None:
    """Make the least repair that a diagnosis names, and diagnose the mended model on the same cases.

    Args:
        model: a name as `load_model` takes it.
        cases: what `open_cases` gave, or a name or path as it takes one.
        out: folder of the mend; by default `runs/mend-of-MODEL-on-CASES` under the current folder. An interrupted mend
            in it is continued.
        repair: which one, in place of the least that the diagnosis names: "class-words", "connector-refit",
            "connector-training", "llm-lora" or "encoder-tuning".
        recipe: by which it is trained, a name or a YAML file, in place of the one that comes along.
        run: folder of the finished diagnosis; by default that of `diagnose`. Where none is there, it is made first.
        guard: cases or an annotation table that the repair must not harm.
        cache: folder for converted models and images; by default the user's cache.
        progress: receives plain lines; None for silence.
        choices: of a diagnosis that is made first, see `diagnose`; a finished one keeps its own.

    Returns:
        The mended model and what became of it; None where nothing is to be mended, which is said.

    Raises:
        InputError: anything that cannot be used, in one sentence.

    >>> import angiogram as ag
    >>> ag.mend("my-model", "my-images", repair="class-word", progress=None)
    Traceback (most recent call last):
    angiogram.errors.InputError: There is no repair 'class-word'; known are ...; did you mean 'class-words'?
    """
    wish = Wish(repair, recipe, None if run is None else Path(run).expanduser(), guard)
    asked, settings = asked_with(model, cases, **choices)
    if not isinstance(asked.model, str):
        raise InputError("A mended model is made from files; give the model by its name or folder.")
    folder = mend_folder(asked) if out is None else Path(out).expanduser()
    try:
        return mend_asked(asked, settings, wish, folder, Path(cache or default_cache()), progress or silent)
    except UnnamedFindingError as error:
        raise InputError(error.in_python) from None


def mend_folder(asked: Asked) -> Path:
    """Where a mend goes whose folder is not named.

    >>> mend_folder(Asked("google/medgemma-4b-it", "images/pneumoniamnist.npz")).as_posix()
    'runs/mend-of-medgemma-4b-it-on-pneumoniamnist'
    """
    cases = asked.cases if isinstance(asked.cases, str) else asked.cases.name
    return named_after(asked.model, cases, "mend-of-")


def mend_asked(
    asked: Asked, settings: Settings, wish: Wish, out: Path, cache: Path, progress: Progress
) -> Mended | None:
    """Open what was named, diagnose where that is still to be done, repair, diagnose again, compare and write.

    Returns:
        None where nothing is to be mended.

    Raises:
        InputError: anything the user gave that cannot be used, in one sentence.
    """
    from angiogram.api.first_diagnosis import first_diagnosis, opened_apart
    from angiogram.api.guarding import open_guard
    from angiogram.api.repairing import fitted, trained
    from angiogram.api.second_diagnosis import judged_again
    from angiogram.mend.choice import chosen_repair
    from angiogram.mend.guard import apart, held_by
    from angiogram.mend.training import own_recipe, recipe_of
    from angiogram.report.mending.disk import write_mending

    if wish.recipe is not None:
        own_recipe(wish.recipe)  # refused before a model is read, as the guard is
    how = (asked.source or SourceOptions()).how
    guard = None if wish.guard is None else open_guard(wish.guard, how, cache, progress)
    subject, own_split = opened_apart(asked, cache, progress)
    if wish.guard is not None and subject.loaded.slices is not None:
        guard = open_guard(wish.guard, how.taken_by(subject.loaded.slices), cache, progress)
    if guard is not None:  # refused before the first diagnosis
        guard = apart(guard, {subject.examined.hashes[row] for row in subject.splits.pairs[0][0]})
    folder = wish.run or (default_folder(asked) if own_split else out / BEFORE)
    first = first_diagnosis(subject, own_split, settings, folder, cache, progress)
    chosen = chosen_repair(first.diagnosis, wish.repair)
    if chosen.repair is None:
        progress(f"Nothing is mended. {chosen.why}")
        return None
    if wish.recipe is not None:
        if chosen.repair not in RECIPES:
            raise InputError(f"{chosen.why} It is {chosen.repair}, which is fitted, not trained; leave out --recipe.")
        recipe_of(chosen.repair, wish.recipe, MENDED)  # refused before anything is changed
    progress(f"repair: {chosen.repair}. {chosen.why}")
    held = None if guard is None else (guard, held_by(subject.loaded, guard, progress))  # before a weight is changed
    made = fitted(subject, first, chosen, out / MENDED, progress)
    revision, examined, splits, reference = subject.loaded.revision, subject.examined, subject.splits, subject.reference
    del subject  # the memory of its weights is for those that come
    if made is None:
        made = trained(asked, revision, examined, chosen, wish.recipe, out / MENDED, cache, progress)
    mending = judged_again(asked, examined, splits, reference, first, made, held, out / AFTER, cache, progress)
    return Mended(out / MENDED, mending, *write_mending(mending, out))
