"""Where the answer reads the image: what cutting it off costs, and what an exchange of images carries over."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markupsafe import Markup

from angiogram.diagnose.cause.result import Causes, Interchange, Window
from angiogram.diagnose.cause.windows import ranges
from angiogram.report.charts.palette import IMAGE, INK, LAST, RULE, SOFT
from angiogram.report.charts.scale import Scale, around, ends
from angiogram.report.charts.svg import at, chart, mark, share, stretched, tag
from angiogram.report.wording import change, known, percent, percent_interval, round_points
from angiogram.statistics.interval import Interval

TOP, PLOT, BELOW = 14, 190, 42
WHOSE = {"last": "the last token and the answer", "later": "every later token"}


def windows_chart(causes: Causes) -> Markup:
    """The drop of the constrained answer by window: a bar over each run of its blocks, for both kinds of rows."""
    scale = around(ends(window.drop for window in causes.windows), -0.05, 0.1, (0.05, 0.1, 0.2, 0.5))
    children = [
        *_rules(scale, [round_points(value) for value in scale.ticks]),
        tag("line", x1=0, x2="100%", y1=_y(scale, 0), y2=_y(scale, 0), stroke=SOFT),
        *_numbers([(str(block), (block + 0.5) / causes.blocks) for block in range(causes.blocks)]),
        *(_window(window, scale, causes.blocks) for window in causes.windows),
    ]
    words = "; ".join(_window_words(window) for window in causes.windows)
    title = "What cutting off the image costs the answer, by window of blocks"
    return chart("causes-windows", title, f"{words}.", TOP + PLOT + BELOW, children, "causes")


def interchange_chart(causes: Causes) -> Markup:
    """The share of answers that follow the other case's image, and that stay, by the place of the exchange."""
    scale = Scale(0.0, 1.0, 0.2)
    places = causes.interchange
    spots = [((index + 0.5) / len(places), place) for index, place in enumerate(places)]
    names = [("C" if place.block is None else str(place.block), x) for x, place in spots]
    children = [
        *_rules(scale, [percent(value, 0) for value in scale.ticks]),
        stretched(
            TOP + PLOT,
            _line([(x, place.followed) for x, place in spots], scale, "image"),
            _line([(x, place.stayed) for x, place in spots], scale, "ending"),
        ),
        *_numbers(names),
        *(_place(x, place, scale, 1 / len(places)) for x, place in spots),
    ]
    words = "; ".join(_place_words(place) for place in places)
    title = "What an exchanged image carries over to the answer, by the place of the exchange"
    return chart("causes-interchange", title, f"{words}.", TOP + PLOT + BELOW, children, "causes")


def _y(scale: Scale, value: float) -> float:
    return TOP + PLOT * (1 - scale(value))


def _rules(scale: Scale, names: Sequence[str]) -> Iterator[Markup]:
    for value, name in zip(scale.ticks, names, strict=True):
        y = _y(scale, value)
        yield tag("line", x1=0, x2="100%", y1=y, y2=y, stroke=RULE)
        yield at(0, y, tag("text", name, x=-7, y=4, text_anchor="end", class_="tick"))


def _numbers(names: Sequence[tuple[str, float]]) -> Iterator[Markup]:
    """Letters always; of many blocks every second or fifth, on a phone every tenth where there are more than 50."""
    phone = 2 if len(names) > 50 else 1
    every = 5 if len(names) > 14 else 2 if len(names) > 8 else 1
    for index, (name, x) in enumerate(names):
        if name.isdigit() and index % every:
            continue
        kind = "tick wide-only" if name.isdigit() and index % (phone * every) else "tick"
        yield tag("text", name, x=share(x), y=TOP + PLOT + 16, text_anchor="middle", class_=kind)
    yield tag("text", "LLM block", x="50%", y=TOP + PLOT + 34, text_anchor="middle", class_="part")


