"""Two runs on the same cases: one pair of marks a stage, joined."""

from collections.abc import Sequence

from markupsafe import Markup

from angiogram.compare.comparison import StageChange
from angiogram.diagnose.read.measured import Stage
from angiogram.diagnose.tell.diagnosis import Difference
from angiogram.report.charts.palette import IMAGE, INK, LAST, RULE
from angiogram.report.charts.scale import around
from angiogram.report.charts.svg import at, chart, mark, share, tag
from angiogram.report.wording import known, percent, points_interval, shorten

ROW, AXIS = 42, 22


def dumbbell(
    paired: Sequence[Difference], stages: Sequence[Stage | StageChange], names: tuple[str, str], key: str
) -> Markup:
    """The paired stages of one run (filled circle) and of another (open diamond); `names` are those of the two."""
    titles = {stage.key: stage.title for stage in stages}
    pairs = [pair for pair in paired if known(pair.here) and known(pair.there)]
    scale = around([value for pair in pairs for value in (pair.here, pair.there)], 0.0, 0.5, (0.1, 0.2))
    height = ROW * len(pairs) + AXIS
    children: list[Markup] = []
    for tick in scale.ticks:
        x = share(scale(tick))
        anchor = {0.0: "start", 1.0: "end"}.get(scale(tick), "middle")
        children.append(tag("line", x1=x, x2=x, y1=0, y2=height - 18, stroke=RULE))
        children.append(tag("text", percent(tick, 0), x=x, y=height - 4, text_anchor=anchor, class_="tick"))
    for index, pair in enumerate(pairs):
        children += _pair(
            pair, titles.get(pair.stage, ""), names, scale(pair.here), scale(pair.there), index * ROW + 28
        )
    words = "; ".join(
        f"{pair.stage}: {names[0]} {percent(pair.here)}, {names[1]} {percent(pair.there)}, difference "
        f"{points_interval(pair.difference)} points"
        for pair in pairs
    )
    return chart(key, f"Accuracy of each stage in {names[0]} and in {names[1]}", words, height, children, "dumbbell")


def _pair(pair: Difference, title: str, names: tuple[str, str], here: float, there: float, y: float) -> list[Markup]:
    difference = points_interval(pair.difference)
    open_diamond = tag("path", d="M0-7L7 0L0 7L-7 0Z", fill="none", stroke=LAST, stroke_width=2.2)
    hit = tag("rect", x=0, y=y - 24, width="100%", height=ROW - 4, class_="hit")
    return [
        mark(
            f"{pair.stage} {title}\n{names[0]} {percent(pair.here)}, {names[1]} {percent(pair.there)}\n"
            f"difference {difference} points",
            hit,
            tag("line", x1=share(here), x2=share(there), y1=y, y2=y, stroke="#98a2ad", stroke_width=3),
            tag("circle", cx=share(here), cy=y, r=5.6, fill=IMAGE),
            at(there, y, open_diamond),
            class_="pair",
        ),
        at(
            0,
            y - 13,
            tag("text", pair.stage, class_="letter", fill=INK),
            tag("text", shorten(title, 26), x=16, class_="soft"),
        ),
        tag("text", difference, x="100%", y=y - 13, text_anchor="end"),
    ]
