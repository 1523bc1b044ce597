"""The flow of changes: how much more or less a probe reads at every tap of another run than at the same tap of the
baseline."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from angiogram.compare.comparison import Contrast, StageChange, TapChange
from angiogram.diagnose.terms import StageKey
from angiogram.report.charts.course import Stop, stage_places, stretches_of
from angiogram.report.charts.ground import letters, parts
from angiogram.report.charts.palette import IMAGE, INK, LAST, RULE
from angiogram.report.charts.scale import Scale, around, ends
from angiogram.report.charts.svg import at, chart, mark, share, stretched, tag
from angiogram.report.wording import percent, points_interval, round_points
from angiogram.statistics.interval import Interval

TOP, PLOT, BELOW = 40, 240, 54
Place = Stop[TapChange, StageChange]
Spot = tuple[float, TapChange]


def tap_changes(contrast: Contrast, key: str) -> Markup:
    """The chart of all taps that both runs have, and of the answers; its legend and its table stand in the page."""
    stretches = stretches_of(contrast.taps, [stage for stage in contrast.stages if stage.key in ("S", "G")])
    stops = [stop for stretch in stretches for stop in stretch.stops]
    spots = [(stop.x, point) for stop in stops for point in stop.points]
    intervals = [point.change for _, point in spots] + [stop.stage.change for stop in stops if stop.stage]
    frozen = [(x, each) for each in contrast.readers for x, point in spots if point.tap == each.tap]
    intervals += [each.change for _, each in frozen]
    scale = around(ends(intervals), -0.1, 0.1)
    image = [spot for spot in spots if spot[1].stream == "image"]
    last = [spot for spot in spots if spot[1].stream == "last"]
    heights: dict[StageKey, float] = {stage.key: _y(scale, stage.change.value) for stage in contrast.stages}
    children = [
        *parts(stretches, TOP, PLOT),
        *_levels(scale),
        stretched(
            TOP + PLOT,
            *(_band(scale, run, colour) for run, colour in ((image, IMAGE), (last, LAST))),
            _line(scale, image, "image"),
            _line(scale, last, "last"),
        ),
        *letters(stage_places(contrast.stages, stretches), TOP, heights),
        *(_point(scale, x, point) for x, point in spots),
        *(_answer(scale, stop) for stop in stops),
        *(_frozen(scale, x, each) for x, each in frozen),
        *(_touch(stop) for stop in stops),
    ]
    title = f"Change of a probe's accuracy at every tap, {contrast.run.name} minus the baseline"
    return chart(key, title, describe(contrast), TOP + PLOT + BELOW, children, "flow")


def describe(contrast: Contrast) -> str:
    """The chart in words: the largest gain, the largest loss, and how many taps change for themselves."""
    if not contrast.taps:
        return "The two runs have no tap of the same name."
    ordered = sorted(contrast.taps, key=lambda point: point.change.value)
    away = sum(outside(point.change) for point in contrast.taps)
    return (
        f"{len(ordered)} taps. Lowest change {points_interval(ordered[0].change)} points at {ordered[0].tap}, highest "
        f"{points_interval(ordered[-1].change)} points at {ordered[-1].tap}. At {away} of them the interval leaves out "
        "zero."
    )


def outside(change: Interval) -> bool:
    """Whether the interval leaves out zero."""
    return change.low > 0 or change.high < 0


def _y(scale: Scale, value: float) -> float:
    return TOP + PLOT * (1 - scale(value))


def _levels(scale: Scale) -> Iterator[Markup]:
    for value in scale.ticks:
        y, zero = _y(scale, value), abs(value) < 1e-9
        yield tag("line", x1=0, x2="100%", y1=y, y2=y, stroke=INK if zero else RULE)
        sign = "+" if value > 1e-9 else ""
        yield at(0, y, tag("text", sign + round_points(value), x=-7, y=4, text_anchor="end", class_="tick"))


def _band(scale: Scale, run: Sequence[Spot], colour: str) -> Markup:
    if len(run) < 2:
        return Markup("")
    upper = [f"{x * 1000:.1f} {_y(scale, point.change.high):.1f}" for x, point in run]
    lower = [f"{x * 1000:.1f} {_y(scale, point.change.low):.1f}" for x, point in reversed(run)]
    return tag("path", d="M" + "L".join(upper + lower) + "Z", fill=colour, class_="band")


def _line(scale: Scale, run: Sequence[Spot], kind: str) -> Markup:
    places = [f"{x * 1000:.1f} {_y(scale, point.change.value):.1f}" for x, point in run]
    return tag("path", d="M" + "L".join(places), class_=f"line {kind}") if len(places) > 1 else Markup("")


def _point(scale: Scale, x: float, point: TapChange) -> Markup:
    """Filled where the interval leaves out zero."""
    y = _y(scale, point.change.value)
    colour = IMAGE if point.stream == "image" else LAST
    fill = colour if outside(point.change) else "#fff"
    if point.stream == "image":
        return tag("circle", cx=share(x), cy=y, r=3.6, fill=fill, stroke=colour, class_="point")
    return at(x, y, tag("rect", x=-3, y=-3, width=6, height=6, fill=fill, stroke=colour), class_="point")


def _answer(scale: Scale, stop: Place) -> Markup:
    if stop.stage is None:
        return Markup("")
    change, x = stop.stage.change, share(stop.x)
    whisker = tag("line", x1=x, x2=x, y1=_y(scale, change.low), y2=_y(scale, change.high), stroke=INK, stroke_width=1.5)
    fill = INK if outside(change) else "#fff"
    diamond = tag("path", d="M0-6L6 0L0 6L-6 0Z", fill=fill, stroke=INK)
    return tag("g", whisker, at(stop.x, _y(scale, change.value), diamond), class_="end-point")


def _frozen(scale: Scale, x: float, reader: StageChange) -> Markup:
    """What the baseline's probe reads more or less, with its interval."""
    low, high = (_y(scale, value) for value in (reader.change.low, reader.change.high))
    whisker = tag("line", x1=share(x), x2=share(x), y1=low, y2=high, class_="frozen")
    cross = tag("path", d="M-4.5-4.5L4.5 4.5M4.5-4.5L-4.5 4.5", class_="frozen")
    return tag("g", whisker, at(x, _y(scale, reader.change.value), cross), class_="reader")


def _touch(stop: Place) -> Markup:
    """The invisible column that shows a stop's values."""
    column = tag("rect", x=share(stop.left), y=TOP, width=share(stop.right - stop.left), height=PLOT, class_="hit")
    if stop.stage is not None:
        return mark(_words(f"{stop.stage.key} {stop.stage.title}", stop.stage), column, class_="stop")
    return mark("\n".join(_words(point.tap, point) for point in stop.points), column, class_="stop")


def _words(name: str, each: TapChange | StageChange) -> str:
    return (
        f"{name}  {points_interval(each.change)} points\n"
        f"  {percent(each.before.value)} in the baseline, {percent(each.after.value)} in the other run"
    )
