"""Cases as points in a plane, one colour and mark a class."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from angiogram.diagnose.picture.result import FeatureMap
from angiogram.report.charts.svg import mark, tag
from angiogram.report.wording import number, shorten

SIDE, EDGE = 300, 8
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1a2129")
# What is drawn behind "M x y", and the stroke's width and cap: a stroke without length is a dot.
MARKS = (
    ("h0", 5.4, "round"),
    ("m0-3l2.7 4.8h-5.4z", 1.3, "butt"),
    ("m-2.3-2.3l4.6 4.6m0-4.6l-4.6 4.6", 1.5, "butt"),
    ("h0", 4.4, "square"),
    ("m-2.9 0h5.8m-2.9-2.9v5.8", 1.5, "butt"),
)


def scatter(found: FeatureMap, classes: Sequence[str], title: str, key: str) -> Markup:
    """The map, as wide as its box; pointing at a class shows its name and silhouette."""
    points = _in_box(np.array(found.points, dtype=np.float64).reshape(-1, 2))
    labels = np.array(found.labels, dtype=np.int64)
    marks = [
        mark(_words(found, index, name), _drawn(points[labels == index], index), class_="class-points")
        for index, name in enumerate(classes)
        if (labels == index).any()
    ]
    return tag(
        "svg",
        tag("title", f"Map of the cases at {title}", id=f"{key}-title"),
        tag("desc", describe(found, classes), id=f"{key}-desc"),
        *marks,
        id=key,
        class_="chart scatter",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        viewBox=f"0 0 {SIDE} {SIDE}",
        width="100%",
    )


def scatter_key(index: int) -> Markup:
    """The mark of a class for a legend."""
    return tag("svg", _drawn(np.array([[7.0, 7.0]]), index), width=14, height=14, aria_hidden="true")


def most_drawn(found: FeatureMap, classes: Sequence[str], most: int) -> list[tuple[int, str]]:
    """The classes with the most cases in the map, at most so many, in their own order: (index, name)."""
    counts = np.bincount(np.array(found.labels, dtype=np.int64), minlength=len(classes))[: len(classes)]
    largest: list[int] = np.argsort(-counts, kind="stable")[:most].tolist()
    return [(index, classes[index]) for index in sorted(largest) if counts[index]]


def describe(found: FeatureMap, classes: Sequence[str]) -> str:
    """The map in one or two sentences."""
    words = f"{_cases(len(found.labels))}; silhouette {number(found.silhouette, 2)}."
    known = [(value, name) for value, name in zip(found.by_class, classes, strict=False) if value is not None]
    if len(known) < 2:
        return words
    (low, last), (high, first) = min(known), max(known)
    return f"{words} Most apart: {first} ({number(high, 2)}); least: {last} ({number(low, 2)})."


def _words(found: FeatureMap, index: int, name: str) -> str:
    value = found.by_class[index] if index < len(found.by_class) else None
    return f"{shorten(name, 60)}: {_cases(found.labels.count(index))}, silhouette {number(value, 2)}"


def _cases(count: int) -> str:
    return f"{count} case{'' if count == 1 else 's'}"


def _drawn(points: NDArray[np.float64], index: int) -> Markup:
    shape, width, cap = MARKS[index // len(COLOURS) % len(MARKS)]
    path = "".join(f"M{x:.1f} {y:.1f}{shape}" for x, y in points.tolist())
    colour = COLOURS[index % len(COLOURS)]
    return tag("path", d=path, fill="none", stroke=colour, stroke_width=width, stroke_linecap=cap)


def _in_box(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same scale for both axes, and the middle in the middle."""
    if not len(points):
        return points
    low, high = points.min(axis=0), points.max(axis=0)
    widest = float((high - low).max()) or 1.0
    return SIDE / 2 + (points - (low + high) / 2) / widest * (SIDE - 2 * EDGE)
