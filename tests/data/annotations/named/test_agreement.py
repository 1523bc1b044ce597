"""Boxes of several readers: the order of rows does not matter, and every box is in one thing."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.data.annotations.named.agreement import agreement
from angiogram.data.annotations.named.boxed import SIDES

BOX = st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 15), st.integers(1, 15)).map(
    lambda box: (float(box[0]), float(box[1]), float(box[0] + box[2]), float(box[1] + box[3]))
)
DRAWN = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["R1", "R2", "R3"]), BOX), max_size=10)
KINDS = {"what": pl.String, "by": pl.String, **dict.fromkeys(SIDES, pl.Float64)}


def frame(drawn: list[tuple[str, str, tuple[float, ...]]]) -> pl.DataFrame:
    return pl.DataFrame([(what, by, *box) for what, by, box in drawn], KINDS, orient="row")


@settings(max_examples=60, deadline=None)
@given(DRAWN, st.randoms())
def test_order_does_not_matter_and_no_box_is_in_two_things(drawn: list[tuple[str, str, tuple[float, ...]]], random):
    found = agreement(frame(drawn), ["what"], "by")
    assert found.boxes.height * 2 + found.alone <= len(drawn)
    other = list(drawn)
    random.shuffle(other)
    again = agreement(frame(other), ["what"], "by")
    assert again.alone == found.alone
    assert _sorted(again.boxes) == _sorted(found.boxes)


def _sorted(boxes: pl.DataFrame) -> list[tuple[object, ...]]:
    return boxes.with_columns(pl.col(SIDES).round(6)).sort(pl.all()).rows()


@settings(max_examples=30, deadline=None)
@given(BOX)
def test_the_same_box_by_three_is_that_box_and_by_one_is_none(box: tuple[float, ...]):
    three = agreement(frame([("a", by, box) for by in ("R1", "R2", "R3")]), ["what"], "by")
    assert three.boxes.rows() == [("a", *box)] and three.alone == 0
    one = agreement(frame([("a", "R1", box), ("a", "R1", box), ("b", "R2", box)]), ["what"], "by")
    assert one.boxes.is_empty() and one.alone == 3
