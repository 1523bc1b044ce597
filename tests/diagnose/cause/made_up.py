"""Cuts and exchanges with intervals that one knows."""

from collections.abc import Iterable
from typing import Literal

from angiogram.diagnose.cause.result import Interchange, Window
from angiogram.statistics.interval import Interval
from tests.report.report_sample import around


def window(
    blocks: Iterable[int],
    rows: Literal["last", "later"],
    changed: float,
    cost: float | None = None,
    used: bool | None = None,
) -> Window:
    """Of 70 % right answers; the cost is all that changes unless given. Intervals reach 5 points to either side."""
    drop = changed if cost is None else cost
    shown = around(changed, 0.05)
    seen = shown.low > 0 if used is None else used
    return Window(tuple(blocks), rows, around(0.7 - drop, 0.05), shown, around(drop, 0.05), changed / 3, seen)


def sliding(rows: Literal["last", "later"], **changed: float) -> list[Window]:
    """Windows of two of ten blocks; `b4=0.2` is what changes under that which begins with block 4."""
    return [window((b, b + 1), rows, changed.get(f"b{b}", 0.0)) for b in range(9)]


def places(*followed: float) -> list[Interchange]:
    """The connector, then one block after the other. Intervals reach 10 points to either side."""
    shown = [Interval(value, max(0.0, value - 0.1), value + 0.1) for value in followed]
    return [
        Interchange(
            "connector.out" if index == 0 else f"llm.block.{index - 1}",
            None if index == 0 else index - 1,
            each,
            Interval(1 - each.value, 1 - each.high, 1 - each.low),
            around(each.value - followed[0] / 2, 0.1),
            each.low > 0,
        )
        for index, each in enumerate(shown)
    ]
