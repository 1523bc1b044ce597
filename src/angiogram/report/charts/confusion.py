"""A confusion matrix as a heat map: rows are the truth, columns what was read or said."""

from collections.abc import Sequence

from markupsafe import Markup

from angiogram.diagnose.read.measured import Confusion
from angiogram.report.charts.palette import INK, SOFT, heat
from angiogram.report.charts.svg import mark, tag
from angiogram.report.wording import percent, shorten

GAP = 6  # sets the column of unparsed answers apart


def heat_map(confusion: Confusion, classes: Sequence[str], key: str) -> Markup:
    """The matrix in its natural size: it scrolls in its box where the box is narrower."""
    columns = max((len(row) for row in confusion.counts), default=0)
    heads = [*classes, "unparsed"][: max(columns, len(classes))]
    cell = 17 if len(classes) > 12 else 26 if len(classes) > 5 else 44
    letters = 18
    margin = 12 + 6.1 * min(letters, max(map(len, heads), default=0))
    left, top = margin, margin + 4
    width = left + cell * len(heads) + GAP + 6
    height = top + cell * len(classes) + 6

    def x(column: int) -> float:
        return left + cell * column + (GAP if column >= len(classes) else 0)

    children = [
        tag("text", "true class", x=left - 8, y=top - 8, text_anchor="end", class_="tick", font_style="italic"),
        *(_head(shorten(name, letters), x(i) + cell / 2, top - 6) for i, name in enumerate(heads)),
    ]
    for row, (name, counts) in enumerate(zip(classes, confusion.counts, strict=False)):
        y, total = top + cell * row, sum(counts)
        children.append(
            tag("text", shorten(name, letters), x=left - 6, y=y + cell / 2 + 4, text_anchor="end", class_="tick")
        )
        children.append(tag("rect", x=left, y=y, width=cell * len(classes), height=cell, fill="#fff", stroke="#e6e9ed"))
        children += [
            _cell(x(column), y, cell, count, total, f"{name} → {heads[column]}")
            for column, count in enumerate(counts[: len(heads)])
            if count
        ]
        children.append(tag("rect", x=x(row), y=y, width=cell, height=cell, fill="none", stroke=INK, stroke_width=1.1))
    title = f"Confusion matrix: {confusion.title}"
    return tag(
        "svg",
        tag("title", title, id=f"{key}-title"),
        tag("desc", describe(confusion, classes), id=f"{key}-desc"),
        *children,
        id=key,
        class_="chart confusion",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        width=width,
        height=height,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
    )


def confused_pairs(confusion: Confusion, classes: Sequence[str], most: int = 5) -> list[tuple[str, str, int, int]]:
    """The most frequent mistakes: (true class, read as, how often, of how many)."""
    heads = [*classes, "unparsed"]
    wrong = [
        (name, heads[column], count, sum(counts))
        for row, (name, counts) in enumerate(zip(classes, confusion.counts, strict=False))
        for column, count in enumerate(counts[: len(heads)])
        if column != row and count
    ]
    return sorted(wrong, key=lambda pair: -pair[2])[:most]


def mistaken(counts: Sequence[int], row: int, classes: Sequence[str]) -> str:
    """What the cases of one true class were taken for.

    >>> mistaken((1, 7, 2), 1, ("heart", "liver"))
    'heart 1, unparsed 2'
    """
    heads = [*classes, "unparsed"]
    pairs = enumerate(counts[: len(heads)])
    return ", ".join(f"{heads[column]} {count}" for column, count in pairs if count and column != row)


def describe(confusion: Confusion, classes: Sequence[str]) -> str:
    """The matrix in one sentence."""
    total = sum(map(sum, confusion.counts))
    right = sum(row[i] for i, row in enumerate(confusion.counts) if i < len(row))
    pairs = "; ".join(f"{a} as {b}, {n} of {m}" for a, b, n, m in confused_pairs(confusion, classes))
    return f"{right} of {total} cases right. Most frequent mistakes: {pairs or 'none'}."


def _head(name: str, x: float, y: float) -> Markup:
    place = f"translate({x:.1f} {y:.1f}) rotate(-90)"
    return tag("text", name, transform=place, class_="tick", y=4)


def _cell(x: float, y: float, size: float, count: int, total: int, pair: str) -> Markup:
    part = count / total
    return mark(
        f"{pair}: {count} of {total} ({percent(part, 0)})",
        tag("rect", x=x, y=y, width=size, height=size, fill=heat(part)),
        tag(
            "text",
            str(count),
            x=x + size / 2,
            y=y + size / 2 + (3.4 if size < 24 else 4.2),
            text_anchor="middle",
            fill="#fff" if part > 0.42 else SOFT if part < 0.05 else INK,
            class_="count small" if size < 24 else "count",
        ),
        class_="cell",
    )
