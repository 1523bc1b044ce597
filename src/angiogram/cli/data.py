"""`angiogram data ...`: look at labelled images before a model does."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import tyro

from angiogram.cli.progress import printed


@dataclass(frozen=True)
class Inspect:
    """Count the cases of a labelled image set and draw a contact sheet.

    Example: angiogram data inspect phantom
    """

    cases: tyro.conf.Positional[str]
    """phantom, phantom-shifted, a folder with one subfolder a class, or a MedMNIST .npz"""
    out: Path | None = None
    """where the contact sheet goes (default: contact-sheet-NAME.png here)"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""

    def run(self) -> None:
        """Print the counts, what must be known about the data, and the sheet's path."""
        from rich.console import Console
        from rich.table import Table

        from angiogram.cache import default_cache
        from angiogram.data.contact_sheet import class_counts, contact_sheet
        from angiogram.data.sources import open_cases

        cases = open_cases(self.cases, self.cache or default_cache(), printed)
        counts = class_counts(cases)
        parts = [part for part in ("train", "test", "unassigned") if any(getattr(count, part) for count in counts)]
        table = Table(title=f"{cases.name}: {len(cases)} cases, {len(cases.classes)} classes")
        table.add_column("class")
        for heading in (*parts, "groups"):
            table.add_column(heading, justify="right")
        for count in counts:
            table.add_row(count.label, *(str(getattr(count, part)) for part in (*parts, "groups")))
        totals = [sum(getattr(count, part) for count in counts) for part in parts]
        table.add_section()
        table.add_row("all", *map(str, totals), str(len({row.group for row in cases.rows})))
        console = Console()
        console.print(table)
        for statement in cases.statements:
            console.print(f"- {statement}", markup=False, highlight=False)
        sheet = self.out or Path(f"contact-sheet-{cases.name}.png")
        contact_sheet(cases, sheet)
        print(sheet)


@dataclass(frozen=True)
class Data:
    """Look at labelled images: `inspect` counts the cases and draws a contact sheet.

    Example: angiogram data inspect phantom
    """

    action: tyro.conf.Positional[Literal["inspect"]]
    """what to do with the set"""
    cases: tyro.conf.Positional[str]
    """phantom, phantom-shifted, a folder with one subfolder a class, or a MedMNIST .npz"""
    out: Path | None = None
    """where the contact sheet goes (default: contact-sheet-NAME.png here)"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""

    def run(self) -> None:
        """Do it."""
        Inspect(self.cases, self.out, self.cache).run()
