"""conflict.json, and the tug-of-war on the terminal: the index of every task on every module."""

import json
import sys
from pathlib import Path

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from angiogram.files import atomic_file
from angiogram.plain import plain
from angiogram.report.expert_use import expert_tables, said
from angiogram.report.published import CONFLICT
from angiogram.report.schema import validate
from angiogram.report.terminal import PLAIN_WIDTH, clean
from angiogram.train.conflict.result import TugOfWar


def write_tug_of_war(found: TugOfWar, path: Path) -> Path:
    """Write conflict.json, validated and whole or not at all.

    Raises:
        InputError: the disk is full or the file cannot be written.
    """
    document = {"format": CONFLICT.version, "schema": CONFLICT.identifier, **plain(found)}
    validate(document, str(path), CONFLICT)
    with atomic_file(path) as temporary:
        temporary.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
    return path


def print_tug_of_war(found: TugOfWar, console: Console | None = None) -> None:
    """Print the indexes, a row a module; below 1 a task is pulled back by the others, above 1 it is pulled along."""
    console = console or Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    table = Table(title="index: 1 alone, less where other tasks pull against it", box=None, padding=(0, 2, 0, 0))
    table.add_column("module", no_wrap=True)
    for task in found.tasks:
        table.add_column(task, justify="right")
    for module in found.modules:
        table.add_row(module.name, *map(said, module.conflict.index))
    what = f"{found.model}: {found.batches} batches of {found.samples} entries of each of {len(found.tasks)} tasks."
    console.print(Group(clean(what, "bold"), table))
    if found.experts is not None:
        console.print(expert_tables(found.experts, found.tasks))
    console.print(Text("In brackets: 95 % intervals over batches."))
