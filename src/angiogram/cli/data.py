"""`angiogram data ...`: look at labelled images before a model does."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from angiogram.cli.data_radiographs import Radiographs
from angiogram.cli.data_table import AnnotationTable
from angiogram.cli.data_view import ViewTable
from angiogram.cli.options import CasesOptions
from angiogram.cli.progress import printed

if TYPE_CHECKING:
    from angiogram.data.cases import Cases

SOMETHING_FOUND = 1
_SHOWN = 5  # reasons why cases are set aside
_LOOKED_AT = 500  # images that are read to see whether they can be
_ALWAYS = "--group-pattern, --ignore-split, --class-names, --leave-out."
_COLUMNS = "--image-column, --label-column, --group-column, --split-column"


@dataclass(frozen=True)
class Inspect(CasesOptions):
    """Say what was taken for class, patient, split and image, count the cases, and draw a contact sheet.

    Example: angiogram data inspect phantom
    """

    cases: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="CASES")]
    """phantom, phantom-shifted, phantom-volumes, a folder with one subfolder a class, a table (.csv, .tsv, .jsonl,
    .parquet) with a row an image, a MedMNIST .npz, an annotation table, NAME:FOLDER of a named source, or a hub id"""
    out: Path | None = None
    """where the contact sheet goes (default: contact-sheet-NAME.png here)"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""
    pictures: Literal["auto", "all", "none"] = "auto"
    """which are drawn: auto (all but those of which the file says that text is burned into the pixels), all, none"""

    def run(self) -> None:
        """Print the counts, what must be known about the data, and the sheet's path."""
        from rich.console import Console
        from rich.table import Table

        from angiogram.cache import default_cache
        from angiogram.data.contact_sheet import class_counts, contact_sheet

        cases = self.open_cases(self.cases, self.cache or default_cache())
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
        for sentence in (*_unreadable(cases), *_one_sided(cases), *_otherwise(Path(self.cases))):
            console.print(f"- {sentence}", markup=False, highlight=False)
        for doubt in cases.doubts:
            console.print(f"? {doubt}", markup=False, highlight=False)
        if cases.doubts:
            console.print("A diagnosis stops here until that is said.", markup=False, highlight=False)
        sheet = self.out or Path(f"contact-sheet-{cases.name.replace('/', '-')}.png")
        contact_sheet(cases, sheet, pictures=self.pictures)
        print(sheet)


@dataclass(frozen=True)
class Split(CasesOptions):
    """Write down which case teaches and which is judged: the set's own split, or grouped stratified folds.

    Example: angiogram data split phantom --out split.csv
    """

    cases: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="CASES")]
    """phantom, phantom-shifted, phantom-volumes, a folder with one subfolder a class, a table (.csv, .tsv, .jsonl,
    .parquet) with a row an image, a MedMNIST .npz, an annotation table, NAME:FOLDER of a named source, or a hub id"""
    out: Path
    """a CSV with one row a case: id, label, group, and the fold that judges it (empty: it is not judged)"""
    folds: int = 5
    """folds where the set has no split of its own"""
    seed: int = 0
    """of the folds"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""

    def run(self) -> None:
        """Assign, write the table and print what was done."""
        import csv

        from angiogram.cache import default_cache
        from angiogram.data.divide import clean, divide
        from angiogram.data.intake import examine
        from angiogram.files import atomic_file

        examined = examine(self.open_cases(self.cases, self.cache or default_cache()), printed)
        examined, splits = divide(examined, self.folds, self.seed)
        cases, splits = examined.cases, clean(examined.cases, splits)
        judged_in = {int(case): fold for fold, (_, test) in enumerate(splits.pairs) for case in test}
        with atomic_file(self.out) as path, path.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["case_id", "label", "group", "fold"])
            table.writerows([row.id, row.label, row.group, judged_in.get(i, "")] for i, row in enumerate(cases.rows))
        for each in examined.quarantined[:_SHOWN]:
            print(f"set aside: {each.reason}")
        print(f"{cases.name}: {splits.described}")
        print(self.out)


def _otherwise(path: Path) -> list[str]:
    """Which options say otherwise what was found; none for a set that comes with the program or from the hub."""
    if not path.exists():
        return []
    found = f"--folders, --masks, {_ALWAYS} --label-column takes a table below." if path.is_dir() else ""
    return [f"To say otherwise: {found or f'{_COLUMNS}, {_ALWAYS}'}"]


def _one_sided(cases: "Cases") -> list[str]:
    """What is wrong with the set's own split, where a diagnosis would stop for it."""
    from angiogram.data.splits import assign
    from angiogram.errors import InputError

    if cases.has_split:
        try:
            assign(cases, 2, 0)
        except InputError as error:
            return [str(error)]
    return []


