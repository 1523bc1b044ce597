"""view.html: one file, made from view.json alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from angiogram.data.annotations.boxes import Box
from angiogram.data.views.examples import Example, ExampleEntry
from angiogram.data.views.view import View
from angiogram.plain import built
from angiogram.report.page import LARGEST, MOST_ROWS
from angiogram.report.published import VIEW
from angiogram.report.schema import validate
from angiogram.report.sealed import sealed
from angiogram.report.task_names import task_name
from angiogram.report.views import sentences
from angiogram.report.wording import shorten


@dataclass(frozen=True)
class Shown:
    """An example as it is drawn.

    Attributes:
        example: what view.json holds of it.
        boxes: of its entries, each place once; a box is called by its number here, from 1.
        drawn: their label, place and what is told of them.
    """

    example: Example
    boxes: tuple[Box, ...]
    drawn: list[tuple[str, Box, str]]


def render(document: Mapping[str, Any]) -> str:
    """The page of one view.json document.

    Examples are left out from the end, and the page says so, where they would make it larger than 5 MB.

    Raises:
        InputError: `document` is not a valid view.
    """
    validate(document, "view.json", VIEW)
    view = cast(View, built(View, document))
    total = len(view.examples)
    page = _fill(view, total)
    while len(page.encode("utf-8", "replace")) > LARGEST and view.examples:
        view = replace(view, examples=view.examples[: len(view.examples) // 2])
        page = _fill(view, total)
    return page


def _fill(view: View, examples: int) -> str:
    return sealed(
        "view.html.j2",
        view=view,
        sets=(("all splits", view.all), ("image-centric", view.image_centric), ("scattered", view.scattered)),
        headline=sentences.headline(view),
        matching=[*sentences.matching(view), sentences.shared(view)],
        left_out=sentences.left_out(view.given),
        shown=[_shown(example) for example in view.examples],
        examples=examples,
        most=MOST_ROWS,
    )


def _shown(example: Example) -> Shown:
    # Each place once: `rec` and `reg` often ask about the same.
    boxes = tuple(dict.fromkeys(entry.box for entry in example.entries if entry.box is not None))
    drawn = [
        (
            str(number),
            box,
            "\n".join([f"box {number}", *(_said(entry) for entry in example.entries if entry.box == box)]),
        )
        for number, box in enumerate(boxes, 1)
    ]
    return Shown(example, boxes, drawn)


def _said(entry: ExampleEntry) -> str:
    return f"{task_name(entry.task)}: {shorten(entry.prompt, 80)} {shorten(entry.target, 80)}"
