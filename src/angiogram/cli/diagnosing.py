"""The steps of a diagnosis, from what the user typed to a result; shared by `diagnose` and `demo`.

What needs torch is imported only when the cases are known to be usable, so that a mistyped path is answered at once.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.cache import Progress
from angiogram.cli.references import reference_of, wanted
from angiogram.cli.request import Request
from angiogram.data.intake import examine
from angiogram.data.sources import open_cases
from angiogram.data.splits import assign, subset
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError
from angiogram.tap.ranks import Ranks

if TYPE_CHECKING:
    from angiogram.diagnose.run import Diagnosed


def diagnose_one(asked: Request, cache: Path, progress: Progress, ranks: Ranks) -> "Diagnosed | None":
    """Open, examine and split the cases, load the model, train the references where asked, and diagnose.

    Returns:
        The diagnosis on the first rank, nothing on the others.

    Raises:
        InputError: anything the user gave that cannot be used, in one sentence.
    """
    # All of these are refused before anything is loaded.
    referred = wanted(asked.reference, asked.reference_source)
    loading = asked.loading()
    settings = Settings(
        margin=asked.margin,
        probe=asked.probe,
        permutations=asked.permutations,
        batch_size=None if asked.batch_size == "auto" else asked.batch_size,
        orders=asked.orders,
        remedies=asked.remedies,
        other_questions=asked.other_questions,
        causal=asked.causal,
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
        reference = reference_of(referred, loaded, examined, splits, cache, progress) if ranks.is_first else None
    return diagnose(loaded, examined, splits, reference, settings, asked.out, cache, progress, ranks)
