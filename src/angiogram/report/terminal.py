"""The short table that the command line prints: headlines, stages, verdicts; several diagnoses stand side by side."""

import re
import sys
from collections.abc import Sequence
from itertools import chain

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.diagnose.terms import Mode, StageKey, State
from angiogram.report.wording import DASH, MINUS, NOT_KNOWN, SPACE, change, percent_interval

PLAIN_WIDTH = 160  # of a file or a pipe, which has no width of its own
STYLE: dict[State, str] = {"present": "bold red", "absent": "green", "undetermined": "yellow", "not assessed": "dim"}


def print_summary(diagnoses: Sequence[Diagnosis], console: Console | None = None) -> None:
    """Print the table; colour and rules appear only where `console` is a terminal."""
    console = console or Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    parts: list[Text | Table] = []
    for diagnosis in diagnoses:
        parts.append(clean(diagnosis.headline, "bold"))
        parts += [clean(sentence) for sentence in diagnosis.proof]
        parts += [clean(f"Not assessed: {sentence}") for sentence in diagnosis.not_assessed]
        parts += [clean(f"Warning: {sentence}") for sentence in diagnosis.warnings]
        parts.append(Text())
    if diagnoses:
        parts += [_table(diagnoses, plain=not console.is_terminal), Text("Research software, not a medical device.")]
    console.print(Group(*parts))


def summary(diagnoses: Sequence[Diagnosis], width: int = 100) -> str:
    """The same as plain text, without colour or control characters."""
    console = Console(width=width, no_color=True, force_terminal=False, highlight=False, legacy_windows=False)
    with console.capture() as capture:
        print_summary(diagnoses, console)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def _table(diagnoses: Sequence[Diagnosis], plain: bool) -> Table:
    table = Table(box=None if plain else SIMPLE_HEAD, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("accuracy, 95 % interval")
    for diagnosis in diagnoses:
        table.add_column(clean(diagnosis.model), overflow="fold")
    for key, title in _stages(diagnoses):
        cells = [next((s.accuracy for s in d.stages if s.key == key), None) for d in diagnoses]
        table.add_row(clean(f"{key} {title}"), *(clean(percent_interval(cell)) for cell in cells))
    shares = (percent_interval(diagnosis.utilisation.share) for diagnosis in diagnoses)
    table.add_row(
        "Utilisation: S over the probe at C",
        *(clean(share if share != NOT_KNOWN else "not measured") for share in shares),
    )
    table.add_row()
    table.add_row(Text("verdict: points of accuracy", style="bold"), *(Text() for _ in diagnoses))
    for mode, title in _modes(diagnoses):
        table.add_row(clean(title), *(_verdict(diagnosis, mode) for diagnosis in diagnoses))
    table.add_row("All steps", *(clean(change(diagnosis.total, unit="")) for diagnosis in diagnoses))
    return table


def _stages(diagnoses: Sequence[Diagnosis]) -> list[tuple[StageKey, str]]:
    titles = {stage.key: stage.title for stage in chain.from_iterable(d.stages for d in reversed(diagnoses))}
    order: tuple[StageKey, ...] = ("R", "V", "C", "I", "U", "S", "G")
    return [(key, titles[key]) for key in order if key in titles]


def _modes(diagnoses: Sequence[Diagnosis]) -> list[tuple[Mode, str]]:
    titles = {verdict.mode: verdict.title for verdict in chain.from_iterable(d.verdicts for d in reversed(diagnoses))}
    order: tuple[Mode, ...] = ("vision", "connector", "comprehension", "mapping")
    return [(mode, titles[mode]) for mode in order if mode in titles]


def _verdict(diagnosis: Diagnosis, mode: Mode) -> Text:
    for verdict in diagnosis.verdicts:
        if verdict.mode == mode:
            loss = "" if verdict.loss is None else f": {change(verdict.loss, unit='')}"
            return Text.assemble((verdict.state, STYLE[verdict.state]), clean(loss))
    return Text()


def clean(text: str, style: str = "") -> Text:
    """Text without control characters (a model's own words could write over the screen), numbers in plain ASCII."""
    text = re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", text).replace(SPACE, " ")
    return Text(text.replace(MINUS, "-").replace(DASH, "-"), style=style)
