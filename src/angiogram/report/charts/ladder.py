"""The ladder of repairs: one row a rung, from the answer back to the image, with what it brought back."""

from markupsafe import Markup

from angiogram.diagnose.repair.rung import Place, Rung
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.report.charts.palette import GAIN, IMAGE, RULE, SOFT, STATE
from angiogram.report.charts.scale import Scale, around, ends
from angiogram.report.charts.svg import at, chart, mark, share, tag
from angiogram.report.wording import percent, percent_interval

ROW, AXIS = 44, 22
TITLES: dict[Place, str] = {
    "own words": "what it says, read anew",
    "exchanged names": "names exchanged",
    "mapped names": "likelihoods mapped",
    "read-out": "read at the last token",
    "image tokens": "image tokens in the LLM",
    "connector output": "connector's output",
    "encoder output": "encoder's output",
    "input": "images prepared otherwise",
}
"""Short, since the outcome stands on the same line, on a phone too."""


def ladder_chart(report: Diagnosis) -> Markup:
    """What the answer reaches with each repair, between what it is and what a probe reads."""
    rungs = report.ladder.rungs
    controls = [control for rung in rungs for control in (rung.permuted, rung.random) if control is not None]
    values = [*ends(rung.after for rung in rungs), *controls]
    values += [value for rung in rungs for value in (rung.before, rung.target)]
    scale = around(values, 0.0, 0.5, (0.1, 0.2))
    height = ROW * len(rungs) + AXIS
    children: list[Markup] = []
    for tick in scale.ticks:
        x, anchor = share(scale(tick)), {0.0: "start", 1.0: "end"}.get(scale(tick), "middle")
        children.append(tag("line", x1=x, x2=x, y1=0, y2=height - 18, stroke=RULE))
        children.append(tag("text", percent(tick, 0), x=x, y=height - 4, text_anchor=anchor, class_="tick"))
    for index, rung in enumerate(rungs):
        children += _row(rung, scale, index * ROW + 28)
    words = "; ".join(f"{TITLES[rung.place]}: {_said(rung)}" for rung in rungs)
    return chart("ladder-chart", "What each repair brings back", words, height, children, "ladder")


def _row(rung: Rung, scale: Scale, y: float) -> list[Markup]:
    before, target = scale(rung.before), scale(rung.target)
    hit = tag("rect", x=0, y=y - 24, width="100%", height=ROW - 4, class_="hit")
    marks = [
        hit,
        tag("line", x1=share(before), x2=share(target), y1=y, y2=y, stroke=RULE, stroke_width=3),
        at(before, y, tag("path", d="M0-7V7", stroke=SOFT, stroke_width=2.4)),
        at(target, y, tag("path", d="M0-7V7", stroke=IMAGE, stroke_width=2.4)),
    ]
    if rung.after is not None:
        colour = GAIN if rung.outcome == "brings it back" else STATE["undetermined"]
        low, value, high = (scale(end) for end in (rung.after.low, rung.after.value, rung.after.high))
        marks.append(tag("line", x1=share(low), x2=share(high), y1=y, y2=y, stroke=colour, stroke_width=2))
        marks.append(tag("circle", cx=share(value), cy=y, r=5.6, fill=colour))
    for control in (rung.permuted, rung.random):
        if control is not None:
            marks.append(tag("circle", cx=share(scale(control)), cy=y, r=3.6, fill="none", stroke=SOFT))
    return [
        mark(f"{TITLES[rung.place]}\n{_said(rung)}", *marks, class_="rung"),
        at(0, y - 13, tag("text", TITLES[rung.place])),
        tag("text", rung.outcome, x="100%", y=y - 13, text_anchor="end", class_="soft"),
    ]


def _said(rung: Rung) -> str:
    if rung.after is None:
        return rung.done
    return f"{rung.outcome}: {percent_interval(rung.after)}, {percent(rung.before)} before"
