import re

import pytest

from angiogram.data.views.statistics import Bar, PerImage
from angiogram.report.charts.histogram import histograms


def counted(*pairs):
    images = sum(count for _, count in pairs)
    mean = sum(value * count for value, count in pairs) / images if images else float("nan")
    return PerImage(mean, mean, tuple(Bar(*pair) for pair in pairs))


def heights(drawn: str) -> list[float]:
    return [
        float(found) for found in re.findall(r'<rect x="[^"]+" y="[\d.]+" width="[^"]+" height="([\d.]+)" fill', drawn)
    ]


def test_bars_of_both_views_share_their_axes():
    drawn = histograms((("a", counted((1, 30), (4, 10))), ("b", counted((2, 5)))), "tasks", "k")
    assert heights(drawn) == pytest.approx([63, 21, 84])  # 75 %, 25 %, 100 % of 84 pixels
    assert drawn.count("50\u00a0%") == 2 and "a: 1 tasks\n75.0\u00a0% of its images" in drawn


@pytest.mark.parametrize("highest", [1, 7, 20, 21, 400, 12345])
def test_wide_ranges_are_binned_and_no_image_is_lost(highest):
    drawn = histograms((("a", counted((1, 1), (highest, 3) if highest > 1 else (1, 3))),), "entries", "k")
    assert 1 <= drawn.count('class="hit"') <= 20
    assert sum(map(float, re.findall(r"\n([\d.]+)\u00a0%", drawn))) == pytest.approx(100)
    assert f"at most {highest}" in drawn


def test_no_image_draws_nothing():
    drawn = histograms((("a", counted()), ("b", counted())), "tasks", "k")
    assert "nan" not in drawn and 'class="hit"' not in drawn
