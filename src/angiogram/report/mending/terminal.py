"""What the command line prints of a mend: whether the answer is back, and what became of other cases."""

import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from angiogram.mend.outcome import SAYS
from angiogram.mend.result import Mending
from angiogram.report.mending.words import asked_for, left_out, not_checked
from angiogram.report.terminal import PLAIN_WIDTH, clean
from angiogram.report.wording import percent, percent_interval, points_interval


def print_mending(mending: Mending, console: Console | None = None) -> None:
    """Print it; colour and rules appear only where `console` is a terminal."""
    console = console or Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    said = [f"Repair: {mending.repair}. {mending.why}", mending.done, mending.unchanged]
    said += [sentence for sentence in (not_checked(mending), left_out(mending), asked_for(mending)) if sentence]
    parts: list[Text | Table] = [clean(mending.headline, "bold"), *map(clean, said), Text()]
    parts.append(_table(mending, plain=not console.is_terminal))
    console.print(Group(*parts, Text("Research software, not a medical device.")))


def _table(mending: Mending, plain: bool) -> Table:
    table = Table(box=None if plain else SIMPLE_HEAD, pad_edge=False, padding=(0, 3, 0, 0))
    for name in ("95 % intervals, paired", "before", "mended", "change, points", ""):
        table.add_column(name)
    for answer in mending.answers:
        table.add_row(
            clean(f"the answer {SAYS[answer.stage]} (lost of {percent(answer.target)})"),
            clean(percent_interval(answer.before)),
            clean(percent_interval(answer.after)),
            clean(points_interval(answer.recovered)),
            clean(answer.outcome),
        )
    if (guard := mending.guard) is not None:
        rows = (
            ("true answers said", guard.said_before, guard.said_after, guard.said_change),
            ("their probability", guard.probability_before, guard.probability_after, guard.probability_change),
        )
        for name, before, after, change in rows:
            shown = (percent_interval(before), percent_interval(after), points_interval(change), guard.harm)
            table.add_row(clean(f"{guard.cases}: {name}"), *map(clean, shown))
    table.add_row()
    return table
