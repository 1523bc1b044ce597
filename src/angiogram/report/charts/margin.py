"""One failure mode's loss and its interval against the margin, with the steps it is made of."""

from markupsafe import Markup

from angiogram.diagnose.tell.diagnosis import Card, Diagnosis
from angiogram.report.charts.palette import GAIN, INK, RULE, SOFT, STATE
from angiogram.report.charts.scale import Scale, around, ends
from angiogram.report.charts.svg import at, chart, mark, share, tag
from angiogram.report.wording import DASH, change, is_gain, known, points, round_points
from angiogram.statistics.interval import Interval

TOP, ROW = 20, 22
NAME = 0.12  # share of the width that a name takes


def margin_plot(report: Diagnosis, verdict: Card) -> Markup:
    """The plot of one verdict; all four share one axis so that they can be compared."""
    scale = shared_scale(report)
    parts = [step for step in report.steps if step.mode == verdict.mode]
    lines: list[tuple[str, Interval | None]] = [("", verdict.loss)]
    if len(parts) > 1:
        lines += [(f"{step.start}{DASH}{step.end}", step.loss) for step in parts]
    bottom = TOP + ROW * len(lines)
    edge = scale(verdict.margin)
    children = [
        tag("rect", x=share(edge), y=TOP, width=share(1 - edge), height=bottom - TOP, fill="#fbeee6"),
        *(tag("line", x1=x, x2=x, y1=TOP, y2=bottom, stroke=RULE) for x in map(share, map(scale, scale.ticks))),
        tag("line", x1=share(scale(0)), x2=share(scale(0)), y1=TOP, y2=bottom, stroke=SOFT),
        tag("line", x1=share(edge), x2=share(edge), y1=TOP - 4, y2=bottom, stroke=STATE["present"], stroke_width=1.5),
        at(
            edge,
            TOP - 8,
            tag("text", f"margin {round_points(verdict.margin)} points", class_="tick", text_anchor="middle"),
        ),
    ]
    for index, (name, loss) in enumerate(lines):
        children += _line(scale, name, loss, TOP + ROW * (index + 0.5), verdict.state == "not assessed", index == 0)
    children += [
        tag("text", round_points(x), x=share(scale(x)), y=bottom + 15, class_="tick", text_anchor="middle")
        for x in scale.ticks
    ]
    title = f"{verdict.title}: loss against the margin"
    words = f"{verdict.state}. " + "; ".join(f"{name} {change(loss)}".strip() for name, loss in lines)
    words += f". Margin {points(verdict.margin)} points."
    return chart(f"margin-{verdict.mode}", title, words, bottom + 20, children, "margin")


def shared_scale(report: Diagnosis) -> Scale:
    """One axis of losses for all the verdicts."""
    losses = [verdict.loss for verdict in report.verdicts] + [step.loss for step in report.steps]
    return around(ends(losses), -0.1, 0.2, (0.1, 0.2, 0.5))


def _name(name: str, y: float, right: bool) -> Markup:
    """At the left edge, or at the right one where the interval begins at the left."""
    if right:
        return at(1, y, tag("text", name, x=-4, y=4, text_anchor="end", class_="tick"))
    return at(0, y, tag("text", name, x=4, y=4, class_="tick"))


def _line(scale: Scale, name: str, loss: Interval | None, y: float, silent: bool, main: bool) -> list[Markup]:
    label = [_name(name, y, loss is not None and known(loss.low) and scale(loss.low) < NAME)] if name else []
    if silent or loss is None or not known(loss.value):
        return [*label, tag("text", "not assessed", x="50%", y=y + 4, text_anchor="middle", class_="tick")]
    colour = (GAIN if is_gain(loss) else INK) if main else SOFT
    thick = 3 if main else 1.6
    line = tag(
        "line",
        x1=share(scale(loss.low)),
        x2=share(scale(loss.high)),
        y1=y,
        y2=y,
        stroke=colour,
        stroke_width=thick,
        stroke_linecap="round",
    )
    dot = tag("circle", cx=share(scale(loss.value)), cy=y, r=5 if main else 3.4, fill=colour, stroke="#fff")
    hit = tag("rect", x=0, y=y - ROW / 2, width="100%", height=ROW, class_="hit")
    return [mark(f"{name} {change(loss)}".strip(), hit, line, dot, class_="interval"), *label]
