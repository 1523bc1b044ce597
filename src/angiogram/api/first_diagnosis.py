"""The diagnosis that a mend begins with: a finished one of the same model and cases, or one that is made now."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from angiogram.api.run import Run, open_run
from angiogram.api.subject import Asked, Opened, loaded_of, opened, opened_cases
from angiogram.cache import Progress
from angiogram.compare.config import read_config
from angiogram.data.divide import divide
from angiogram.data.intake import examine
from angiogram.data.splits import subset
from angiogram.diagnose.collect.fingerprint import fingerprint
from angiogram.diagnose.collect.plan import plan
from angiogram.diagnose.run import diagnose
from angiogram.diagnose.settings import Settings
from angiogram.errors import InputError
from angiogram.mend.held_out import with_split
from angiogram.probe.evaluate import evaluated_cases
from angiogram.report.disk import JSON_NAME, write_report
from angiogram.tap.store import OTHER

CASES, VERSIONS = "cases", "versions"  # of libraries, which change no weight


def opened_apart(asked: Asked, cache: Path, progress: Progress) -> tuple[Opened, bool]:
    """Model and cases, one part of which is held out: the set's own test part, or the first of its folds.

    Returns:
        (model and cases; whether the split is the set's own).

    Raises:
        InputError: as `opened`.
    """
    cases = opened_cases(asked, cache, progress)  # refused before the model is loaded
    loaded = loaded_of(asked, cache, progress)
    asked = replace(asked, model=loaded)
    if isinstance(asked.cases, str) and loaded.slices is not None:
        cases = opened_cases(asked, cache, progress)  # whole
    own = cases.has_split
    if not own:
        some = examine(subset(cases, asked.train_cases, asked.test_cases, asked.seed), progress)
        cases = with_split(*divide(some, asked.folds, asked.seed))
        asked = replace(asked, train_cases=None, test_cases=None)
        progress("the set has no split of its own: the first fold is held out, and no repair learns from it")
    return opened(replace(asked, cases=cases, leave_out=(), question=None), cache, progress), own


def first_diagnosis(
    subject: Opened, own_split: bool, settings: Settings, folder: Path, cache: Path, progress: Progress
) -> Run:
    """The finished run in this folder; where there is none it is made, or goes on.

    Args:
        subject: model and cases.
        own_split: whether the set brought its split.
        settings: of a run that is to be made; a finished one keeps its own.
        folder: of the run.
        cache: for features of random twins.
        progress: receives plain lines.

    Raises:
        InputError: the folder holds a run of something else, or the diagnosis cannot be made.
    """
    if not (folder / JSON_NAME).is_file():
        progress(f"first diagnosis: {folder}")
        loaded, examined, splits = subject.loaded, subject.examined, subject.splits
        found = diagnose(loaded, examined, splits, subject.reference, settings, folder, cache, progress)
        assert found is not None  # alone, this is the first rank
        write_report(found.diagnosis, folder)
        return Run(folder, found.diagnosis)
    run = open_run(folder)
    made = read_config(folder).fingerprint
    for key, value in identity(subject, run.settings).items():
        if key == VERSIONS or made.get(key) == value:
            continue
        if key == CASES and not own_split:
            raise InputError(
                f"The finished run '{folder}' is not of these cases with the first fold held out: a run over folds "
                "judges every case, and a repair learns from some. Leave --run-folder out, and such a run is made."
            )
        raise InputError(
            f"The finished run '{folder}' was made with {OTHER.get(key, f'another {key}')}; give the model, the "
            "cases and the options that it was made with, or another run folder with --run-folder."
        )
    progress(f"finished diagnosis: {folder}")
    return run


def identity(subject: Opened, settings: Settings) -> dict[str, str]:
    """The fingerprint of the features that a run of these would have."""
    cases = subject.examined.cases
    asked = np.zeros(len(cases), dtype=bool)
    asked[evaluated_cases(subject.splits.pairs, len(cases))] = True
    return fingerprint(plan(subject.loaded, cases, asked, settings.orders), cases, subject.examined.hashes)
