"""The results of a model's self-check: a table for the terminal, and the same as JSON."""

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

import angiogram
from angiogram.check.checks import conclusion, sound
from angiogram.check.result import Result, Verdict
from angiogram.files import atomic_file

PLAIN_WIDTH = 200  # of a file or a pipe: a line a check
STYLE: dict[Verdict, str] = {"wrong": "bold red", "ok": "green", "warning": "yellow", "not applicable": "dim"}


def print_checks(results: Sequence[Result], console: Console | None = None) -> None:
    """Print one line a check, then the conclusion; colour and rules appear only where `console` is a terminal."""
    console = console or Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    table = Table(box=SIMPLE_HEAD if console.is_terminal else None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("check", "verdict"):
        table.add_column(heading, no_wrap=True)
    for heading in ("figure", "tolerance"):
        table.add_column(heading, no_wrap=True, justify="right")
    table.add_column("reason", overflow="fold")
    for result in results:
        finding = result.finding
        table.add_row(
            result.name,
            Text(finding.verdict, style=STYLE[finding.verdict]),
            _number(finding.figure),
            _number(finding.tolerance),
            Text(finding.reason),
        )
    console.print(table)
    console.print(Text(conclusion(results), style="bold"))


def write_checks(results: Sequence[Result], model: str, revision: str, source: str, path: Path) -> None:
    """Write the results as JSON; a figure that is not finite is null.

    Raises:
        InputError: the file cannot be written.
    """
    document: dict[str, Any] = {
        "angiogram": angiogram.__version__,
        "model": model,
        "revision": revision,
        "images": source,
        "passed": sound(results),
        "conclusion": conclusion(results),
        "checks": [
            {
                "name": result.name,
                "measured": result.measured,
                "figure": _finite(result.finding.figure),
                "tolerance": result.finding.tolerance,
                "verdict": result.finding.verdict,
                "reason": result.finding.reason,
            }
            for result in results
        ],
    }
    with atomic_file(path) as temporary:
        temporary.write_text(json.dumps(document, indent=1) + "\n")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}"


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
