"""The mended model, diagnosed on the same cases and held against the first diagnosis."""

from dataclasses import replace
from pathlib import Path

from angiogram.api.repairing import Repaired
from angiogram.api.run import Run
from angiogram.api.subject import Asked
from angiogram.cache import Progress
from angiogram.compare.compare import compare
from angiogram.data.divide import clean
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.diagnose.collect.reference import Reference
from angiogram.diagnose.run import diagnose
from angiogram.mend.guard import Guard, Held, guarded, held_by
from angiogram.mend.outcome import headline, returned
from angiogram.mend.result import Mending
from angiogram.mend.unchanged import unchanged
from angiogram.model.load import load_model
from angiogram.report.comparison.runs import open_runs
from angiogram.report.disk import write_report


def judged_again(
    asked: Asked,
    examined: Examined,
    splits: Splits,
    reference: Reference | None,
    first: Run,
    made: Repaired,
    guard: tuple[Guard, Held] | None,
    folder: Path,
    cache: Path,
    progress: Progress,
) -> Mending:
    """Load the mended model from its files, diagnose it as the first one was, and compare.

    Args:
        asked: how the model is loaded.
        examined, splits, reference: cases and specialist of the first diagnosis.
        first: that diagnosis.
        made: the repair.
        guard: cases that must not be harmed, and what the model made of them before.
        folder: of the second run.
        cache: for features of random twins.
        progress: receives plain lines.

    Raises:
        InputError: the mended model cannot be loaded, the folder holds something else, or the disk is full.
    """
    settings = first.settings
    loaded = load_model(str(made.folder), cache, progress, replace(asked.loading, base=None))
    progress(f"second diagnosis: {folder}")
    found = diagnose(loaded, examined, splits, reference, settings, folder, cache, progress)
    assert found is not None  # alone, this is the first rank
    write_report(found.diagnosis, folder)
    runs = open_runs([first.folder, folder])
    answers = returned(runs[0], runs[1], first.diagnosis.fault, settings.margin)
    repair = made.chosen.repair
    assert repair is not None  # it was made
    kept = None
    if guard is not None:
        named, before = guard
        after = held_by(loaded, named, progress)
        kept = guarded(named, before, after, settings.margin, settings.seed, settings.resamples)
    return Mending(
        model=first.diagnosis.model,
        cases=first.diagnosis.cases,
        fault=first.diagnosis.fault,
        repair=repair,
        why=made.chosen.why,
        done=made.done,
        unchanged=unchanged(repair, made.trained),
        learnt=f"No repair saw a case that judges: {clean(examined.cases, splits).described}.",
        folder=str(made.folder),
        headline=headline(answers),
        answers=answers,
        larger=made.chosen.larger,
        guard=kept,
        margin=settings.margin,
        comparison=compare(runs),
    )
