"""How many entries or tasks the images of each view have: one panel a view, all on the same axes."""

import math
from collections.abc import Sequence

from markupsafe import Markup

from angiogram.data.views.statistics import PerImage
from angiogram.report.charts.palette import IMAGE, INK, LAST, RULE
from angiogram.report.charts.scale import Scale
from angiogram.report.charts.svg import at, chart, mark, share, tag
from angiogram.report.wording import DASH, known, number, percent

HEAD, PLOT, GAP, AXIS = 36, 84, 14, 22
MOST_BARS = 20
NUMBERED = 8  # so many bars have room for their value above them
LABELS = 8  # along the axis
COLOURS = (IMAGE, LAST)


def histograms(views: Sequence[tuple[str, PerImage]], noun: str, key: str) -> Markup:
    """Shares of the images of each view that have 1, 2, 3... of something; wide ranges are binned.

    Args:
        views: name and counts; at most two.
        noun: what is counted, in the plural.
        key: id of the chart.
    """
    highest = max((bar.value for _, each in views for bar in each.histogram), default=1)
    step = math.ceil(highest / MOST_BARS)
    bars = math.ceil(highest / step)
    shares = [_shares(each, step, bars) for _, each in views]
    scale = _scale(max((value for each in shares for value in each), default=0.0))
    height = len(views) * (HEAD + PLOT + GAP) - GAP + AXIS
    children: list[Markup] = []
    for place, ((name, counts), values) in enumerate(zip(views, shares, strict=True)):
        top = place * (HEAD + PLOT + GAP) + HEAD
        said = f"mean {number(counts.mean, 2)}, median {number(counts.median, 1)}" if counts.histogram else "no image"
        children.append(at(0, top - 20, tag("text", f"{name}: {said}", class_="part")))
        children += _ground(scale, top)
        children += [
            _bar(i, value, bars, f"{name}: {_range(i, step)} {noun}", (scale, top), COLOURS[place])
            for i, value in enumerate(values)
            if value
        ]
        children += _mean((counts.mean - 0.5) / step / bars, top)
        if bars <= NUMBERED:
            children += [_number(i, value, bars, (scale, top)) for i, value in enumerate(values) if value]
    every = math.ceil(bars / LABELS)
    children += [
        tag("text", _range(i, step), x=share((i + 0.5) / bars), y=height - 6, text_anchor="middle", class_="tick")
        for i in range(0, bars, every)
    ]
    return chart(key, f"Images by their number of {noun}", _in_words(views, noun), height, children, "histogram")


def _shares(counts: PerImage, step: int, bars: int) -> list[float]:
    total = sum(bar.images for bar in counts.histogram) or 1
    found = [0] * bars
    for bar in counts.histogram:
        found[(bar.value - 1) // step] += bar.images
    return [count / total for count in found]


def _range(index: int, step: int) -> str:
    """The values of one bar.

    >>> _range(0, 1), _range(2, 5)
    ('1', '11–15')
    """
    low, high = index * step + 1, (index + 1) * step
    return str(low) if step == 1 else f"{low}{DASH}{high}"


def _scale(highest: float) -> Scale:
    """From 0 to a round share, with a tick in the middle."""
    top = next((end for end in (0.1, 0.2, 0.5) if highest <= end), 1.0)
    return Scale(0.0, top, top / 2)


def _mean(place: float, top: float) -> list[Markup]:
    if not known(place):
        return []
    line = {"x1": share(place), "x2": share(place), "y1": top, "y2": top + PLOT}
    return [
        tag("line", stroke="#fff", stroke_width=4, stroke_opacity=0.8, **line),
        tag("line", stroke=INK, stroke_width=1.4, stroke_dasharray="4 3", **line),
    ]


def _ground(scale: Scale, top: float) -> list[Markup]:
    found: list[Markup] = []
    for tick in scale.ticks:
        y = top + PLOT * (1 - scale(tick))
        found.append(tag("line", x1=0, x2="100%", y1=y, y2=y, stroke=RULE))
        found.append(at(0, y, tag("text", percent(tick, 0), x=-7, y=4, text_anchor="end", class_="tick")))
    return found


def _bar(index: int, value: float, bars: int, says: str, place: tuple[Scale, float], colour: str) -> Markup:
    scale, top = place
    left, width, height = (index + 0.14) / bars, 0.72 / bars, max(1.0, PLOT * scale(value))
    column = tag("rect", x=share(index / bars), y=top, width=share(1 / bars), height=PLOT, class_="hit")
    painted = tag("rect", x=share(left), y=top + PLOT - height, width=share(width), height=height, fill=colour)
    return mark(f"{says}\n{percent(value)} of its images", column, painted, class_="bar")


def _number(index: int, value: float, bars: int, place: tuple[Scale, float]) -> Markup:
    scale, top = place
    middle, y = share((index + 0.5) / bars), top + PLOT * (1 - scale(value)) - 4
    return tag("text", percent(value, 0), x=middle, y=y, text_anchor="middle", class_="tick")


def _in_words(views: Sequence[tuple[str, PerImage]], noun: str) -> str:
    return "; ".join(
        f"{name}: on average {number(each.mean, 2)} {noun} an image, at most "
        f"{max((bar.value for bar in each.histogram), default=0)}"
        for name, each in views
    )
