"""Which tasks share images, as a heat map with numbers; the diagonal holds the images of each task."""

from markupsafe import Markup

from angiogram.data.views.statistics import Statistics
from angiogram.report.charts.palette import INK, SOFT, heat
from angiogram.report.charts.svg import mark, tag
from angiogram.report.task_names import task_name
from angiogram.report.wording import percent

CELL, LEFT, TOP = 40, 74, 78  # a phone has room for seven tasks
LONGEST = 99_999  # a cell has room for five digits


def task_matrix(found: Statistics, title: str, key: str) -> Markup:
    """The matrix in its natural size, over the tasks that occur: it scrolls in its box where the box is narrower."""
    places = [i for i, task in enumerate(found.tasks) if task.images]
    names = [task_name(found.tasks[i].task) for i in places]
    side = CELL * len(places)
    children: list[Markup] = []
    for row, i in enumerate(places):
        middle = CELL * (row + 0.5)
        turned = f"translate({LEFT + middle:.1f} {TOP - 8}) rotate(-90)"
        children.append(tag("text", names[row], transform=turned, y=4, class_="tick"))
        children.append(tag("text", names[row], x=LEFT - 8, y=TOP + middle + 4, text_anchor="end", class_="tick"))
        children += [
            _cell(LEFT + CELL * column, TOP + CELL * row, found.together[i][j], found.images, _said(names, row, column))
            for column, j in enumerate(places)
        ]
    for corner in (CELL * row for row in range(len(places))):
        place = {"x": LEFT + corner, "y": TOP + corner, "width": CELL, "height": CELL}
        children.append(tag("rect", fill="none", stroke=INK, stroke_width=1.4, **place))
    return tag(
        "svg",
        tag("title", title, id=f"{key}-title"),
        tag("desc", _in_words(found, places), id=f"{key}-desc"),
        *children,
        id=key,
        class_="chart confusion matrix",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        width=LEFT + side + 4,
        height=TOP + side + 4,
        viewBox=f"0 0 {LEFT + side + 4} {TOP + side + 4}",
    )


def _said(names: list[str], row: int, column: int) -> str:
    return names[row] if row == column else f"{names[row]} and {names[column]}"


def _cell(x: float, y: float, count: int, images: int, says: str) -> Markup:
    part = count / images if images else 0.0
    text = str(count) if count <= LONGEST else f"{count / 1000:.0f}k"
    return mark(
        f"{says}: {count:,} images ({percent(part, 0)})",
        tag("rect", x=x, y=y, width=CELL, height=CELL, fill=heat(part), stroke="#fff"),
        tag(
            "text",
            text,
            x=x + CELL / 2,
            y=y + CELL / 2 + 4.2,
            text_anchor="middle",
            fill="#fff" if part > 0.42 else INK if count else SOFT,
            class_="count",
        ),
        class_="cell",
    )


def _in_words(found: Statistics, places: list[int]) -> str:
    pairs = [(found.together[i][j], i, j) for i in places for j in places if i < j]
    most = max(pairs, default=None)
    if most is None or not most[0]:
        return f"No image of {found.images} has entries of two tasks."
    count, i, j = most
    a, b = (task_name(found.tasks[k].task) for k in (i, j))
    return f"Of {found.images} images, {count} have both {a} and {b}, more than of any other pair of tasks."
