"""The flow: what a probe reads at every tap from pixels to answer."""

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from angiogram.diagnose.read.measured import CurvePoint, LensPoint, Stage
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.diagnose.terms import StageKey
from angiogram.report.charts.course import Stop, Stretch, course, stage_places
from angiogram.report.charts.ground import letters, parts
from angiogram.report.charts.palette import IMAGE, INK, LAST, LENS, RULE, SOFT
from angiogram.report.charts.scale import Scale
from angiogram.report.charts.svg import at, chart, hatch, mark, share, stretched, tag
from angiogram.report.wording import known, percent, percent_interval
from angiogram.statistics.interval import Interval

TOP, PLOT, BELOW = 40, 300, 54
SCALE = Scale(0.0, 1.0, 0.2)
Spot = tuple[float, CurvePoint]
LensSpot = tuple[float, LensPoint]


def flow(report: Diagnosis) -> Markup:
    """The chart of all taps; its legend and its table stand in the page."""
    stretches = course(report)
    stops = [stop for stretch in stretches for stop in stretch.stops]
    spots = [(stop.x, point) for stop in stops for point in stop.points]
    image = [spot for spot in spots if spot[1].stream == "image"]
    last = [spot for spot in spots if spot[1].stream == "last"]
    read = {point.tap: point for point in report.lens}
    lens = [(x, read[point.tap]) for x, point in spots if point.tap in read]
    heights: dict[StageKey, float] = {
        s.key: _y(s.accuracy.value) for s in report.stages if s.accuracy and known(s.accuracy.value)
    }
    children = [
        hatch("flow-null", "#c9cfd6", 1.4),
        *_ground(report, stretches),
        stretched(
            TOP + PLOT,
            *(_band(run, colour) for run, colour in ((image, IMAGE), (last, LAST), (lens, LENS))),
            *(_line([(x, p.twin) for x, p in run], "twin") for run in (image, last)),
            _line([(x, p.accuracy.value) for x, p in image], "image"),
            _line([(x, p.accuracy.value) for x, p in last], "last"),
            _line([(x, p.accuracy.value) for x, p in lens], "lens"),
            _line(_ending(last or image, stops), "ending"),
        ),
        *letters(stage_places(report.stages, stretches), TOP, heights),
        *(_point(x, point) for x, point in spots),
        *(_lens_point(x, point) for x, point in lens),
        *(_end_point(stop) for stop in stops),
        *(_touch(stop, read) for stop in stops),
    ]
    title = "Accuracy of a probe at every tap, from pixels to answer"
    return chart("flow", title, describe(report), TOP + PLOT + BELOW, children, "flow")


def describe(report: Diagnosis) -> str:
    """The chart in words: where it starts, and the stages with their taps; no peak, which luck would choose."""
    read = [point for point in report.curve if known(point.accuracy.value)]
    words = ""
    if read:
        words = f"{len(read)} taps. At {read[0].tap} a probe reads {percent(read[0].accuracy.value)}. "
    stages = "; ".join(
        f"{stage.key}{f', {stage.tap},' if stage.tap else ''} {percent(stage.accuracy.value)}"
        for stage in report.stages
        if stage.accuracy
    )
    lens = f"{report.forming} " if report.lens else ""
    return f"{words}Stages: {stages}. {lens}Majority class {percent(report.majority)}, null band up to " + (
        f"{percent(report.null_band)}."
    )


def _y(value: float) -> float:
    return TOP + PLOT * (1 - SCALE(value))


def _ground(report: Diagnosis, stretches: Sequence[Stretch[CurvePoint, Stage]]) -> Iterator[Markup]:
    bottom = TOP + PLOT
    yield from parts(stretches, TOP, PLOT)
    for value in SCALE.ticks:
        yield tag("line", x1=0, x2="100%", y1=_y(value), y2=_y(value), stroke=RULE)
        yield at(0, _y(value), tag("text", percent(value, 0), x=-7, y=4, text_anchor="end", class_="tick"))
    if known(report.null_band):
        y = _y(report.null_band)
        yield tag("rect", x=0, y=y, width="100%", height=bottom - y, fill="url(#flow-null)", class_="null-band")
    if known(report.majority):
        y = _y(report.majority)
        yield tag("line", x1=0, x2="100%", y1=y, y2=y, stroke=SOFT, stroke_width=1.3, stroke_dasharray="9 3 2 3")
    reference = next((stage.accuracy for stage in report.stages if stage.key == "R" and stage.accuracy), None)
    if reference is not None and known(reference.value):
        y = _y(reference.value)
        yield tag("line", x1=0, x2="100%", y1=y, y2=y, stroke=INK, stroke_width=1.1, stroke_dasharray="1.5 4")
        yield at(1, y, tag("text", "R", x=4, y=4, class_="letter"))


