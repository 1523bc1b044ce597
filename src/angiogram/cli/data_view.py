"""`angiogram data view`: how densely images are annotated, and two training sets of one size out of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import tyro

from angiogram.cli.progress import printed


@dataclass(frozen=True)
class ViewTable:
    """Count what an annotation table holds; with --out, write an image-centric and a scattered view of one size.

    Example: angiogram data view table.parquet --out views
    """

    table: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="TABLE")]
    """an annotation table (.parquet)"""
    out: Path | None = None
    """the folder to write: image_centric.parquet, scattered.parquet, view.json and view.html"""
    images: int | None = None
    """of the image-centric view (default: the most with which the scattered one needs one task of each image)"""
    tasks: int | None = None
    """that an image has at least to be in the image-centric view (default: half of those that occur, rounded up)"""
    split: Literal["train", "validation", "test"] = "train"
    """whose entries take part, where the table has splits"""
    seed: int = 0
    """of every draw"""
    pictures: Literal["auto", "all", "none"] = "auto"
    """of examples: auto (all but those of which the file says that text is burned into the pixels), all, none"""

    def run(self) -> None:
        """Print the statistics, and write both views where they are asked for."""
        from angiogram.cli.data_view_tables import print_statistics
        from angiogram.data.annotations.table import read_annotations
        from angiogram.data.views.build import build_views
        from angiogram.data.views.pool import read_pool
        from angiogram.data.views.statistics import statistics
        from angiogram.data.views.view import Asked
        from angiogram.data.views.write import check_folder, write_views
        from angiogram.errors import InputError
        from angiogram.report.views.disk import write_view_page
        from angiogram.report.views.sentences import left_out, matching, set_aside

        table, name = read_annotations(self.table), self.table.name
        if self.out is None:
            pool = read_pool(table, self.split)
            print_statistics({"all splits": statistics(pool.every)}, name)
            _say(*table.statements, *left_out(pool.given), *set_aside(pool.given))
            return
        check_folder(self.out)
        if self.table.resolve().parent == self.out.resolve():
            raise InputError(
                f"'{self.table}' lies in '{self.out}', which the views would replace; name another folder."
            )
        asked = Asked(self.images, self.tasks, self.split, self.seed)
        views = build_views(table, name, asked, self.pictures, printed)
        write_views(views, table, self.out)
        view = views.view
        shown = {"all splits": view.all, "image-centric": view.image_centric, "scattered": view.scattered}
        print_statistics(shown, name)
        _say(*view.statements, *left_out(view.given), *set_aside(view.given), *matching(view))
        print(write_view_page(self.out))


def _say(*sentences: str) -> None:
    from rich.console import Console

    for sentence in sentences:
        Console().print(f"- {sentence}", markup=False, highlight=False, soft_wrap=True)
