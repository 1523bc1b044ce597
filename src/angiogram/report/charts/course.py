"""Where everything stands along the flow: depths and end points placed on the x axis, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from angiogram.compare.comparison import StageChange, TapChange
from angiogram.diagnose.read.measured import CurvePoint, Stage
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.diagnose.terms import StageKey
from angiogram.report.wording import known

Point = TypeVar("Point", CurvePoint, TapChange)
End = TypeVar("End", Stage, StageChange)

PART_NAMES = {
    "pixels": "Pixels",
    "encoder": "Vision encoder",
    "connector": "Connector",
    "llm": "LLM",
    "answer": "Answer",
}
# Parts of one or two taps still need room for their name.
LEAST_UNITS = {"pixels": 2.5, "encoder": 3.0, "connector": 3.0, "llm": 3.0, "answer": 6.0}


@dataclass(frozen=True)
class Stop(Generic[Point, End]):
    """One position on the x axis: the taps of one depth, or one end point."""

    x: float
    left: float
    right: float
    points: tuple[Point, ...]
    stage: End | None
    tick: str


@dataclass(frozen=True)
class Stretch(Generic[Point, End]):
    """The stops of one part and the share of the axis they take."""

    part: str
    left: float
    right: float
    stops: tuple[Stop[Point, End], ...]


def course(report: Diagnosis) -> tuple[Stretch[CurvePoint, Stage], ...]:
    """The stretches of a report from pixels to answer."""
    spoken = [s for s in report.stages if s.key in ("S", "G") and s.accuracy is not None and known(s.accuracy.value)]
    return stretches_of(report.curve, spoken)


def stretches_of(curve: Sequence[Point], spoken: Sequence[End]) -> tuple[Stretch[Point, End], ...]:
    """The stretches from the first of `curve` to the answers `spoken`; parts without a tap are left out."""
    groups: list[tuple[str, list[tuple[tuple[Point, ...], End | None]]]] = []
    for part in ("pixels", "encoder", "connector", "llm"):
        depths = sorted({point.depth for point in curve if point.part == part})
        taps = [tuple(p for p in curve if p.part == part and p.depth == depth) for depth in depths]
        groups.append((part, [(points, None) for points in taps]))
    groups.append(("answer", [((), stage) for stage in spoken]))
    groups = [group for group in groups if group[1]]
    total = sum(max(len(members), LEAST_UNITS[part]) for part, members in groups)
    stretches: list[Stretch[Point, End]] = []
    left = 0.0
    for part, members in groups:
        width = max(len(members), LEAST_UNITS[part]) / total
        each = width / len(members)
        stops = tuple(
            Stop(left + each * (i + 0.5), left + each * i, left + each * (i + 1), points, stage, _tick(points, stage))
            for i, (points, stage) in enumerate(members)
        )
        stretches.append(Stretch(part, left, left + width, stops))
        left += width
    return tuple(stretches)


def stage_places(stages: Sequence[End], stretches: Sequence[Stretch[Point, End]]) -> list[tuple[StageKey, float]]:
    """Each of the stages that has a place on the axis: (letter, x)."""
    places: list[tuple[StageKey, float]] = []
    for stage in stages:
        for stop in (stop for stretch in stretches for stop in stretch.stops):
            if stop.stage is stage or (stage.tap is not None and any(p.tap == stage.tap for p in stop.points)):
                places.append((stage.key, stop.x))
                break
    return sorted(places, key=lambda place: place[1])


def _tick(points: Sequence[Point], stage: End | None) -> str:
    if stage is not None:
        return stage.key
    last = points[0].tap.partition("@")[0].rpartition(".")[2]
    return last if last.isdigit() else ""
