import re

import numpy as np
import pytest
from report_sample import HOSTILE, feature_map

from angiogram.diagnose.picture.result import FeatureMap
from angiogram.report.charts.scatter import COLOURS, MARKS, SIDE, describe, most_drawn, scatter, scatter_key
from angiogram.report.wording import MINUS, NOT_KNOWN


def made(points: list[tuple[float, float]], labels: list[int], classes: int) -> FeatureMap:
    return FeatureMap("V", "encoder.out", 0.5, (0.5,) * classes, tuple(points), tuple(labels))


def places(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"M([-\d.]+) ([-\d.]+)", text)]


def test_every_case_is_drawn_once_and_inside():
    drawn = places(str(scatter(feature_map("V", "encoder.out", 3.0), [f"c{i}" for i in range(24)], "here", "m")))
    assert len(drawn) == 538
    assert np.min(drawn) == pytest.approx(8) and np.max(drawn) == pytest.approx(SIDE - 8)


def test_both_axes_have_one_scale():
    (a, b), (c, d), (e, f) = places(str(scatter(made([(0, 0), (10, 0), (0, 5)], [0, 0, 0], 1), ["x"], "here", "m")))
    assert c - a == pytest.approx(2 * (f - b)) and d == b and e == a


@pytest.mark.parametrize("points", [[], [(3.0, 4.0)], [(1.0, 1.0)] * 5])
def test_nothing_one_case_and_one_place(points):
    text = str(scatter(made(points, [0] * len(points), 2), ["x", "y"], "here", "m"))
    assert places(text) == [(SIDE / 2, SIDE / 2)] * len(points) and "nan" not in text


def test_colours_come_again_with_other_marks():
    count = len(COLOURS) * len(MARKS)
    assert len({str(scatter_key(index)) for index in range(count)}) == count
    assert str(scatter_key(0)) == str(scatter_key(count))


def test_five_hundred_classes_are_small_and_their_legend_is_limited():
    many = made([(i % 31, i // 31) for i in range(1000)], [i % 500 for i in range(1000)], 500)
    names = [f"class {i}" for i in range(500)]
    assert len(scatter(many, names, "here", "m")) < 200_000
    assert most_drawn(many, names, 24) == [(i, f"class {i}") for i in range(24)]


def test_the_legend_holds_the_largest_classes_in_their_order():
    some = made([(0, 0)] * 6, [3, 3, 1, 2, 2, 2], 5)
    assert most_drawn(some, list("abcde"), 2) == [(2, "c"), (3, "d")]
    assert most_drawn(some, list("abcde"), 9) == [(1, "b"), (2, "c"), (3, "d")]


def test_labels_beyond_the_classes_are_not_drawn():
    some = made([(0, 0), (1, 1)], [0, 7], 1)
    assert len(places(str(scatter(some, ["a"], "here", "m")))) == 1 and most_drawn(some, ["a"], 5) == [(0, "a")]


def test_silhouettes_are_said_and_unknown_ones_are_dashes():
    some = FeatureMap("U", "llm.norm@last", None, (0.25, None, -0.5), ((0.0, 0.0),) * 3, (0, 1, 2))
    text = str(scatter(some, ["a", "b", HOSTILE], "here", "m"))
    assert "a: 1 case, silhouette 0.25" in text and f"b: 1 case, silhouette {NOT_KNOWN}" in text and HOSTILE not in text
    assert describe(some, ["a", "b", "c"]) == (
        f"3 cases; silhouette {NOT_KNOWN}. Most apart: a (0.25); least: c ({MINUS}0.50)."
    )
    assert describe(made([(0, 0)], [0], 1), ["a"]) == "1 case; silhouette 0.50."
