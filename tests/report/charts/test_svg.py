import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.report.charts.scale import around
from angiogram.report.charts.svg import chart, mark, tag

printable = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30)


@given(printable, printable)
def test_any_text_survives_as_text(inside, attribute):
    element = ET.fromstring(tag("text", inside, fill=attribute))
    assert (element.text or "") == inside
    assert element.get("fill") == " ".join(attribute.split(" "))


def test_a_chart_has_a_name_and_a_description():
    root = ET.fromstring(chart("x", "Name", "Words", 10, [mark("value", tag("rect"))], "flow"))
    ids = {element.get("id"): element.text for element in root}
    assert [ids[key] for key in root.get("aria-labelledby").split()] == ["Name", "Words"]


@given(st.lists(st.floats(-1, 1), max_size=20))
def test_a_scale_holds_all_values_with_few_ticks(values):
    scale = around(values, -0.1, 0.2)
    assert all(scale.low <= value <= scale.high for value in values)
    assert 2 <= len(scale.ticks) <= 8
    assert all(0 <= scale(value) <= 1 for value in values)


@pytest.mark.parametrize("odd", [float("nan"), float("inf")])
def test_a_scale_ignores_what_is_not_finite(odd):
    assert around([odd], 0.0, 0.2) == around([], 0.0, 0.2)
