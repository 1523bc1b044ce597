"""The loss waterfall: stages as dots, the steps between them as hanging bars, the verdict of each mode beside them."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from angiogram.diagnose.read.measured import LossStep, Stage
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.diagnose.terms import Mode, State
from angiogram.report.charts.icons import shape
from angiogram.report.charts.palette import GAIN, INK, RULE, SOFT, STATE
from angiogram.report.charts.scale import Scale, around, ends
from angiogram.report.charts.svg import at, chart, hatch, mark, share, tag
from angiogram.report.wording import change, is_gain, known, percent, percent_interval, two_lines
from angiogram.statistics.interval import Interval

WIDE_ROW, NARROW_ROW, AXIS = 33, 50, 26


@dataclass(frozen=True)
class Bar:
    """A step with the places it hangs between; `start` is None where the stage before it has no number."""

    step: LossStep
    start: float
    state: State

    @property
    def end(self) -> Interval:
        """Where the bar ends, with the interval of the step around it: it may reach beyond 0 % and 100 %."""
        loss = self.step.loss
        return Interval(self.start - loss.value, self.start - loss.high, self.start - loss.low)


def waterfall(report: Diagnosis, narrow: bool = False) -> Markup:
    """The chart; `narrow` puts the words above the marks instead of beside them."""
    rows = list(_rows(report))
    shown = (*(stage.accuracy for stage in report.stages), *(row.end for row in rows if isinstance(row, Bar)))
    scale = around([min(1.0, max(0.0, value)) for value in ends(shown)], 0.0, 0.5, (0.1, 0.2))
    pitch = NARROW_ROW if narrow else WIDE_ROW
    height = len(rows) * pitch + AXIS
    key = "waterfall-narrow" if narrow else "waterfall"
    parts = [hatch(f"{key}-gain", GAIN), *_grid(scale, height)]
    for index, row in enumerate(rows):
        y = index * pitch + (38 if narrow else pitch / 2)
        if isinstance(row, Bar):
            parts += _step(row, scale, y, pitch, key, narrow)
        else:
            parts += _stage(row, scale, y, narrow)
    if not narrow:
        parts += _verdicts(report, rows)
    kind = "waterfall narrow" if narrow else "waterfall wide"
    return chart(key, "Where the accuracy goes, stage by stage", describe(report), height, parts, kind)


def describe(report: Diagnosis) -> str:
    """The chart in words."""
    stages = [f"{stage.key} {stage.title}: {percent_interval(stage.accuracy)}" for stage in report.stages]
    steps = [f"{step.start} to {step.end}, {step.title}: {change(step.loss)}" for step in report.steps]
    return "Accuracy with 95 % interval at each stage. " + "; ".join(stages) + ". Steps: " + "; ".join(steps) + "."


def _rows(report: Diagnosis) -> Iterator[Stage | Bar]:
    states: dict[Mode, State] = {verdict.mode: verdict.state for verdict in report.verdicts}
    for stage in report.stages:
        yield stage
        if stage.accuracy is not None and known(stage.accuracy.value):
            for step in report.steps:
                if step.start == stage.key and known(step.loss.value):
                    yield Bar(step, stage.accuracy.value, states.get(step.mode, "not assessed"))


def _grid(scale: Scale, height: float) -> Iterator[Markup]:
    for index, value in enumerate(scale.ticks):
        x, kind = share(scale(value)), "tick odd" if index % 2 else "tick"
        yield tag("line", x1=x, x2=x, y1=0, y2=height - 20, stroke=RULE)
        anchor = {0.0: "start", 1.0: "end"}.get(scale(value), "middle")
        yield tag("text", percent(value, 0), x=x, y=height - 5, text_anchor=anchor, class_=kind)


def _stage(stage: Stage, scale: Scale, y: float, narrow: bool) -> list[Markup]:
    text = percent_interval(stage.accuracy)
    measured = stage.accuracy is not None and known(stage.accuracy.value)
    badge = [
        tag("circle", r=9.5, fill=INK if measured else "#7d8792"),
        tag("text", stage.key, y=4, text_anchor="middle", class_="badge"),
    ]
    colour = INK if measured else SOFT
    if narrow:
        label = at(0, y - 13, tag("g", *badge, transform="translate(10 -4)"), *_lines(stage.title, 20, 27, colour, -14))
        value = tag("text", text if measured else "not assessed", x="100%", y=y - 13, text_anchor="end", class_="value")
    else:
        label = at(0, y, tag("g", *badge, transform="translate(-193 0)"), *_lines(stage.title, 27, -176, colour))
        value = at(1, y, tag("text", text if measured else "not assessed", x=14, y=4, class_="value"))
    if stage.accuracy is None or not measured:
        return [label, value, tag("line", x1=0, x2="100%", y1=y, y2=y, stroke="#9aa4ae", stroke_dasharray="2 5")]
    marks = mark(
        f"{stage.key} {stage.title}: {text}" + (f"\nread at {stage.tap}" if stage.tap else ""),
        tag("rect", x=0, y=y - 14, width="100%", height=28, class_="hit"),
        tag("rect", x=0, y=y - 2, width=share(scale(stage.accuracy.value)), height=4, fill="#dfe4e9"),
        *_whisker(scale, stage.accuracy, y, INK),
        tag("circle", cx=share(scale(stage.accuracy.value)), cy=y, r=5.2, fill=INK),
        class_="stage",
    )
    return [marks, label, value]


def _step(bar: Bar, scale: Scale, y: float, pitch: float, key: str, narrow: bool) -> list[Markup]:
    loss, end = bar.step.loss, bar.end.value
    gain = is_gain(loss)
    left, right = sorted((scale(bar.start), scale(end)))
    fill = f"url(#{key}-gain)" if gain else STATE[bar.state]
    text = change(loss, unit="")
    above, below = (-pitch + 6, pitch - 6) if narrow else (-pitch + 5, pitch - 5)
    threads = [
        tag("line", x1=share(scale(x)), x2=share(scale(x)), y1=y + y1, y2=y + y2, class_="thread")
        for x, y1, y2 in ((bar.start, above, -8), (end, 8, below))
    ]
    marks = mark(
        f"{bar.step.start} to {bar.step.end}, {bar.step.title}: {change(loss)}",
        tag("rect", x=0, y=y - 14, width="100%", height=28, class_="hit"),
        tag(
            "rect",
            x=share(left),
            y=y - 8,
            width=share(max(right - left, 0.003)),
            height=16,
            fill=fill,
            stroke=GAIN if gain else None,
            stroke_width=1.5 if gain else None,
        ),
        *_whisker(scale, bar.end, y, INK),
        class_="step gain" if gain else "step loss",
    )
    if narrow:
        sign = tag("g", shape(bar.state), transform="translate(10 -5) scale(.82)")
        value = tag("text", text, x="100%", y=y - 13, text_anchor="end")
        return [*threads, marks, at(0, y - 13, sign, *_lines(bar.step.title, 20, 27, SOFT, -14)), value]
    words = at(0, y, *_lines(bar.step.title, 27, -176, SOFT))
    return [*threads, marks, words, at(1, y, tag("text", text, x=14, y=4))]


def _lines(text: str, length: int, x: float, colour: str, lift: float | None = None) -> list[Markup]:
    """One or two lines: centred on y = 0, or the last on y = 0 and the first `lift` above it."""
    lines = two_lines(text, length, length if lift is None else 36)
    first, pitch = (4 if len(lines) == 1 else -3, 14) if lift is None else (lift * (len(lines) - 1), -lift)
    return [tag("text", line, x=x, y=first + pitch * i, fill=colour) for i, line in enumerate(lines)]


def _whisker(scale: Scale, interval: Interval, y: float, colour: str) -> list[Markup]:
    if not (known(interval.low) and known(interval.high)):
        return []
    low, high = share(scale(interval.low)), share(scale(interval.high))
    line = tag("line", x1=low, x2=high, y1=y, y2=y, stroke=colour, stroke_width=1.4)
    closed = {low: interval.low >= scale.low, high: interval.high <= scale.high}
    return [line, *(_cap(x, y, colour) if inside else _open(x, y, colour) for x, inside in closed.items())]


def _cap(x: str, y: float, colour: str) -> Markup:
    return tag("line", x1=x, x2=x, y1=y - 4, y2=y + 4, stroke=colour, stroke_width=1.4)


def _open(x: str, y: float, colour: str) -> Markup:
    """An arrow: the interval goes on beyond the axis."""
    tip = "M5 -4L0 0L5 4" if x == "0%" else "M-5 -4L0 0L-5 4"
    return at(0 if x == "0%" else 1, y, tag("path", d=tip, fill="none", stroke=colour, stroke_width=1.4), class_="open")


def _verdicts(report: Diagnosis, rows: list[Stage | Bar]) -> Iterator[Markup]:
    """Brackets at the right: which steps make up a failure mode, and what was found."""
    for verdict in report.verdicts:
        places = [i for i, row in enumerate(rows) if isinstance(row, Bar) and row.step.mode == verdict.mode]
        if not places:
            continue
        top, bottom = min(places) * WIDE_ROW + 6, (max(places) + 1) * WIDE_ROW - 6
        middle = (top + bottom) / 2
        word = tag("text", verdict.state, x=221, y=4.5, class_="verdict")
        sign = tag("g", shape(verdict.state), transform="translate(207 0)")
        bracket = tag("path", d=f"M189 {top - middle:g}h5V{bottom - middle:g}h-5", fill="none", stroke="#9aa4ae")
        yield at(1, middle, tag("g", bracket, sign, word, class_="bracket"))
