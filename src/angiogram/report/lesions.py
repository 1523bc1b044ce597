"""What `angiogram lesion` prints: every lesion, then planted against diagnosed."""

import sys
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from angiogram.diagnose.terms import Fault, StageKey
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
    for reason in suite.left_out:
        console.print(clean(f"Left out: {reason}"))


def _outcomes(suite: Suite, table: Table) -> Table:
    for title in ("lesion", "strength", "seed", *SHOWN, "answer falls", "planted", "diagnosed", "changed first"):
        table.add_column(
            title, justify="left" if title in ("lesion", "planted", "diagnosed", "changed first") else "right"
        )
    for outcome in (suite.healthy, *suite.outcomes, *suite.harmless):
        table.add_row(
            outcome.lesion or "none",
            f"{outcome.strength:g}",
            str(outcome.seed),
            *(clean(percent(outcome.accuracies[key])) for key in SHOWN),
            clean(points(outcome.fall)),
            *(_either(named) for named in (outcome.planted, outcome.diagnosed, outcome.changed)),
        )
    return table


def _planted(matrix: Matrix, table: Table) -> Table:
    for title in ("planted / diagnosed", *(_either(named, "nothing new") for named in matrix.diagnosed)):
        table.add_column(title, justify="left" if "/" in title else "right")
    for truth, counts in zip(matrix.planted, matrix.counts, strict=True):
        table.add_row(_either(truth), *map(str, counts))
    return table


def _either(faults: Sequence[Fault], nothing: str = DASH) -> str:
    return " or ".join(faults) or nothing


def _said(found: Summary) -> str:
    right = (
        f"In {found.verdict.runs} of {found.runs} runs the answer fell by {points(FELL)} points or more; the diagnosis "
        f"named what was planted in {percent(found.verdict.right)} of them, a comparison with the model as it is in "
        f"{percent(found.change.right)}."
        if found.verdict.runs
        else f"In none of {found.runs} runs did the answer fall by {points(FELL)} points."
    )
    weak = found.weak.misled
    others = f" Of the other {found.weak.runs}, {weak or 'none'} named another fault." if found.weak.runs else ""
    harmless = "" if found.harmless is None else f" Of the harmless changes {percent(found.harmless)} raised an alarm."
    alarms = f"in {percent(found.false_alarms)} of {found.draws} draws of patients another is"
    whole = f"{'a' if found.healthy else 'no'} fault is named of the model as it is"
    return f"{right}{others}{harmless} Without a lesion {whole}, and {alarms}."
