"""What is diagnosed: a model and labelled images, opened, examined and split, with the reference beside them.

What needs torch is imported only when the cases are known to be usable, so that a mistyped path is answered at once.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from angiogram.cache import Progress
from angiogram.cli.options import CasesOptions, ModelOptions
from angiogram.cli.references import reference_of, wanted
from angiogram.data.divide import clean, divide
from angiogram.data.intake import Examined, examine
from angiogram.data.splits import Splits, subset
from angiogram.errors import InputError
from angiogram.tap.ranks import ALONE, Ranks

if TYPE_CHECKING:
    from angiogram.diagnose.collect.reference import Reference
    from angiogram.model.load import LoadedModel


@dataclass(frozen=True)
class SubjectOptions(CasesOptions, ModelOptions):
    """Model, cases and how they are judged; a verb inherits the options and gives them to `opened`."""

    model: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="MODEL")]
    """demo, demo-tuned, a folder in Hugging Face layout, a folder that `train` wrote, or a hub id, owner/name or
    owner/name@revision"""
    cases: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="CASES")]
    """phantom, a folder with one subfolder a class, a table (.csv, .tsv) with a row an image, or a MedMNIST .npz"""
    out: Path
    """run folder; an interrupted run in it is continued"""
    reference: str = "none"
    """the specialist: cnn, vit or tower (the model's own vision encoder, tuned), trained here on the same split, or
    several of them joined by commas; a number with 0 < number <= 1; or none"""
    reference_source: str | None = None
    """where the number comes from, for instance: Smith 2024, Table 2"""
    train_cases: int | None = None
    """learn the probes on at most so many cases (in proportion to the classes)"""
    test_cases: int | None = None
    """judge on at most so many cases (in proportion to the classes)"""
    folds: int = 5
    """cross-validation folds where the cases have no split of their own"""
    margin: float = 0.05
    """the loss that matters in practice, as a fraction"""
    question: str | None = None
    """what the model is asked instead; {options} in it stands for the list of classes"""
    batch_size: int | Literal["auto"] = "auto"
    """images a forward pass; auto takes 16 on a CPU and what fits into a GPU's memory"""
    seed: int = 0
    """of folds, subsets, permutations, resamples and the random twin"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""


@dataclass(frozen=True)
class Opened:
    """All that a diagnosis starts from; the reference is the first rank's."""

    loaded: "LoadedModel"
    examined: Examined
    splits: Splits
    reference: "Reference | None"


def opened(asked: SubjectOptions, cache: Path, progress: Progress, ranks: Ranks = ALONE) -> Opened:
    """Open, examine and split the cases, load the model, and train the references where asked.

    Raises:
        InputError: anything the user gave that cannot be used, in one sentence.
    """
    referred = wanted(asked.reference, asked.reference_source)  # refused before anything is loaded
    loading = asked.loading()
    if asked.spread and max(ranks.exchange(ranks.local)) > 0:
        raise InputError("--spread gives all GPUs of a machine to one process; start one a machine.")
    with ranks.one_before_the_others():
        cases = asked.open_cases(asked.cases, cache, progress)
    if asked.question is not None:
        cases = replace(cases, question=asked.question)
    with ranks.agreed():
        examined = examine(subset(cases, asked.train_cases, asked.test_cases, asked.seed), progress)
        examined, splits = divide(examined, asked.folds, asked.seed)
        clean(examined.cases, splits)  # refused before anything is loaded

    from transformers.utils import logging

    from angiogram.model.load import load_model

    logging.disable_progress_bar()  # ours are plain lines
    with ranks.one_before_the_others():
        loaded = load_model(asked.model, cache, progress, loading)
    with ranks.agreed():
        reference = reference_of(referred, loaded, examined, splits, cache, progress) if ranks.is_first else None
    return Opened(loaded, examined, splits, reference)
