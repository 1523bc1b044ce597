import re
from dataclasses import replace

import pytest
from report_sample import STAGES, sample_diagnosis, without_reference

from angiogram.report.charts.waterfall import describe, waterfall
from angiogram.statistics.interval import Interval


def bars(svg: str) -> list[tuple[float, float]]:
    """Left end and width of each hanging bar, in fractions."""
    found = re.findall(r'<rect x="([\d.]+)%" y="[\d.]+" width="([\d.]+)%" height="16"', svg)
    return [(float(x) / 100, float(width) / 100) for x, width in found]


@pytest.mark.parametrize("narrow", [False, True])
def test_one_mark_a_stage_and_a_step(narrow):
    svg = waterfall(sample_diagnosis(), narrow)
    assert svg.count('class="mark stage"') == 7
    assert svg.count('class="mark step loss"') == 5 and svg.count('class="mark step gain"') == 1


def test_the_bars_hang_together_from_the_first_stage_to_the_last():
    (gain_left, gain_width), *losses = bars(waterfall(sample_diagnosis()))
    assert gain_left == pytest.approx(STAGES["R"], abs=1e-4)
    level = gain_left + gain_width
    for left, width in losses:
        assert left + width == pytest.approx(level, abs=2e-4)
        level = left
    assert level == pytest.approx(STAGES["G"], abs=1e-3)


def test_a_stage_without_a_number_is_shown_as_such():
    svg = waterfall(without_reference())
    assert svg.count('class="mark stage"') == 6 and "not assessed" in svg


def test_the_words_hold_every_number():
    words = describe(sample_diagnosis()).replace("\u00a0", " ")
    assert "R Specialist CNN: 78.1 % (74.6 to 81.6)" in words
    assert "R to V, not in the encoder's features: gains 4.2 points" in words


def test_a_step_interval_that_leaves_the_axis_has_an_open_end():
    report = sample_diagnosis()
    assert 'class="open"' not in waterfall(report)
    last = replace(report.steps[-1], loss=Interval(0.05, -0.2, 0.9))
    svg = waterfall(replace(report, steps=(*report.steps[:-1], last)))
    assert svg.count('class="open"') == 1
