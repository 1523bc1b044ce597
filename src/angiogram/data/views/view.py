"""A view in numbers and examples: what view.json holds, and all that a page of it is drawn from."""

from dataclasses import dataclass

from angiogram.data.annotations.entry import Side
from angiogram.data.views.examples import Example
from angiogram.data.views.pool import Given
from angiogram.data.views.statistics import Statistics


@dataclass(frozen=True)
class Asked:
    """What was asked for.

    Attributes:
        images: of the image-centric view; None for the most with which the scattered view needs one task an image.
        tasks: that each of them has at least; None for half of those that occur, rounded up.
        split: whose entries take part, where the table has splits.
        seed: of every draw.
    """

    images: int | None = None
    tasks: int | None = None
    split: Side = "train"
    seed: int = 0


@dataclass(frozen=True)
class Matched:
    """How the scattered view came about.

    Attributes:
        images: of the image-centric view.
        images_found: whether their number was found (the most with which an image serves one task) and not given.
        tasks: that each of them has at least.
        candidates: images that have as many.
        types: different numbers of entries per task that images have.
        most_tasks: that an image of the scattered view serves at most.
        most_tasks_at_least: what that cannot fall below; the two are equal where it is proved to be the smallest.
        extra_uses: tasks of images beyond their first, over the scattered view.
        extra_uses_at_least: what that cannot fall below with these `most_tasks`.
        shared_images: images that are in both views.
        shared_entries: entries that are in both views.
    """

    images: int
    images_found: bool
    tasks: int
    candidates: int
    types: int
    most_tasks: int
    most_tasks_at_least: int
    extra_uses: int
    extra_uses_at_least: int
    shared_images: int
    shared_entries: int


@dataclass(frozen=True)
class View:
    """What view.json holds: `docs/views.md` says what each field means.

    Attributes:
        table: name of the file.
        statements: what must be known about the data.
        asked: the settings.
        given: what the table holds, and what of it takes no part.
        matched: how the scattered view came about.
        all: every sound entry on an image, of all splits.
        image_centric: the view.
        scattered: the view; as many entries of each task as the image-centric one.
        examples: of the image-centric view, the densest first.
    """

    table: str
    statements: tuple[str, ...]
    asked: Asked
    given: Given
    matched: Matched
    all: Statistics
    image_centric: Statistics
    scattered: Statistics
    examples: tuple[Example, ...]
