"""A further column along the flow: what a probe reads of it at every tap, beside what it reads of the class."""

from collections.abc import Iterator

from markupsafe import Markup

from angiogram.diagnose.read.columns import ColumnReading, NuisanceColumn
from angiogram.diagnose.read.measured import CurvePoint, Stage
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.report.charts.course import Stop, stretches_of
from angiogram.report.charts.ground import parts
from angiogram.report.charts.palette import RULE
from angiogram.report.charts.scale import Scale
from angiogram.report.charts.svg import at, chart, hatch, mark, share, stretched, tag
from angiogram.report.wording import known, percent, percent_interval, shorten
from angiogram.statistics.interval import Interval

TOP, PLOT, BELOW = 10, 150, 54
SCALE = Scale(0.0, 1.0, 0.25)
Place = tuple[float, float | None]


def nuisance_chart(report: Diagnosis, column: NuisanceColumn, number: int) -> Markup:
    """The skill of the column and of the class at every tap; `number` of the chart on the page."""
    reading = column.reading
    if reading is None:
        return Markup("")
    read = {point.tap: point.accuracy for point in reading.curve}
    spoken: tuple[Stage, ...] = ()  # no stages on this chart
    stretches = stretches_of(report.curve, spoken)
    stops = [stop for stretch in stretches for stop in stretch.stops]
    spots = [(stop.x, point) for stop in stops for point in stop.points]
    children = [
        hatch(f"nuisance-null-{number}", "#c9cfd6", 1.4),
        *parts(stretches, TOP, PLOT),
        *_ground(reading, number),
    ]
    lines: list[Markup] = []
    for stream in ("image", "last"):
        own = [(x, point) for x, point in spots if point.stream == stream]
        lines.append(_line([(x, point.skill.value) for x, point in own], "twin"))
        lines.append(_line([(x, _skill(read.get(point.tap), reading.majority)) for x, point in own], stream))
    children += [stretched(TOP + PLOT, *lines), *(_touch(stop, read) for stop in stops)]
    name = shorten(column.name, 40)
    title = f"Skill of a probe for '{name}' at every tap"
    words = "; ".join(
        f"{stage.stage} {percent(_skill(read.get(stage.tap), reading.majority))}"
        for stage in reading.within
        if stage.tap is not None
    )
    height = TOP + PLOT + BELOW
    return chart(f"nuisance-{number}", title, f"{column.says} {words}", height, children, "flow nuisance")


def _skill(found: Interval | None, majority: float) -> float | None:
    return None if found is None or majority >= 1 else (found.value - majority) / (1 - majority)


def _y(value: float) -> float:
    return TOP + PLOT * (1 - SCALE(value))


def _ground(reading: ColumnReading, number: int) -> Iterator[Markup]:
    for value in SCALE.ticks:
        yield tag("line", x1=0, x2="100%", y1=_y(value), y2=_y(value), stroke=RULE)
        yield at(0, _y(value), tag("text", percent(value, 0), x=-7, y=4, text_anchor="end", class_="tick"))
    null = (reading.null_band - reading.majority) / (1 - reading.majority) if reading.majority < 1 else 0.0
    if known(null) and null > 0:
        fill = f"url(#nuisance-null-{number})"
        yield tag("rect", x=0, y=_y(null), width="100%", height=_y(0) - _y(null), fill=fill, class_="null-band")


def _line(values: list[Place], kind: str) -> Markup:
    places = [f"{x * 1000:.1f} {_y(value):.1f}" for x, value in values if value is not None and known(value)]
    return tag("path", d="M" + "L".join(places), class_=f"line {kind}") if len(places) > 1 else Markup("")


def _touch(stop: Stop[CurvePoint, Stage], read: dict[str, Interval]) -> Markup:
    """The invisible column that shows a stop's values."""
    hit = tag("rect", x=share(stop.left), y=TOP, width=share(stop.right - stop.left), height=PLOT, class_="hit")
    words = [
        f"{point.tap}  {percent_interval(read.get(point.tap))}\n  the class {percent_interval(point.accuracy)}"
        for point in stop.points
    ]
    return mark("\n".join(words), hit, class_="stop")
