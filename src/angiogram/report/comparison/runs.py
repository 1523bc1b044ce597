"""Run folders opened for a comparison: report.json, predictions.parquet and config.json of each."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from angiogram.compare.config import CONFIG, read_config
from angiogram.compare.finished import Finished
from angiogram.compare.stored import kept_features
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.predictions import PREDICTIONS, read_predictions
from angiogram.errors import InputError
from angiogram.report.disk import JSON_NAME, read_report
from angiogram.report.document import from_document

_ROUNDING = 1e-9


def open_runs(folders: Sequence[Path]) -> tuple[Finished, ...]:
    """The runs in these folders, each under a name of its own.

    Raises:
        InputError: a folder is given twice or holds no finished run with predictions; says what to do.
    """
    whole = [folder.resolve() for folder in folders]
    for i, folder in enumerate(whole):
        if folder in whole[:i]:
            raise InputError(f"The run '{folders[i]}' is given twice; a comparison needs different runs.")
    return tuple(_open(folder, name) for folder, name in zip(folders, _names(whole), strict=True))


def _open(folder: Path, name: str) -> Finished:
    _check(folder)
    diagnosis = from_document(read_report(folder))
    config = read_config(folder)
    predictions = read_predictions(folder, diagnosis.classes)
    features, unread = None, ""
    try:
        features = kept_features(folder, diagnosis, predictions, config.fingerprint)
    except InputError as error:  # nothing but the frozen reader needs them
        unread = str(error)
    run = Finished(
        name=name,
        diagnosis=diagnosis,
        predictions=predictions,
        config=config.choices,
        seed=Settings.seed if config.seed is None else config.seed,
        resamples=Settings.resamples if config.resamples is None else config.resamples,
        features=features,
        unread=unread,
    )
    stated = {fact.name: fact.value for fact in diagnosis.provenance}
    if stated.get("seed", str(run.seed)) != str(run.seed):
        raise InputError(
            f"'{folder / CONFIG}' and '{folder / JSON_NAME}' are not of the same run: the seed is {run.seed} in one, "
            f"{stated['seed']} in the other; run `angiogram diagnose` again with this folder as --out."
        )
    for stage in diagnosis.stages:
        right = run.readings.get(stage.key)
        if stage.accuracy is not None and (right is None or abs(np.mean(right) - stage.accuracy.value) > _ROUNDING):
            raise InputError(
                f"'{folder / PREDICTIONS}' and '{folder / JSON_NAME}' are not of the same run: they disagree about the "
                f"accuracy at {stage.key}; run `angiogram diagnose` again with this folder as --out."
            )
    return run


def _check(folder: Path) -> None:
    """Refuse what is not a run folder that can be compared.

    Raises:
        InputError: says what it is and what to do.
    """
    if not folder.is_dir():
        raise InputError(f"'{folder}' is not a run folder: there is no such folder.")
    report, predictions, config = ((folder / name).is_file() for name in (JSON_NAME, PREDICTIONS, CONFIG))
    again = "run `angiogram diagnose` again with this folder as --out"
    if not report and not config:
        raise InputError(f"'{folder}' is not a run folder: it holds neither {JSON_NAME} nor {CONFIG}.")
    if not report:
        raise InputError(f"The run in '{folder}' is unfinished: it has no {JSON_NAME}; {again}, and it goes on.")
    if not predictions:
        raise InputError(
            f"The run in '{folder}' is of an older version or incomplete: it has no {PREDICTIONS}; {again}."
        )


def _names(folders: Sequence[Path]) -> list[str]:
    """The last parts of each path, as many as tell all of them apart.

    >>> _names([Path("/a/x/run"), Path("/a/y/run")]), _names([Path("/runs/demo"), Path("/runs/demo-tuned")])
    (['x/run', 'y/run'], ['demo', 'demo-tuned'])
    """
    for depth in range(1, max((len(folder.parts) for folder in folders), default=1)):
        names = ["/".join(folder.parts[-depth:]) for folder in folders]
        if len(set(names)) == len(names):
            return names
    return [str(folder) for folder in folders]
