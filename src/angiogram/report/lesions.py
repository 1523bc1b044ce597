"""What `angiogram lesion` prints: every lesion, then planted against diagnosed."""

import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from angiogram.diagnose.terms import MODES, StageKey
from angiogram.lesion.matrix import FELL, Matrix
from angiogram.lesion.suite import Suite
from angiogram.lesion.summary import Summary
from angiogram.report.terminal import PLAIN_WIDTH, clean
from angiogram.report.wording import DASH, percent, points

SHOWN: tuple[StageKey, ...] = ("V", "C", "U", "S", "G")


def print_lesions(suite: Suite, found: Summary, console: Console | None = None) -> None:
    """Print both tables and two sentences."""
    console = console or Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    box = SIMPLE_HEAD if console.is_terminal else None
    console.print(_outcomes(suite, Table(box=box, pad_edge=False, padding=(0, 2, 0, 0))))
    console.print()
    console.print(_planted(found.verdict, Table(box=box, pad_edge=False, padding=(0, 2, 0, 0))))
    console.print()
    console.print(clean(_said(found)))


def _outcomes(suite: Suite, table: Table) -> Table:
    for title in ("lesion", "strength", "seed", *SHOWN, "answer falls", "planted", "diagnosed", "changed first"):
        table.add_column(
            title, justify="left" if title in ("lesion", "planted", "diagnosed", "changed first") else "right"
        )
    for outcome in (suite.healthy, *suite.outcomes):
        table.add_row(
            outcome.lesion or "none",
            f"{outcome.strength:g}",
            str(outcome.seed),
            *(clean(percent(outcome.accuracies[key])) for key in SHOWN),
            clean(points(outcome.fall)),
            outcome.planted or DASH,
            outcome.diagnosed or DASH,
            outcome.changed or DASH,
        )
    return table


def _planted(matrix: Matrix, table: Table) -> Table:
    for title in ("planted / diagnosed", *MODES, "nothing new"):
        table.add_column(title, justify="left" if "/" in title else "right")
    for mode, counts in zip(MODES, matrix.counts, strict=True):
        table.add_row(mode, *map(str, counts))
    return table


def _said(found: Summary) -> str:
    right = (
        f"In {found.verdict.runs} of {found.runs} runs the answer fell by {points(FELL)} points or more; the diagnosis "
        f"named the planted stage in {percent(found.verdict.right)} of them, a comparison with the model as it is in "
        f"{percent(found.change.right)}."
        if found.verdict.runs
        else f"In none of {found.runs} runs did the answer fall by {points(FELL)} points."
    )
    weak = found.weak.misled
    others = f" Of the other {found.weak.runs}, {weak or 'none'} named another stage." if found.weak.runs else ""
    alarms = f"{percent(found.false_alarms)} of {found.draws} draws of patients raised a new alarm"
    whole = "a loss is present in the model as it is" if found.healthy else "no loss is present in the model as it is"
    return f"{right}{others} Without a lesion {whole}, and {alarms}."
