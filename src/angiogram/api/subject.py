"""What is diagnosed: a model and labelled images, opened, examined and split, with the reference beside them.

What needs torch is imported only when the cases are known to be usable, so that a mistyped path is answered at once.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.api.references import reference_of, try_references, wanted
from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.data.divide import clean, divide
from angiogram.data.intake import Examined, examine
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.data.splits import Splits, subset
from angiogram.errors import InputError
from angiogram.model.loading import AUTO, Loading
from angiogram.tap.ranks import ALONE, Ranks

if TYPE_CHECKING:
    from angiogram.diagnose.collect.reference import Reference
    from angiogram.model.load import LoadedModel


@dataclass(frozen=True)
class Asked:
    """Model and cases, by name or already open, and how they are judged.

    Attributes:
        model: a name, a folder or a hub id; or a model that is loaded.
        cases: a name or a path; or a set that is open.
        source: how the cases are read, where they are given by name; for a model of volumes always whole.
        leave_out: classes whose cases take no part.
        loading: how a model that is given by name is loaded.
        reference: the specialist: names joined by commas, a number above 0 and at most 1, or "none".
        reference_source: where the number comes from.
        train_cases: learn the probes on at most so many cases, in proportion to the classes.
        test_cases: judge on at most so many.
        folds: where the cases have no split of their own.
        question: what the model is asked instead of the cases' own question.
        seed: of folds and subsets.
    """

    model: "str | LoadedModel"
    cases: str | Cases
    source: SourceOptions | None = None
    leave_out: tuple[str, ...] = ()
    loading: Loading = AUTO
    reference: str = "none"
    reference_source: str | None = None
    train_cases: int | None = None
    test_cases: int | None = None
    folds: int = 5
    question: str | None = None
    seed: int = 0


@dataclass(frozen=True)
class Opened:
    """All that a diagnosis starts from; the reference is the first rank's."""

    loaded: "LoadedModel"
    examined: Examined
    splits: Splits
    reference: "Reference | None"


def opened(asked: Asked, cache: Path, progress: Progress, ranks: Ranks = ALONE) -> Opened:
    """Open, examine and split the cases, load the model, and train the references where asked.

    Raises:
        InputError: anything the user gave that cannot be used, in one sentence.
    """
    referred = wanted(asked.reference, asked.reference_source)  # refused before anything is loaded
    if asked.loading.spread and max(ranks.exchange(ranks.local)) > 0:
        raise InputError("--spread gives all GPUs of a machine to one process; start one a machine.")
    with ranks.one_before_the_others():
        cases = opened_cases(asked, cache, progress)
    with ranks.agreed():
        examined = examine(subset(cases, asked.train_cases, asked.test_cases, asked.seed), progress)
        examined, splits = divide(examined, asked.folds, asked.seed)
        clean(examined.cases, splits)  # refused before anything is loaded

    from angiogram.model.depth import check_depth

    with ranks.agreed():
        if ranks.is_first:
            try_references(referred, examined.cases, progress)  # refused before the model is loaded
    with ranks.one_before_the_others():
        loaded = loaded_of(asked, cache, progress)
        first = examined.cases.read(examined.cases.rows[0])
    by_name = isinstance(asked.model, str) and isinstance(asked.cases, str)
    if by_name and loaded.slices is not None and first.slices is None:
        progress("the model takes volumes: the cases are read again, whole")
        return opened(replace(asked, model=loaded), cache, progress, ranks)
    check_depth(loaded.processor, [first])
    with ranks.agreed():
        reference = reference_of(referred, loaded, examined, splits, cache, progress) if ranks.is_first else None
    return Opened(loaded, examined, splits, reference)


def loaded_of(asked: Asked, cache: Path, progress: Progress) -> "LoadedModel":
    """The model, loaded where it is named.

    Raises:
        InputError: it cannot be loaded.
    """
    if not isinstance(asked.model, str):
        return asked.model
    from transformers.utils import logging

    from angiogram.model.load import load_model

    logging.disable_progress_bar()  # ours are plain lines
    return load_model(asked.model, cache, progress, asked.loading)


def opened_cases(asked: Asked, cache: Path, progress: Progress) -> Cases:
    """The cases as the model is asked about them, all of them.

    Raises:
        InputError: they cannot be opened, or what was guessed of their files is in doubt.
    """
    cases = asked.cases
    if isinstance(cases, str):
        cases = open_cases(cases, cache, progress, _source(asked))
    if cases.doubts:
        raise InputError(f"{cases.doubts[0]} `angiogram data inspect` shows what was taken for what.")
    cases = cases.without_classes(asked.leave_out)
    return cases if asked.question is None else replace(cases, question=asked.question)


def _source(asked: Asked) -> SourceOptions | None:
    if isinstance(asked.model, str):
        return asked.source
    source = asked.source or SourceOptions()
    return replace(source, how=source.how.taken_by(asked.model.slices))
