"""The steps of a diagnosis, from what the user typed to a result; shared by `diagnose` and `demo`.

What needs torch is imported only when the cases are known to be usable, so that a mistyped path is answered at once.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from angiogram.cache import Progress
from angiogram.cli.request import Request
from angiogram.data.cases import Cases
from angiogram.data.intake import examine
from angiogram.data.sources import open_cases
from angiogram.data.splits import Splits, assign, subset
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError
from angiogram.tap.ranks import Ranks

if TYPE_CHECKING:
    from angiogram.diagnose.reference import Reference
    from angiogram.diagnose.run import Diagnosed

Wanted = Literal["cnn", "none"] | float


def diagnose_one(asked: Request, cache: Path, progress: Progress, ranks: Ranks) -> "Diagnosed | None":
    """Open, examine and split the cases, load the model, train the specialist where asked, and diagnose.

    Returns:
        The diagnosis on the first rank, nothing on the others.

    Raises:
        InputError: anything the user gave that cannot be used, in one sentence.
    """
    wanted, loading = _wanted(asked.reference), asked.loading()  # refused before anything is loaded
    settings = Settings(
        margin=asked.margin,
        probe=asked.probe,
        permutations=asked.permutations,
        batch_size=None if asked.batch_size == "auto" else asked.batch_size,
        orders=asked.orders,
        seed=asked.seed,
    )
    if asked.spread and max(ranks.exchange(ranks.local)) > 0:
        raise InputError("--spread gives all GPUs of a machine to one process; start one a machine.")
    with ranks.one_before_the_others():
        cases = open_cases(asked.cases, cache, progress)
    if asked.question is not None:
        cases = replace(cases, question=asked.question)
    with ranks.agreed():
        examined = examine(subset(cases, asked.train_cases, asked.test_cases, asked.seed), progress)
        splits = assign(examined.cases, asked.folds, asked.seed)

    from transformers.utils import logging

    from angiogram.diagnose.run import diagnose
    from angiogram.model.load import load_model

    logging.disable_progress_bar()  # ours are plain lines
    with ranks.one_before_the_others():
        loaded = load_model(asked.model, cache, progress, loading)
    with ranks.agreed():
        reference = _reference(wanted, examined.cases, splits, cache, progress) if ranks.is_first else None
    return diagnose(loaded, examined, splits, reference, settings, asked.out, cache, progress, ranks)


def _wanted(reference: str) -> Wanted:
    if reference == "cnn" or reference == "none":
        return reference
    try:
        number = float(reference)
    except ValueError:
        number = -1.0
    if not 0 < number <= 1:
        raise InputError(f"--reference must be cnn, none, or a number above 0 and at most 1, not '{reference}'.")
    return number


def _reference(wanted: Wanted, cases: Cases, splits: Splits, cache: Path, progress: Progress) -> "Reference | None":
    from angiogram.diagnose.reference import Reference

    if wanted == "none":
        return None
    if wanted == "cnn":
        return _trained(cases, splits, cache, progress)
    return Reference("an accuracy that the user gave", accuracy=wanted)


def _trained(cases: Cases, splits: Splits, cache: Path, progress: Progress) -> "Reference":
    """A CNN for each fold, on the same training cases as the probes."""
    from angiogram.diagnose.reference import Reference
    from angiogram.train.specialist import specialist_predictions

    predicted = np.full(len(cases), -1, dtype=np.int64)
    for train, test in splits.pairs:
        predicted[test] = specialist_predictions(cases, train, test, cache, progress)
    judged = np.sort(np.concatenate([test for _, test in splits.pairs]))
    images = len(splits.pairs[0][0])
    source = f"a ResNet trained from scratch, in grey, on the {images} training cases that the probes learn from"
    return Reference(source, predicted=predicted[judged])
