"""The short table of several findings that the command line prints."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.diagnose.terms import StageKey
from angiogram.report.terminal import clean
from angiogram.report.wording import DASH, percent_interval
from angiogram.statistics.interval import Interval


def print_findings(
    diagnoses: Mapping[str, Diagnosis],
    mean: Mapping[StageKey, Interval],
    left_out: Mapping[str, str],
    console: Console | None = None,
) -> None:
    """One row a finding with the accuracy of every stage and where the fault stands; then their mean."""
    console = console or Console(highlight=False)
    keys: Sequence[StageKey] = tuple(mean)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("accuracy", *keys, "fault"):
        table.add_column(heading)
    for name, diagnosis in diagnoses.items():
        by_key = {stage.key: stage.accuracy for stage in diagnosis.stages}
        cells = (_percent(by_key.get(key)) for key in keys)
        fault = " or ".join(diagnosis.fault) or ("several" if diagnosis.among else DASH)
        table.add_row(clean(name), *cells, Text(fault))
    table.add_row()
    table.add_row(Text("macro mean", style="bold"), *(_percent(mean[key]) for key in keys), Text())
    console.print(table)
    for key in keys:
        console.print(clean(f"macro mean {key}: {percent_interval(mean[key])}"))
    for name, reason in left_out.items():
        console.print(clean(f"Left out: {name}: {reason}"))
    console.print("Research software, not a medical device.")


def _percent(accuracy: Interval | None) -> Text:
    return Text(DASH if accuracy is None else f"{100 * accuracy.value:.1f}")