def _window(window: Window, scale: Scale, blocks: int) -> Markup:
    """Whiskers of the two kinds stand side by side; an open mark was not seen to be used; dots span what is not cut."""
    left, right = window.blocks[0] / blocks, (window.blocks[-1] + 1) / blocks
    last = window.rows == "last"
    colour = LAST if last else IMAGE
    x, y = left + (right - left) * (0.36 if last else 0.64), _y(scale, window.drop.value)
    fill = colour if window.used else "#fff"
    point = (
        at(x, y, tag("rect", x=-3.5, y=-3.5, width=7, height=7, fill=fill, stroke=colour))
        if last
        else tag("circle", cx=share(x), cy=y, r=4, fill=fill, stroke=colour)
    )
    return mark(
        _window_words(window),
        _touched(left, right, scale, window.drop),
        *(_bar(low / blocks, (high + 1) / blocks, y, colour) for low, high in _runs(window.blocks)),
        *(_bar((a + 1) / blocks, b / blocks, y, colour, "1 4") for a, b in pairwise(window.blocks) if b > a + 1),
        _whisker(x, window.drop, scale, colour),
        point,
        class_="window",
    )


def _runs(blocks: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last of each run of neighbours."""
    firsts = [block for block in blocks if block - 1 not in blocks]
    lasts = [block for block in blocks if block + 1 not in blocks]
    yield from zip(firsts, lasts, strict=True)


def _bar(left: float, right: float, y: float, colour: str, dashes: str | None = None) -> Markup:
    dashed = {"stroke_dasharray": dashes} if dashes else {}
    return tag("line", x1=share(left), x2=share(right), y1=y, y2=y, stroke=colour, stroke_width=1.2, **dashed)


def _touched(left: float, right: float, scale: Scale, shown: Interval) -> Markup:
    """What can be pointed at: the interval's own height, since windows overlap."""
    high, low = _y(scale, shown.high), _y(scale, shown.low)
    return tag("rect", x=share(left), y=high, width=share(right - left), height=max(8.0, low - high), class_="hit")


def _whisker(x: float, shown: Interval, scale: Scale, colour: str) -> Markup:
    y1, y2 = _y(scale, shown.low), _y(scale, shown.high)
    return tag("line", x1=share(x), x2=share(x), y1=y1, y2=y2, stroke=colour, stroke_width=1.5)


def _window_words(window: Window) -> str:
    seen = "" if window.used else ", not seen to be used"
    answer = f"{percent_interval(window.changed)} of the answers change, accuracy {change(window.drop)}"
    return f"{ranges(window.blocks)}, cut off from {WHOSE[window.rows]}: {answer}{seen}"


def _line(values: Sequence[tuple[float, Interval]], scale: Scale, kind: str) -> Markup:
    spots = [f"{x * 1000:.1f} {_y(scale, shown.value):.1f}" for x, shown in values if known(shown.value)]
    return tag("path", d="M" + "L".join(spots), class_=f"line {kind}") if len(spots) > 1 else Markup("")


def _place(x: float, place: Interchange, scale: Scale, width: float) -> Markup:
    nudge = width * 0.06
    diamond = tag("path", d="M0-5L5 0L0 5L-5 0Z", fill=INK)
    return mark(
        _place_words(place),
        tag("rect", x=share(x - width / 2), y=TOP, width=share(width), height=PLOT, class_="hit"),
        _whisker(x - nudge, place.followed, scale, IMAGE),
        _whisker(x + nudge, place.stayed, scale, INK),
        tag("circle", cx=share(x - nudge), cy=_y(scale, place.followed.value), r=4, fill=IMAGE),
        at(x + nudge, _y(scale, place.stayed.value), diamond),
        class_="place",
    )


def _place_words(place: Interchange) -> str:
    where = "at the connector's output" if place.block is None else f"behind block {place.block}"
    followed, stayed = percent_interval(place.followed), percent_interval(place.stayed)
    return f"exchanged {where}: {followed} follow, {stayed} stay"
