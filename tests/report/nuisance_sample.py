"""Further columns of the made-up diagnosis: one that explains the class, one that does not, one that cannot serve."""

from collections.abc import Sequence

from angiogram.diagnose.read.columns import ColumnPoint, ColumnReading, NuisanceColumn, WithinStrata
from angiogram.diagnose.read.measured import CurvePoint
from angiogram.statistics.interval import Interval


def around(value: float, half: float = 0.04) -> Interval:
    return Interval(value, value - half, value + half)


def sample_nuisance(taps: Sequence[CurvePoint], hostile: str) -> tuple[NuisanceColumn, ...]:
    def column(name: str, left: float, outcome: str, says: str) -> NuisanceColumn:
        stages = (("V", "encoder.out"), ("C", "connector.out"), ("U", "llm.norm@last"), ("S", None))
        within = tuple(
            WithinStrata(key, tap, True, around(0.6), around(0.8), around(left), around(0.8 - left),
                         None if tap is None else around(0.5), outcome)
            for key, tap in stages
        )  # fmt: skip
        curve = tuple(ColumnPoint(tap.tap, around(0.5 + tap.accuracy.value / 2)) for tap in taps)
        reading = ColumnReading(
            ("A", "B", hostile), 0.5, 0.58, curve, around(0.7), around(0.6), 3, 520, 401.5, 0.3, within
        )
        return NuisanceColumn(name, outcome, says, outcome == "mostly", reading)

    return (
        column("scanner", 0.1, "mostly", "The class can be read through 'scanner' at V, C, U and S."),
        column(f"view {hostile}", 0.79, "not", f"'view {hostile}' does not explain what is read of the class."),
        NuisanceColumn("uid", "cannot be told", "'uid' was not held against the class: it differs.", False, None),
    )
