"""What the command line prints of an evaluation: how answers were read, then tasks and metrics in three conditions."""

import sys

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from angiogram.evaluate.result import Evaluation, TaskResult
from angiogram.report.terminal import PLAIN_WIDTH, clean
from angiogram.report.wording import percent, score_interval


def print_evaluation(evaluation: Evaluation, console: Console | None = None) -> None:
    """Print every task; colour and rules appear only where `console` is a terminal."""
    console = console or Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    asked = sum(task.entries for task in evaluation.tasks)
    split = f", split {evaluation.split}" if evaluation.split else ""
    parts: list[Text | Table] = [
        clean(
            f"{evaluation.model} on {evaluation.table}{split}: {asked} of {evaluation.given} entries were asked.",
            "bold",
        ),
        *(clean(sentence) for sentence in (*evaluation.statements, *evaluation.notes)),
    ]
    if evaluation.set_aside:
        first = evaluation.set_aside[0]
        parts.append(
            clean(
                f"{len(evaluation.set_aside)} set aside, with those that were asked in vain; the first, {first.id}: "
                f"{first.reason}."
            )
        )
    plain = not console.is_terminal
    for task in evaluation.tasks:
        parts += [Text(), clean(_heading(task), "bold"), _outcomes(task, plain), _metrics(task, plain)]
        if task.unsayable:
            first = task.unsayable[0]
            parts.append(clean(f"{len(task.unsayable)} targets cannot be said; the first, {first.id}: {first.reason}."))
    console.print(Group(*parts, Text(), Text("Research software, not a medical device.")))


def _heading(task: TaskResult) -> str:
    return (
        f"{task.task}: {task.entries} entries of {task.groups} groups, answers of at most {task.longest_answer} tokens"
    )


def _table(plain: bool, *columns: str) -> Table:
    table = Table(box=None if plain else SIMPLE_HEAD, pad_edge=False, padding=(0, 3, 0, 0))
    for column in columns:
        table.add_column(column)
    return table


def _outcomes(task: TaskResult, plain: bool) -> Table:
    table = _table(plain, "image", "asked", "failed", "read", "unparsed", "refused", "empty", "cut off")
    for each in task.outcomes:
        name = f"{each.condition} (grey)" if each.grey else each.condition
        counts = (each.unparsed, each.refused, each.empty, each.cut_off)
        table.add_row(name, str(each.asked), str(each.failed), percent(each.parse_rate), *map(str, counts))
    return table


def _metrics(task: TaskResult, plain: bool) -> Table:
    table = _table(plain, "metric, 95 % interval", "n", "real", "blind", "other", "real - blind", "real - other")
    for each in task.metrics:
        if each.not_assessed is not None:
            table.add_row(clean(each.name), str(each.cases), clean(f"not assessed: {each.not_assessed}"))
            continue
        cells = (each.real, each.blind, each.other, each.real_minus_blind, each.real_minus_other)
        table.add_row(clean(each.name), str(each.cases), *(clean(score_interval(cell)) for cell in cells))
    return table
