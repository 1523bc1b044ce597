"""`angiogram data table ...`: from files and labels to one annotation table."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from angiogram.cli.progress import printed

if TYPE_CHECKING:
    import polars as pl

_SHOWN = 5  # reasons why rows are set aside
_SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class AnnotationTable:
    """Make one annotation table of tables, conversations, named sources and labelled images, and say what is in it.

    Rows that break a rule are set aside with the reason, in NAME.set-aside.csv beside the output; with those that are
    accepted they are all that was given.

    Example: angiogram data table answers.csv conversations.json --out table.parquet
    """

    sources: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="SOURCE...")]
    """annotation tables (.csv, .tsv, .jsonl, .json, .parquet, a folder of Hugging Face datasets), conversations of
    LLaVA or MedM-VL (.json, .jsonl), named sources as NAME:FOLDER, or labelled images as `inspect` takes them"""
    out: Path
    """the table: .parquet, .csv, .tsv, .jsonl, .json (conversations), or a name without suffix (a folder that
    datasets.load_dataset opens)"""
    image_folder: Path | None = None
    """where paths of images start (default: the folder that a table names, or its own)"""
    uncertain: Literal["ignore", "negative", "positive"] = "ignore"
    """what becomes of findings that a named source calls uncertain: not judged, absent, or present"""
    licence: str | None = None
    """of entries that name none"""
    layout: Literal["llava", "medm-vl"] = "llava"
    """of conversations that are written: llava (image is a path), medm-vl (image and image3d are lists of paths)"""
    cache: Path | None = None
    """folder for unpacked archives (default: the user's cache)"""

    def run(self) -> None:
        """Read, check, print what is there, and write the table and what is set aside."""
        import polars as pl

        from angiogram.cache import default_cache
        from angiogram.data.annotations.formats.write import need_format, write_as
        from angiogram.data.annotations.given import judged
        from angiogram.data.annotations.join import joined
        from angiogram.data.annotations.named.spelt import name_and_folder
        from angiogram.data.annotations.sources import open_source
        from angiogram.data.annotations.table import Annotations
        from angiogram.errors import InputError

        if not self.sources:
            raise InputError("Name at least one source of annotations.")
        if self.uncertain != "ignore" and not any(map(name_and_folder, self.sources)):
            raise InputError("--uncertain is for named sources (NAME:FOLDER); none of the sources is one.")
        need_format(self.out)
        cache = self.cache or default_cache()
        given = joined([open_source(each, cache, printed, self.image_folder, self.uncertain) for each in self.sources])
        rows = (
            given.rows if self.licence is None else given.rows.with_columns(pl.col("licence").fill_null(self.licence))
        )
        found = judged(type(given)(rows, given.images, given.statements, given.unit))
        entries, set_aside = pl.collect_all([found.accepted.entries, found.set_aside])
        aside = self.out.with_name(f"{self.out.name}.set-aside.csv")
        _write_aside(set_aside, aside)
        if entries.is_empty():
            rest = f"; the first reason: {set_aside['reason'][0]}. All are in '{aside}'" if set_aside.height else ""
            raise InputError(f"Of {set_aside.height} entries none is sound{rest}.")
        write_as(Annotations(entries.lazy(), given.images, given.statements), self.out, self.layout)
        _print(entries, given.statements)
        _print_aside(entries, set_aside, given.unit, aside)
        print(self.out)


def _write_aside(set_aside: "pl.DataFrame", path: Path) -> None:
    """All that is set aside; a file of an earlier run does not stay where nothing is."""
    from angiogram.files import atomic_file

    if set_aside.is_empty():
        path.unlink(missing_ok=True)
        return
    with atomic_file(path) as temporary:
        set_aside.select("from", "row", "id", "reason").write_csv(temporary)


def _print(entries: "pl.DataFrame", statements: tuple[str, ...]) -> None:
    """Entries by task, source and split, and what must be known of them."""
    import polars as pl
    from rich.console import Console
    from rich.table import Table as Grid

    splits = [name for name in (*_SPLITS, None) if entries["split"].eq_missing(name).any()]
    counts = entries.group_by("task", "source").agg(
        *(pl.col("split").eq_missing(pl.lit(name)).sum().alias(str(name)) for name in splits),
        pl.len().alias("entries"), pl.col("image").n_unique().alias("images"),
    ).sort("source", "task")  # fmt: skip
    grid = Grid(title=f"{entries.height} entries about {entries['image'].drop_nulls().n_unique()} images")
    for heading in ("source", "task"):
        grid.add_column(heading)
    for heading in (*(name or "no split" for name in splits), "entries", "images"):
        grid.add_column(heading, justify="right")
    for row in counts.select("source", "task", *map(str, splits), "entries", "images").rows():
        grid.add_row(*map(str, row))
    console = Console()
    console.print(grid)
    for statement in statements:
        console.print(f"- {statement}", markup=False, highlight=False)


def _print_aside(entries: "pl.DataFrame", set_aside: "pl.DataFrame", unit: str, path: Path) -> None:
    """How many rows are set aside, and why the first are."""
    if set_aside.is_empty():
        print(f"All {entries.height} entries are sound.")
        return
    print(
        f"{set_aside.height} of {entries.height + set_aside.height} entries are set aside, all with reasons in {path}:"
    )
    for source, row, name, reason in set_aside.select("from", "row", "id", "reason").head(_SHOWN).rows():
        print(f"  {source}, {unit} {row} ({name}): {reason}")
