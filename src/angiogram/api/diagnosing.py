"""A diagnosis, from what a user names to a run folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.api.choices import asked_with
from angiogram.api.folders import named_after
from angiogram.api.run import Run
from angiogram.api.subject import Asked, opened
from angiogram.cache import Progress, default_cache
from angiogram.data.cases import Cases
from angiogram.data.progress import silent
from angiogram.data.shown import Pictures
from angiogram.data.sources.findings import UnnamedFindingError
from angiogram.diagnose.settings import Climbed, Settings
from angiogram.errors import InputError
from angiogram.report.disk import write_report
from angiogram.tap.ranks import ALONE, Ranks

if TYPE_CHECKING:
    from angiogram.diagnose.run import Diagnosed
    from angiogram.model.load import LoadedModel


def diagnose(
    model: "str | Path | LoadedModel",
    cases: str | Path | Cases,
    out: str | Path | None = None,
    *,
    reference: str | float = "none",
    reference_source: str | None = None,
    train_cases: int | None = None,
    test_cases: int | None = None,
    folds: int = 5,
    question: str | None = None,
    margin: float = 0.05,
    probe: str = "ridge",
    permutations: int = 100,
    resamples: int = 2000,
    batch_size: int | None = None,
    orders: int = 1,
    ladder: Climbed = "auto",
    remedies: bool = False,
    other_questions: Sequence[str] = (),
    causal: int = 0,
    seed: int = 0,
    pictures: Pictures = "auto",
    cache: str | Path | None = None,
    progress: Progress | None = print,
) -> Run:
    """Find where a model loses the image.

    Args:
        model: what `load_model` gave, or a name as it takes one.
        cases: what `open_cases` gave, or a name or path as it takes one.
        out: run folder; by default `runs/MODEL-on-CASES` under the current folder, which is said. An interrupted run in
            it is continued; a run of something else in it is refused.
        reference: the specialist, trained here on the same split: "cnn", "vit", "tower" (the model's own encoder,
            tuned), a folder or hub id of an image classifier, or several joined by commas; an accuracy above 0 and at
            most 1; or "none".
        reference_source: where the number comes from, for instance "Smith 2024, Table 2".
        train_cases: learn the probes on at most so many cases, in proportion to the classes.
        test_cases: judge on at most so many.
        folds: where the cases have no split of their own.
        question: what the model is asked instead; `{options}` in it stands for the list of classes.
        margin, probe, permutations, resamples, batch_size, orders, ladder, remedies, other_questions, causal: see
            `Settings`; the defaults are its own.
        seed: of folds, subsets, permutations, resamples and the random twin.
        pictures: of cases that the report shows: "auto" (all but those of which the file says that text is burned into
            the pixels), "all" or "none".
        cache: folder for converted models and images; by default the user's cache.
        progress: receives plain lines; None for silence.

    Returns:
        The finished run. Its folder holds report.html, report.json and the tables.

    Raises:
        InputError: anything that cannot be used, in one sentence; an image may show several findings, of which
            `open_cases` takes one and `diagnose_findings` one after another.

    >>> import angiogram as ag
    >>> run = ag.diagnose("my-model", "my-images", folds=2, permutations=20, progress=None)
    >>> run.folder.as_posix()
    'runs/my-model-on-my-images'
    >>> run.diagnosis.evaluated
    24
    >>> [card.state for card in run.verdicts][0]  # no specialist was named
    'not assessed'
    """
    asked, settings = asked_with(  # refused before anything is loaded
        model,
        cases,
        reference=reference,
        reference_source=reference_source,
        train_cases=train_cases,
        test_cases=test_cases,
        folds=folds,
        question=question,
        margin=margin,
        probe=probe,
        permutations=permutations,
        resamples=resamples,
        batch_size=batch_size,
        orders=orders,
        ladder=ladder,
        remedies=remedies,
        other_questions=other_questions,
        causal=causal,
        seed=seed,
        pictures=pictures,
    )
    tell = progress or silent
    folder = default_folder(asked) if out is None else Path(out).expanduser()
    try:
        found = diagnose_together(asked, settings, folder, Path(cache or default_cache()), tell)
    except UnnamedFindingError as error:
        raise InputError(error.in_python) from None
    assert found is not None  # alone, this is the first rank
    write_report(found.diagnosis, folder)
    tell(f"run folder: {folder}")
    return Run(folder, found.diagnosis)


def diagnose_together(
    asked: Asked, settings: Settings, out: Path, cache: Path, progress: Progress, ranks: Ranks = ALONE
) -> "Diagnosed | None":
    """Open what was named, and diagnose; several ranks may share the work. The report is not yet written.

    Returns:
        The diagnosis on the first rank, nothing on the others.

    Raises:
        InputError: anything the user gave that cannot be used, in one sentence.
    """
    subject = opened(asked, cache, progress, ranks)

    from angiogram.diagnose.run import diagnose

    return diagnose(
        subject.loaded, subject.examined, subject.splits, subject.reference, settings, out, cache, progress, ranks
    )


def default_folder(asked: Asked) -> Path:
    """Where a run goes whose folder is not named.

    >>> default_folder(Asked("google/medgemma-4b-it", "images/pneumoniamnist.npz")).as_posix()
    'runs/medgemma-4b-it-on-pneumoniamnist'
    """
    cases = asked.cases if isinstance(asked.cases, str) else asked.cases.name
    return named_after(asked.model, cases)
