"""`angiogram data view`: how densely images are annotated, and two training sets of one size out of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import tyro

from angiogram.cli.progress import printed

if TYPE_CHECKING:
    from angiogram.data.views.pool import Given
    from angiogram.data.views.view import View

_TOLD = 5  # rows set aside that are printed


@dataclass(frozen=True)
class ViewTable:
    """Count what an annotation table holds; with --out, write an image-centric and a scattered view of one size.

    Example: angiogram data view table.parquet --out views
    """

    table: Annotated[Path, tyro.conf.Positional, tyro.conf.arg(metavar="TABLE")]
    """an annotation table (.parquet)"""
    out: Path | None = None
    """the folder to write: image_centric.parquet, scattered.parquet and view.json"""
    images: int | None = None
    """of the image-centric view (default: the most with which the scattered one needs one task of each image)"""
    tasks: int | None = None
    """that an image has at least to be in the image-centric view (default: half of those that occur, rounded up)"""
    split: Literal["train", "validation", "test"] = "train"
    """whose entries take part, where the table has splits"""
    seed: int = 0
    """of every draw"""
    pictures: Literal["auto", "all", "none"] = "auto"
    """of examples in view.json: auto (all but those of which the file says that text is burned into the pixels), all,
    none"""

    def run(self) -> None:
        """Print the statistics, and write both views where they are asked for."""
        from angiogram.cli.data_view_tables import print_statistics
        from angiogram.data.annotations.table import read_annotations
        from angiogram.data.views.build import build_views
        from angiogram.data.views.pool import read_pool
        from angiogram.data.views.statistics import statistics
        from angiogram.data.views.view import Asked
        from angiogram.data.views.write import check_folder, write_views

        table, name = read_annotations(self.table), self.table.name
        if self.out is None:
            pool = read_pool(table, self.split)
            print_statistics({"all splits": statistics(pool.every)}, name)
            _say(*table.statements, *_left_out(pool.given))
            return
        check_folder(self.out)
        asked = Asked(self.images, self.tasks, self.split, self.seed)
        views = build_views(table, name, asked, self.pictures, printed)
        write_views(views, table, self.out)
        view = views.view
        shown = {"all splits": view.all, "image-centric": view.image_centric, "scattered": view.scattered}
        print_statistics(shown, name)
        _say(*view.statements, *_left_out(view.given), *_matched(view))
        print(self.out)


def _say(*sentences: str) -> None:
    from rich.console import Console

    for sentence in sentences:
        Console().print(f"- {sentence}", markup=False, highlight=False, soft_wrap=True)


def _left_out(given: "Given") -> list[str]:
    """What of the table takes no part, and why."""
    counts = (
        (given.set_aside, "rows break a rule of the schema and are set aside"),
        (given.without_image, "entries have no image"),
        (given.other_splits, f"entries are not in the split '{given.split}' and take no part in the views"),
    )
    said = [f"{count} of {given.rows} {what}." for count, what in counts if count]
    return [*said, *(f"Row {row.row} ('{row.id}'): {row.reason}." for row in given.reasons[:_TOLD])]


def _matched(view: "View") -> list[str]:
    """How many images, and for how many tasks each of them is needed."""
    matched, images = view.matched, view.scattered.images
    found = ", the most with which the scattered view needs one task of each" if matched.images_found else ""
    dense = f"the {matched.candidates} images with at least {matched.tasks} tasks"
    said = f"Image-centric: {matched.images} of {dense}{found}."
    if matched.most_tasks == 1:
        return [said, f"Scattered: {images} images, each for one task."]
    most, extra = matched.most_tasks, matched.extra_uses
    if (most, extra) == (matched.most_tasks_at_least, matched.extra_uses_at_least):
        proof = f"No draw of this size does with fewer than {most}, nor at {most} with fewer beyond the first."
    else:
        proof = (
            f"It is proved that no draw of this size does with fewer than {matched.most_tasks_at_least}, nor at {most} "
            f"with fewer than {matched.extra_uses_at_least} beyond the first."
        )
    uses = f"each for at most {most} tasks; {extra} of them are beyond an image's first"
    return [said, f"Scattered: {images} images, {uses}. {proof}"]
