"""A diagnosis, from what the user typed to a result; shared by `diagnose` and `demo`."""

from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.cache import Progress
from angiogram.cli.request import Request
from angiogram.cli.subject import opened
from angiogram.diagnose.settings import Settings
from angiogram.tap.ranks import Ranks

if TYPE_CHECKING:
    from angiogram.diagnose.run import Diagnosed


def diagnose_one(asked: Request, cache: Path, progress: Progress, ranks: Ranks) -> "Diagnosed | None":
    """Open what was named, and diagnose.

    Returns:
        The diagnosis on the first rank, nothing on the others.

    Raises:
        InputError: anything the user gave that cannot be used, in one sentence.
    """
    settings = Settings(  # refused before anything is loaded
        margin=asked.margin,
        probe=asked.probe,
        permutations=asked.permutations,
        batch_size=None if asked.batch_size == "auto" else asked.batch_size,
        orders=asked.orders,
        ladder="free" if asked.no_ladder else asked.ladder,
        remedies=asked.remedies,
        other_questions=asked.other_questions,
        causal=asked.causal,
        seed=asked.seed,
    )
    subject = opened(asked, cache, progress, ranks)

    from angiogram.diagnose.run import diagnose

    return diagnose(
        subject.loaded, subject.examined, subject.splits, subject.reference, settings, asked.out, cache, progress, ranks
    )
