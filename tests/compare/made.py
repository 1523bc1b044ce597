"""Real run folders of the tiny model, and copies in which something is known to be different."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from angiogram.data.cases import Cases
from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.diagnose.run import Diagnosed, diagnose
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.predictions import PREDICTIONS, read_predictions
from angiogram.model.load import LoadedModel
from angiogram.report.disk import read_report, write_report
from angiogram.report.document import from_document
from angiogram.statistics.bootstrap import resample_groups

SETTINGS = Settings(permutations=20, resamples=400, batch_size=16, seed=3)


def made_run(loaded: LoadedModel, cases: Cases, out: Path, settings: Settings = SETTINGS) -> Diagnosed:
    """A whole run, with its report."""
    examined = examine(cases)
    splits = assign(examined.cases, 3, 0)
    diagnosed = diagnose(loaded, examined, splits, None, settings, out, out.parent / "cache", lambda _: None)
    assert diagnosed is not None
    write_report(diagnosed.diagnosis, out)
    return diagnosed


def copied(run: Path, out: Path) -> Path:
    """The same run in another folder, without its features."""
    return Path(shutil.copytree(run, out, ignore=shutil.ignore_patterns("features")))


def edited(run: Path, out: Path, column: str, edit: Callable[[list], list]) -> Path:
    """A copy with one column of its predictions changed, the report left as it is."""
    table = parquet.read_table(copied(run, out) / PREDICTIONS)
    place = table.schema.get_field_index(column)
    values = pa.array(edit(table[column].to_pylist()), table.schema.field(column).type)
    parquet.write_table(table.set_column(place, column, values), out / PREDICTIONS)
    return out


def answering(run: Path, out: Path, key: str, edit: Callable[[list], list]) -> Path:
    """A copy in which one stage names other classes, in the predictions and in the report."""
    edited(run, out, f"stage.{key}", edit)
    diagnosis = from_document(read_report(out))
    named = read_predictions(out, diagnosis.classes)
    resamples = resample_groups(named.group_numbers, SETTINGS.seed, SETTINGS.resamples)
    found = resamples.accuracy(named.stages[key] == named.labels).interval()
    stages = tuple(replace(s, accuracy=found) if s.key == key else s for s in diagnosis.stages)
    write_report(replace(diagnosis, stages=stages), out)
    return out
