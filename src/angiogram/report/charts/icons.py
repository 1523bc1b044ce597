"""One sign for each verdict: four shapes that differ without colour."""

from markupsafe import Markup

from angiogram.diagnose.terms import State
from angiogram.report.charts.palette import STATE
from angiogram.report.charts.svg import tag


def shape(state: State) -> Markup:
    """The sign around the origin, 16 units wide: to be placed inside a chart."""
    colour = STATE[state]
    if state == "present":
        return tag(
            "g",
            tag("path", d="M0-7.5L8 6.5H-8Z", fill=colour, stroke=colour, stroke_width=1.5, stroke_linejoin="round"),
            tag("path", d="M0-2.5V2M0 4V4.6", stroke="#fff", stroke_width=1.9, stroke_linecap="round"),
        )
    if state == "absent":
        return tag(
            "g",
            tag("circle", r=7.2, fill="#fff", stroke="#4f5a66", stroke_width=1.5),
            tag("path", d="M-3.4 0.2L-0.8 2.8L3.6-2.6", fill="none", stroke="#4f5a66", stroke_width=1.8),
        )
    if state == "undetermined":
        question = "M-2.2-2.4C-2-5 2.6-4.8 2.3-2.2C2.1-0.6 0-0.4 0 1.4M0 3.8V4.4"
        return tag(
            "g",
            tag("path", d="M0-8.4L8.4 0L0 8.4L-8.4 0Z", fill=colour),
            tag("path", d=question, fill="none", stroke=INK_ON_AMBER, stroke_width=1.7, stroke_linecap="round"),
        )
    return tag(
        "g",
        tag("circle", r=7.2, fill="#fff", stroke="#7d8792", stroke_width=1.4, stroke_dasharray="2.6 2.2"),
        tag("path", d="M-3 0H3", stroke="#7d8792", stroke_width=1.7),
    )


def icon(state: State, size: int = 20) -> Markup:
    """The sign as an image of its own; the word beside it carries the meaning, so it is hidden from readers."""
    return tag(
        "svg", shape(state), class_="icon", width=size, height=size, viewBox="-9.5 -9.5 19 19", aria_hidden="true"
    )


INK_ON_AMBER = "#1a2129"
