"""Inline SVG that stays legible at every width.

A chart is as wide as its box. Horizontal positions are percentages of it and vertical ones pixels, so text and marks
keep their size on a phone, on a laptop and on paper. Every text passes through escaping.
"""

from collections.abc import Iterable

from markupsafe import Markup, escape

Child = str | Markup


def tag(name: str, *children: Child, **attributes: str | float | None) -> Markup:
    """One element; `class_` becomes class, `_` becomes `-`, an attribute that is None is left out.

    >>> tag("text", "a < b", x="50%", text_anchor="end")
    Markup('<text x="50%" text-anchor="end">a &lt; b</text>')
    """
    pairs = [
        f' {key.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    ]
    return Markup(
        f"<{name}{''.join(pairs)}>{''.join(map(escape, children))}</{name}>"
    )  # Markup.format is slow, and a page has thousands


def share(value: float) -> str:
    """A fraction of the width.

    >>> share(0.123456)
    '12.346%'
    """
    return f"{value * 100:.3f}".rstrip("0").rstrip(".") + "%"


def chart(key: str, title: str, description: str, height: float, children: Iterable[Child], kind: str) -> Markup:
    """A whole chart with its text alternative; `kind` is its CSS class, `key` its id on the page."""
    return tag(
        "svg",
        tag("title", title, id=f"{key}-title"),
        tag("desc", description, id=f"{key}-desc"),
        *children,
        id=key,
        class_=f"chart {kind}",
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        width="100%",
        height=height,
    )


def at(x: float, y: float, *children: Child, class_: str | None = None) -> Markup:
    """Children in pixels around the point (`x` as a fraction of the width, `y` in pixels)."""
    return tag("svg", *children, x=share(x), y=y, width=1, height=1, overflow="visible", class_=class_)


def stretched(height: float, *paths: Child) -> Markup:
    """Paths whose x runs over 0..1000 for the whole width; their strokes keep their thickness."""
    box = {"viewBox": f"0 0 1000 {height:g}", "preserveAspectRatio": "none"}
    return tag("svg", *paths, class_="stretched", width="100%", height=height, **box)


def mark(label: str, *children: Child, class_: str = "") -> Markup:
    """Something to point at: `label` shows on hover, with a script or without."""
    return tag("g", tag("title", label), *children, class_=f"mark {class_}".strip())


def hatch(key: str, colour: str, width: float = 2.2) -> Markup:
    """A pattern of diagonal lines, used as `fill="url(#key)"`."""
    line = tag("path", d="M0 0V7", stroke=colour, stroke_width=width)
    pattern = tag(
        "pattern", line, id=key, width=5, height=7, patternUnits="userSpaceOnUse", patternTransform="rotate(45)"
    )
    return tag("defs", pattern)


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