def _unreadable(cases: "Cases") -> list[str]:
    """What is to be said of images that cannot be read, by those that are looked at."""
    from angiogram.data.intake import glance

    looked_at, bad = glance(cases, _LOOKED_AT)
    if not bad:
        return []
    of = "images" if looked_at == len(cases) else f"images that were looked at, of {len(cases)},"
    return [f"{len(bad)} of {looked_at} {of} cannot be read, and are set aside; the first: {bad[0].reason}"]


@dataclass(frozen=True)
class Audit(CasesOptions):
    """Look for duplicates and groups on both sides of the split, and for duplicates with two labels.

    Exit status: 0 when nothing is found, 1 when something is on both sides or labelled twice, 2 for bad input.

    Example: angiogram data audit path/to/images --sheet pairs.png
    """

    cases: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="CASES")]
    """phantom, phantom-shifted, phantom-volumes, a folder with one subfolder a class, a table (.csv, .tsv, .jsonl,
    .parquet) with a row an image, a MedMNIST .npz, an annotation table, NAME:FOLDER of a named source, or a hub id"""
    out: Path | None = None
    """a JSON file with every pair"""
    sheet: Path | None = None
    """a PNG with the worst pairs side by side"""
    most: int = 20
    """pairs that are printed, worst first"""
    folds: int = 5
    """folds where the set has no split of its own"""
    seed: int = 0
    """of the folds"""
    cache: Path | None = None
    """folder for converted models and images (default: the user's cache)"""
    pictures: Literal["auto", "all", "none"] = "auto"
    """which are drawn: auto (all but those of which the file says that text is burned into the pixels), all, none"""

    def run(self) -> None:
        """Print the findings, write what was asked for, and exit with 1 where something was found."""
        from angiogram.cache import default_cache
        from angiogram.cli.auditing import print_audit
        from angiogram.data.audit.audit import audit
        from angiogram.data.audit.document import write_audit
        from angiogram.data.audit.sheet import pair_sheet
        from angiogram.data.divide import divide
        from angiogram.data.intake import examine

        examined = examine(self.open_cases(self.cases, self.cache or default_cache()), printed)
        examined, splits = divide(examined, self.folds, self.seed)
        found = audit(examined, splits)
        print_audit(found, examined, splits, max(0, self.most))
        if self.sheet is not None:
            pair_sheet(found, examined.cases, self.sheet, self.pictures)
            print(self.sheet)
        if self.out is not None:
            write_audit(found, examined.cases, splits, self.out)
            print(self.out)
        if not found.clean:
            sys.exit(SOMETHING_FOUND)


@dataclass(frozen=True)
class Data:
    """Look at labelled images (inspect), see how they are divided (split), and what is on both sides (audit).

    Example: angiogram data inspect phantom
    """

    verb: (
        Annotated[Inspect, tyro.conf.subcommand("inspect")]
        | Annotated[Split, tyro.conf.subcommand("split")]
        | Annotated[Audit, tyro.conf.subcommand("audit")]
        | Annotated[AnnotationTable, tyro.conf.subcommand("table")]
        | Annotated[ViewTable, tyro.conf.subcommand("view")]
        | Annotated[Radiographs, tyro.conf.subcommand("radiographs")]
    )

    def run(self) -> None:
        """Run the chosen verb."""
        self.verb.run()
