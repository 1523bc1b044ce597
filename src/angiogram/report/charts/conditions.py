"""A score of each task in three conditions: the own image, another one, none."""

from collections.abc import Sequence

from markupsafe import Markup

from angiogram.evaluate.result import MetricResult, TaskResult
from angiogram.evaluate.terms import Condition
from angiogram.report.charts.palette import IMAGE, LAST, RULE, SOFT
from angiogram.report.charts.scale import Scale, around, ends
from angiogram.report.charts.svg import at, chart, mark, share, tag
from angiogram.report.task_names import task_name
from angiogram.report.wording import known, number, score_interval, shorten
from angiogram.statistics.interval import Interval

NAMES: dict[Condition, str] = {"real": "own image", "other": "another image", "blind": "no image"}
COLOURS: dict[Condition, str] = {"real": IMAGE, "other": LAST, "blind": SOFT}
HEAD, LINE, GAP, AXIS = 22, 12, 16, 24


def conditions_chart(rows: Sequence[tuple[TaskResult, MetricResult]], key: str) -> Markup:
    """One group of marks a task, each with its interval; scores are better when higher.

    Args:
        rows: tasks, each with the metric that is drawn.
        key: id of the chart.
    """
    drawn = [(task, metric, _conditions(metric)) for task, metric in rows]
    scale = around(ends(found for *_, each in drawn for _, found in each), 0.0, 0.5, (0.1, 0.2, 0.5))
    heights = [HEAD + LINE * len(each) + GAP for *_, each in drawn]
    bottom = sum(heights)
    children: list[Markup] = []
    for tick in scale.ticks:
        x, anchor = share(scale(tick)), {0.0: "start", 1.0: "end"}.get(scale(tick), "middle")
        children.append(tag("line", x1=x, x2=x, y1=0, y2=bottom, stroke=RULE))
        children.append(tag("text", number(tick, 1), x=x, y=bottom + 16, text_anchor=anchor, class_="tick"))
    top = 0
    for (task, metric, found), height in zip(drawn, heights, strict=True):
        name = shorten(metric.name, 24)
        heading = (
            tag("text", task_name(task.task), class_="letter"),
            tag("text", f"{name}, n = {metric.cases}", x=86, class_="soft"),
        )
        children.append(at(0, top + 14, *heading))
        for line, (condition, interval) in enumerate(found):
            said = f"{task_name(task.task)}, {metric.name}\n{NAMES[condition]}: {score_interval(interval)}"
            children.append(_mark(condition, interval, scale, top + HEAD + LINE * (line + 0.5), said))
        top += height
    return chart(key, "Scores with and without the image", _in_words(drawn), bottom + AXIS, children, "conditions")


def condition_key(condition: Condition) -> Markup:
    """The mark of a condition, for legends; words beside it say which."""
    line = tag("line", x1=1, x2=29, y1=7, y2=7, stroke=COLOURS[condition], stroke_width=2)
    middle = tag("svg", _shape(condition), x=15, y=7, width=1, height=1, overflow="visible")
    return tag("svg", line, middle, width=30, height=14, aria_hidden="true")


def condition_name(condition: Condition) -> str:
    """What the page calls a condition."""
    return NAMES[condition]


def _conditions(metric: MetricResult) -> list[tuple[Condition, Interval]]:
    found: tuple[tuple[Condition, Interval | None], ...] = (
        ("real", metric.real), ("other", metric.other), ("blind", metric.blind)
    )  # fmt: skip
    return [(condition, each) for condition, each in found if each is not None and known(each.value)]


def _mark(condition: Condition, found: Interval, scale: Scale, y: float, says: str) -> Markup:
    parts = [tag("rect", x=0, y=y - LINE / 2, width="100%", height=LINE, class_="hit")]
    if known(found.low) and known(found.high):
        x = {"x1": share(scale(found.low)), "x2": share(scale(found.high))}
        parts.append(tag("line", y1=y, y2=y, stroke=COLOURS[condition], stroke_width=2, stroke_linecap="round", **x))
    return mark(says, *parts, at(scale(found.value), y, _shape(condition)), class_="interval")


def _shape(condition: Condition) -> Markup:
    colour = COLOURS[condition]
    if condition == "real":
        return tag("circle", r=4.6, fill=colour)
    if condition == "other":
        return tag("path", d="M0-5.4L5.4 0L0 5.4L-5.4 0Z", fill="#fff", stroke=colour, stroke_width=2)
    return tag("rect", x=-4, y=-4, width=8, height=8, fill="#fff", stroke=colour, stroke_width=2)


def _in_words(drawn: Sequence[tuple[TaskResult, MetricResult, list[tuple[Condition, Interval]]]]) -> str:
    return (
        "; ".join(
            f"{task_name(task.task)}, {metric.name}: "
            + ", ".join(f"{NAMES[condition]} {score_interval(interval)}" for condition, interval in found)
            for task, metric, found in drawn
        )
        or "No score that is better when higher could be computed."
    )
