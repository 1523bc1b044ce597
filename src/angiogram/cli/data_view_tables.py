"""Statistics of annotations on the terminal."""

from collections.abc import Callable, Mapping

from rich.console import Console
from rich.table import Table

from angiogram.data.views.statistics import PerImage, Statistics

_NUMBERS: tuple[tuple[str, Callable[[Statistics], str]], ...] = (
    ("entries", lambda found: str(found.entries)),
    ("images", lambda found: str(found.images)),
    ("groups (patients)", lambda found: str(found.groups)),
    ("entries an image: mean (median)", lambda found: _described(found.entries_per_image)),
    ("tasks an image: mean (median)", lambda found: _described(found.tasks_per_image)),
)


def print_statistics(sets: Mapping[str, Statistics], name: str) -> None:
    """Print three tables: the sets side by side, which tasks share images, and where the entries come from.

    Args:
        sets: by their name; the task matrix is of the last but one, the image-centric view, or of the only one.
        name: of the file.
    """
    console = Console()
    console.print(_beside(sets, name))
    title = [*sets][-2:][0]
    console.print(_together(sets[title], title))
    console.print(_origins(sets))


def _described(numbers: PerImage) -> str:
    return f"{numbers.mean:.2f} ({numbers.median:g})"


def _beside(sets: Mapping[str, Statistics], name: str) -> Table:
    table = Table(title=name)
    table.add_column("")
    for heading in sets:
        table.add_column(heading, justify="right")
    for heading, said in _NUMBERS:
        table.add_row(heading, *(said(found) for found in sets.values()))
    table.add_section()
    for tasks in zip(*(found.tasks for found in sets.values()), strict=True):
        if any(task.entries for task in tasks):
            counts = (f"{task.entries} on {task.images}" for task in tasks)
            table.add_row(f"{tasks[0].task}: entries on images", *counts)
    return table


def _together(found: Statistics, title: str) -> Table:
    """Images with both tasks, those that occur."""
    places = [i for i, task in enumerate(found.tasks) if task.images]
    table = Table(title=f"images with both tasks, {title}", padding=(0, 1, 0, 0))  # 80 columns hold all seven
    table.add_column("", no_wrap=True)
    for i in places:
        table.add_column(found.tasks[i].task.replace("_", " "), justify="right")  # so that it can be two lines
    for i in places:
        table.add_row(found.tasks[i].task, *(str(found.together[i][j]) for j in places))
    return table


def _origins(sets: Mapping[str, Statistics]) -> Table:
    """Entries on images of each source and each split."""
    table = Table(title="entries on images")
    table.add_column("")
    for heading in sets:
        table.add_column(heading, justify="right")
    sources = [{each.source: each for each in found.sources} for found in sets.values()]
    splits = [{each.split: each for each in found.splits} for found in sets.values()]
    for kind, counts in (("source", sources), ("split", splits)):
        for key in counts[0]:
            cells = (f"{own[key].entries} on {own[key].images}" if key in own else "0" for own in counts)
            table.add_row(f"{kind} {key or 'not named'}", *cells)
        table.add_section()
    return table
