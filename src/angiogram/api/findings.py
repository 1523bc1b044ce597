"""A diagnosis for each of several findings, and their mean."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from angiogram.api.choices import Choices, asked_with
from angiogram.api.diagnosing import default_folder, diagnose_together
from angiogram.api.finding_runs import FindingRuns, write_findings
from angiogram.api.references import wanted
from angiogram.api.run import Run
from angiogram.api.subject import Asked
from angiogram.cache import Progress, default_cache
from angiogram.compare.macro import macro_mean
from angiogram.data.cases import Cases
from angiogram.data.progress import silent
from angiogram.data.sources import open_findings
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.spoken import as_words
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.predictions import read_predictions
from angiogram.errors import InputError
from angiogram.report.disk import write_report
from angiogram.tap.ranks import ALONE, Ranks

if TYPE_CHECKING:
    from angiogram.model.load import LoadedModel


def diagnose_findings(
    model: "str | Path | LoadedModel",
    cases: str | Path | Mapping[str, Cases],
    out: str | Path | None = None,
    *,
    cache: str | Path | None = None,
    progress: Progress | None = print,
    **choices: Unpack[Choices],
) -> FindingRuns:
    """Diagnose one finding after another, of a set in which one image may show several.

    Each is asked about against all else, and has a run folder of its own in `out`; a finished one is not made again. A
    finding that cannot be diagnosed, because too few images show it, is left out with the reason.

    Args:
        model: as `diagnose` takes it.
        cases: a name or path as `open_cases` takes it; or a set for each finding, opened with `open_cases(...,
            finding=...)`, where columns or other things about it must be said.
        out: folder of all; by default `runs/MODEL-on-CASES` under the current folder, which is said.
        cache: folder for converted models and images; by default the user's cache.
        progress: receives plain lines; None for silence.
        choices: every other keyword of `diagnose`, with the same default.

    Returns:
        The finished runs and their macro mean. The folder holds findings.json, too.

    Raises:
        InputError: each image has one label, no finding can be diagnosed, or anything else that cannot be used; one
            sentence.

    >>> import angiogram as ag
    >>> found = ag.diagnose_findings("my-model", "my-chest/set.csv", folds=2, permutations=20, progress=None)
    >>> found
    <findings 'runs/my-model-on-set': 2 diagnosed, 1 left out>
    >>> found.left_out["rare"]
    "The class 'yes' has 1 case..."
    >>> found.table()["finding"].to_pylist()
    ['edema', 'mass', 'macro mean']
    """
    if isinstance(cases, Mapping) and not cases:
        raise InputError("There is no finding to diagnose: the cases are an empty mapping.")
    tell, place = progress or silent, Path(cache or default_cache())
    first = next(iter(cases.values())) if isinstance(cases, Mapping) else cases
    asked, settings = asked_with(model, first, **choices)
    if isinstance(cases, Mapping):
        each = {name: replace(asked, cases=opened) for name, opened in cases.items()}
    else:
        each = asked_of_each(asked, place, tell)
        if not each:
            name = asked.cases if isinstance(asked.cases, str) else asked.cases.name
            raise InputError(f"'{name}' has one label an image; `diagnose` takes it.")
    folder = default_folder(asked) if out is None else Path(out).expanduser()
    found = findings_together(each, settings, folder, place, tell)
    assert found is not None  # alone, this is the first rank
    tell(f"run folder: {folder}")
    return found


def asked_of_each(asked: Asked, cache: Path, progress: Progress) -> Mapping[str, Asked]:
    """The same of each finding; nothing where the cases have one label, or one finding is named.

    Raises:
        InputError: the cases cannot be read.
    """
    source = asked.source or SourceOptions()
    if not isinstance(asked.cases, str) or source.finding is not None:
        return {}
    names = open_findings(asked.cases, cache, progress, source)
    return {name: replace(asked, source=replace(source, finding=name)) for name in names}


def findings_together(
    each: Mapping[str, Asked],
    settings: Settings,
    out: Path,
    cache: Path,
    progress: Progress,
    ranks: Ranks = ALONE,
) -> FindingRuns | None:
    """Diagnose what is asked of each finding, of one model; several ranks may share the work.

    Returns:
        The runs on the first rank, nothing on the others.

    Raises:
        InputError: no finding can be diagnosed.
    """
    first = next(iter(each.values()))
    wanted(first.reference, first.reference_source)  # refused before anything is loaded

    from transformers.utils import logging

    from angiogram.model.load import load_model

    logging.disable_progress_bar()  # ours are plain lines
    model = first.model
    if isinstance(model, str):
        with ranks.one_before_the_others():
            model = load_model(model, cache, progress, first.loading)
    runs: dict[str, Run] = {}
    left_out: dict[str, str] = {}
    for number, (name, asked) in enumerate(each.items(), start=1):
        progress(f"finding {number} of {len(each)}: {name}")
        folder = out / as_words(name).replace(" ", "-").replace("/", "-")
        try:
            found = diagnose_together(replace(asked, model=model), settings, folder, cache, progress, ranks)
        except InputError as error:
            left_out[name] = str(error)
            progress(f"{name} is left out: {error}")
            continue
        if found is not None:
            write_report(found.diagnosis, folder)
            runs[name] = Run(folder, found.diagnosis)
    if left_out.keys() == each.keys():
        reason = next(iter(left_out.values()))
        raise InputError(f"None of the {len(each)} findings can be diagnosed; the first: {reason}")
    if not ranks.is_first:
        return None
    named = {name: read_predictions(run.folder, run.diagnosis.classes) for name, run in runs.items()}
    result = FindingRuns(out, runs, left_out, macro_mean(named, settings.seed, settings.resamples))
    write_findings(result)
    return result
