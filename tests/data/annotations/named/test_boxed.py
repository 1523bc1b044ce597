"""Boxes in words: whole percents, none empty; where something is, is asked where one answer is right."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.data.annotations.named.boxed import SIDES, boxed
from angiogram.data.annotations.rules import checked

SHARE = st.floats(0, 1, allow_subnormal=False)
BOX = st.tuples(SHARE, SHARE, SHARE, SHARE).map(
    lambda box: (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))
)
DRAWN = st.lists(
    st.tuples(st.sampled_from(["a.png", "b.png"]), st.sampled_from(["mass", "nodule"]), BOX)
    .filter(lambda row: row[2][0] < row[2][2] and row[2][1] < row[2][3]),
    max_size=8,
)  # fmt: skip


def entries(drawn: list[tuple[str, str, tuple[float, ...]]]) -> pl.DataFrame:
    kinds = {"image": pl.String, "what": pl.String, **dict.fromkeys(SIDES, pl.Float64)}
    rows = [(image, what, *box) for image, what, box in drawn]
    return boxed(pl.LazyFrame(rows, kinds, orient="row"), "set").collect()


def test_a_side_thinner_than_a_percent_is_said_one_wide():
    found = entries([("a.png", "mass", (0.501, 0.0, 0.504, 1.0)), ("b.png", "mass", (0.118, 0.3, 0.9999, 1.0))])
    assert found.filter(task="rec")["target"].to_list() == ["[50, 0, 51, 100]", "[12, 30, 100, 100]"]
    assert found["id"].to_list() == ["set:a.png:rec-1", "set:b.png:rec-1", "set:a.png:reg-1", "set:b.png:reg-1"]


@settings(max_examples=60, deadline=None)
@given(DRAWN)
def test_each_box_is_named_and_each_finding_that_stands_alone_is_looked_for(
    drawn: list[tuple[str, str, tuple[float, ...]]],
):
    found = entries(drawn)
    assert checked(found.lazy()).set_aside.collect().height == 0
    kinds = [(image, what) for image, what, _ in drawn]
    looked_for = found.filter(task="rec")
    assert found.height - looked_for.height == len(drawn)
    assert sorted(zip(looked_for["image"], looked_for["answer"].struct["label"], strict=True)) == sorted(
        kind for kind in kinds if kinds.count(kind) == 1
    )
    for said in looked_for["target"]:
        left, top, right, bottom = map(int, said.strip("[]").split(", "))
        assert 0 <= left < right <= 100 and 0 <= top < bottom <= 100