def _band(run: Sequence[Spot] | Sequence[LensSpot], colour: str) -> Markup:
    known_run = [(x, p.accuracy) for x, p in run if known(p.accuracy.low) and known(p.accuracy.high)]
    if len(known_run) < 2:
        return Markup("")
    upper = [f"{x * 1000:.1f} {_y(each.high):.1f}" for x, each in known_run]
    lower = [f"{x * 1000:.1f} {_y(each.low):.1f}" for x, each in reversed(known_run)]
    return tag("path", d="M" + "L".join(upper + lower) + "Z", fill=colour, class_="band")


def _line(values: Sequence[tuple[float, float | None]], kind: str) -> Markup:
    places = [f"{x * 1000:.1f} {_y(value):.1f}" for x, value in values if value is not None and known(value)]
    return tag("path", d="M" + "L".join(places), class_=f"line {kind}") if len(places) > 1 else Markup("")


def _ending(run: Sequence[Spot], stops: Sequence[Stop[CurvePoint, Stage]]) -> list[tuple[float, float | None]]:
    """From the last tap through the answers."""
    start: list[tuple[float, float | None]] = [(x, p.accuracy.value) for x, p in run[-1:]]
    return start + [(stop.x, _accuracy(stop).value) for stop in stops if stop.stage is not None]


def _accuracy(stop: Stop[CurvePoint, Stage]) -> Interval:
    assert stop.stage is not None and stop.stage.accuracy is not None  # `course` keeps measured stages only
    return stop.stage.accuracy


def _point(x: float, point: CurvePoint) -> Markup:
    if not known(point.accuracy.value):
        return Markup("")
    y = _y(point.accuracy.value)
    colour = IMAGE if point.stream == "image" else LAST
    fill = colour if point.on_path else "#fff"
    if point.stream == "image":
        return tag("circle", cx=share(x), cy=y, r=3.6, fill=fill, stroke=colour, class_="point")
    return at(x, y, tag("rect", x=-3, y=-3, width=6, height=6, fill=fill, stroke=colour), class_="point")


def _lens_point(x: float, point: LensPoint) -> Markup:
    if not known(point.accuracy.value):
        return Markup("")
    triangle = tag("path", d="M0-4L4 3.2L-4 3.2Z", fill=LENS, stroke=LENS)
    return at(x, _y(point.accuracy.value), triangle, class_="lens-point")


def _end_point(stop: Stop[CurvePoint, Stage]) -> Markup:
    if stop.stage is None:
        return Markup("")
    accuracy = _accuracy(stop)
    low, high = (value if known(value) else accuracy.value for value in (accuracy.low, accuracy.high))
    x, y = share(stop.x), _y(accuracy.value)
    whisker = tag("line", x1=x, x2=x, y1=_y(low), y2=_y(high), stroke=INK, stroke_width=1.5)
    return tag("g", whisker, at(stop.x, y, tag("path", d="M0-6L6 0L0 6L-6 0Z", fill=INK)), class_="end-point")


def _touch(stop: Stop[CurvePoint, Stage], read: Mapping[str, LensPoint]) -> Markup:
    """The invisible column that shows a stop's values."""
    column = tag("rect", x=share(stop.left), y=TOP, width=share(stop.right - stop.left), height=PLOT, class_="hit")
    if stop.stage is not None:
        return mark(f"{stop.stage.key} {stop.stage.title}\n{percent_interval(_accuracy(stop))}", column, class_="stop")
    lens = [_lens_words(read[point.tap]) for point in stop.points if point.tap in read]
    return mark("\n".join([*map(_words, stop.points), *lens]), column, class_="stop")


def _words(point: CurvePoint) -> str:
    words = f"{point.tap}  {percent_interval(point.accuracy)}\n  random weights {percent(point.twin)}"
    if point.grid is not None:
        words += f"\n  2x2 grid pooling {percent(point.grid)}"
    return words if point.on_path else f"{words}\n  off the path to the answer"


def _lens_words(point: LensPoint) -> str:
    return f"the model's own head there  {percent_interval(point.accuracy)}"
