"""What the command line prints of a comparison: the sentence, what weakens it, then stages, losses and verdicts."""

import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from angiogram.compare.comparison import Comparison, Contrast, StageChange
from angiogram.report.terminal import PLAIN_WIDTH, STYLE, clean
from angiogram.report.wording import change, p_value, percent_interval, points_interval


def print_comparison(comparison: Comparison, console: Console | None = None) -> None:
    """Print every contrast; colour and rules appear only where `console` is a terminal."""
    console = console or Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    parts: list[Text | Table] = [
        clean(f"{comparison.cases}: the same {comparison.evaluated} cases in {comparison.groups} groups."),
        Text(),
    ]
    for contrast in comparison.contrasts:
        parts += [clean(contrast.headline, "bold"), clean(contrast.proof)]
        parts += [clean(sentence) for sentence in contrast.located.evidence]
        parts += [clean(f"Warning: {sentence}") for sentence in contrast.warnings]
        if contrast.unread:
            parts.append(clean(f"Baseline's probe: {contrast.unread}"))
        parts += [Text(), _table(comparison.baseline.name, contrast, plain=not console.is_terminal)]
    console.print(Group(*parts, Text("Research software, not a medical device.")))


def _table(baseline: str, contrast: Contrast, plain: bool) -> Table:
    table = Table(box=None if plain else SIMPLE_HEAD, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("accuracy, 95 % interval")
    for name in (baseline, contrast.run.name):
        table.add_column(clean(name), overflow="fold")
    table.add_column("change, points")
    table.add_column("Holm")
    for stage in contrast.stages:
        _add_stage(table, stage)
    if contrast.readers:
        table.add_row()
        table.add_row(Text("read by the baseline's probe", style="bold"))
    for stage in contrast.readers:
        _add_stage(table, stage)
    table.add_row()
    table.add_row(Text("loss: points of accuracy", style="bold"))
    for step in contrast.steps:
        table.add_row(
            clean(f"{step.start}-{step.end} {step.title}"),
            clean(change(step.before, unit="")),
            clean(change(step.after, unit="")),
            clean(points_interval(step.change)),
        )
    table.add_row("All steps", "", "", clean(points_interval(contrast.total)))
    table.add_row()
    table.add_row(Text("verdict", style="bold"))
    for verdict in contrast.verdicts:
        states = (Text(state, style=STYLE[state]) for state in (verdict.before, verdict.after))
        table.add_row(clean(verdict.title), *states)
    table.add_row()
    return table


def _add_stage(table: Table, stage: StageChange) -> None:
    table.add_row(
        clean(f"{stage.key} {stage.title}"),
        clean(percent_interval(stage.before)),
        clean(percent_interval(stage.after)),
        clean(points_interval(stage.change), "bold" if stage.changed else ""),
        clean("not tested" if stage.p_adjusted is None else p_value(stage.p_adjusted)),
    )
