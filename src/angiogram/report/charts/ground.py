"""What every chart over the flow stands on: a stripe, a name and numbers for each part, and the stages' letters."""

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from angiogram.diagnose.terms import StageKey
from angiogram.report.charts.course import PART_NAMES, End, Point, Stretch
from angiogram.report.charts.palette import WASH
from angiogram.report.charts.svg import share, tag


def parts(stretches: Sequence[Stretch[Point, End]], top: float, plot: float) -> Iterator[Markup]:
    """Stripes of height `plot` from `top` on, and below them the numbers of the blocks and the names of the parts."""
    bottom = top + plot
    for index, stretch in enumerate(stretches):
        if index % 2 == 0:
            yield tag(
                "rect", x=share(stretch.left), y=top, width=share(stretch.right - stretch.left), height=plot, fill=WASH
            )
        yield from _ticks(stretch, bottom)
        # Names on two lines in turn, so that a short part never runs into its neighbours.
        lane = 14 if stretch.part in ("pixels", "connector", "answer") else 0
        middle, anchor = (stretch.left + stretch.right) / 2, "middle"
        if index == 0 and lane:
            middle, anchor = stretch.left, "start"
        elif index == len(stretches) - 1 and lane:
            middle, anchor = stretch.right, "end"
        name = PART_NAMES[stretch.part]
        yield tag("text", name, x=share(middle), y=bottom + 33 + lane, text_anchor=anchor, class_="part")


def letters(
    places: Sequence[tuple[StageKey, float]], top: float, heights: Mapping[StageKey, float]
) -> Iterator[Markup]:
    """The stages' letters above the plot, each with a thread down; on a phone close neighbours stand on two lines.

    `heights` says where each thread ends; a stage that is not in it has none.
    """
    previous, high = -1.0, False
    for key, x in places:
        high = not high and x - previous < 0.045
        raised = high and x - previous < 0.016
        kind = "letter high" if high and not raised else "letter"
        previous = x
        y = top - (29 if raised else 12)
        if key in heights:
            yield tag("line", x1=share(x), x2=share(x), y1=y + 5, y2=heights[key], class_="thread")
        yield tag("text", key, x=share(x), y=y, text_anchor="middle", class_=kind)


def _ticks(stretch: Stretch[Point, End], bottom: float) -> Iterator[Markup]:
    numbered = [stop for stop in stretch.stops if stop.tick]
    for index, stop in enumerate(numbered):
        every = 5 if len(numbered) > 14 else 3 if len(numbered) > 6 else 1
        if index % every:
            continue
        # A phone shows only the first number and those ten, or two numbers, further on.
        sparse = len(numbered) > 6 and index % (every * 2)
        yield tag(
            "text",
            stop.tick,
            x=share(stop.x),
            y=bottom + 16,
            text_anchor="middle",
            class_="tick wide-only" if sparse else "tick",
        )
