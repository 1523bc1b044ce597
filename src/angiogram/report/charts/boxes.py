"""Boxes over a picture: each with a label, a colour and a dash of its own, legible on black and on white."""

from collections.abc import Sequence
from math import dist

from markupsafe import Markup

from angiogram.data.annotations.boxes import Box
from angiogram.report.charts.svg import mark, share, tag

STYLES = (
    ("#ffb000", None), ("#56b4e9", "7 4"), ("#f06fb4", "2 3"), ("#3ddc97", "9 3 2 3"), ("#f0e442", "4 2"),
    ("#ffffff", "1 4"),
)  # fmt: skip
"""Colour and dash, in turn."""
CASING = "#10151b"
LABEL = 16  # pixels that a label is high
APART = 0.08  # shares of a picture that two labels are apart at least, where a corner allows


def boxes_over(boxes: Sequence[tuple[str, Box, str]]) -> Markup:
    """The layer that lies over a picture of any size.

    Args:
        boxes: label, place, and what is told of it where one points at it.
    """
    corners = _corners([box for _, box, _ in boxes])
    drawn = [_drawn(i, *each, corners[i]) for i, each in enumerate(boxes)]
    # The largest first: a smaller one inside can still be pointed at.
    order = sorted(range(len(boxes)), key=lambda i: -_area(boxes[i][1]))
    return tag("svg", *(drawn[i] for i in order), class_="boxes", width="100%", height="100%", aria_hidden="true")


def box_key(index: int) -> Markup:
    """A piece of the outline of the box number `index` (from 0), for legends; words beside it say which box."""
    line: dict[str, str | float] = {"x1": 1, "x2": 29, "y1": 7, "y2": 7}
    return tag("svg", *_strokes(index, "line", line), class_="key", width=30, height=14, aria_hidden="true")


def _strokes(index: int, name: str, place: dict[str, str | float]) -> tuple[Markup, Markup]:
    colour, dash = STYLES[index % len(STYLES)]
    casing = tag(name, fill="none", stroke=CASING, stroke_width=4.5, stroke_opacity=0.75, **place)
    return casing, tag(name, fill="none", stroke=colour, stroke_width=2.2, stroke_dasharray=dash, **place)


def _drawn(index: int, label: str, box: Box, says: str, corner: tuple[int, int]) -> Markup:
    left, top, right, bottom = box
    place: dict[str, str | float] = {
        "x": share(left), "y": share(top), "width": share(right - left), "height": share(bottom - top)
    }  # fmt: skip
    width = 8 + 7 * len(label)
    x, y = -width * corner[0], -LABEL * corner[1]
    badge = tag(
        "svg",
        tag("rect", x=x, y=y, width=width, height=LABEL, fill=STYLES[index % len(STYLES)][0], stroke=CASING),
        tag("text", label, x=x + width / 2, y=y + 12, text_anchor="middle", fill=CASING),
        x=share(box[2 * corner[0]]),
        y=share(box[1 + 2 * corner[1]]),
        width=1,
        height=1,
        overflow="visible",
    )
    return mark(says, tag("rect", class_="hit", **place), *_strokes(index, "rect", place), badge, class_="box")


def _corners(boxes: Sequence[Box]) -> list[tuple[int, int]]:
    """Of each box the corner for its label: the first that is far from the labels before."""
    taken: list[tuple[float, float]] = []
    chosen: list[tuple[int, int]] = []
    for box in boxes:
        places = [((i, j), (box[2 * i], box[1 + 2 * j])) for j in (0, 1) for i in (0, 1)]
        free = (each for each in places if all(dist(each[1], other) > APART for other in taken))
        corner, place = next(free, places[len(taken) % 4])
        chosen.append(corner)
        taken.append(place)
    return chosen


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
