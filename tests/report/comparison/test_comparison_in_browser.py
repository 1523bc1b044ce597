"""The page of a comparison in a real browser."""

from dataclasses import replace

import pytest
from comparison_sample import sample_comparison, sample_contrast
from report_sample import HOSTILE

from angiogram.compare.comparison import ComparedRun
from angiogram.report.comparison.disk import write_comparison

LONG = "a-model-with-a-very-long-name-of-its-own/and-a-checkpoint-12000"


@pytest.fixture(scope="session")
def compare_path(tmp_path_factory):
    return write_comparison(sample_comparison(), tmp_path_factory.mktemp("compare"))[1]


def boxes(page, selector: str) -> list[dict]:
    script = (
        "all => all.map(e => { const b = e.getBoundingClientRect(); return {x: b.x, y: b.y, w: b.width, h: b.height} })"
    )
    return page.eval_on_selector_all(selector, script)


def test_the_charts_are_drawn_and_read_by_pointer_and_keyboard(open_page, compare_path):
    page = open_page(compare_path)
    assert page.locator("#stages-1 .pair").count() == 7
    assert page.locator("#taps-1 .point").count() == len(sample_contrast().taps)
    assert page.locator("#taps-1 .end-point").count() == 2
    page.locator("#taps-1 .stop >> nth=20").hover()
    said = page.locator("#tip").inner_text().replace("\u00a0", " ")
    assert "llm.block.4@last  +" in said and "in the baseline" in said and "in the other run" in said
    page.locator("#stages-1 .pair >> nth=6").hover()
    assert "difference +37.4" in page.locator("#tip").inner_text()
    page.locator(".flow-box").focus()
    page.keyboard.press("ArrowRight")
    assert "pixels  0.0" in page.locator("#tip").inner_text()


def test_points_stand_where_their_numbers_are(open_page, compare_path):
    page = open_page(compare_path)
    (plot,) = boxes(page, "#taps-1")
    centres = [box["y"] + box["h"] / 2 - plot["y"] for box in boxes(page, "#taps-1 circle.point")]
    values = [point.change.value for point in sample_contrast().taps if point.stream == "image"]
    low, high = -0.1, 0.5  # the axis of the sample
    for centre, value in zip(centres, values, strict=True):
        assert centre == pytest.approx(40 + 240 * (1 - (value - low) / (high - low)), abs=1.0)


def test_filled_marks_are_those_whose_interval_leaves_out_zero(open_page, compare_path):
    page = open_page(compare_path)
    fills = page.eval_on_selector_all("#taps-1 circle.point", "all => all.map(e => e.getAttribute('fill'))")
    changes = [point.change for point in sample_contrast().taps if point.stream == "image"]
    assert [fill != "#fff" for fill in fills] == [each.low > 0 or each.high < 0 for each in changes]
    assert len(set(fills)) == 2


def test_the_body_never_scrolls_sideways(at_widths, tmp_path):
    run = ComparedRun(LONG, LONG, LONG, (HOSTILE,))
    path = write_comparison(sample_comparison(sample_contrast(), sample_contrast(run=run), baseline=run), tmp_path)[1]
    for width, page in at_widths(path, 320, 400, 768, 1024, 1280, 1920):
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_verdicts_fit_their_column_on_a_laptop(open_page, tmp_path):
    longest = tuple(replace(v, before="undetermined", after="undetermined") for v in sample_contrast().verdicts)
    path = write_comparison(sample_comparison(sample_contrast(verdicts=longest)), tmp_path)[1]
    page = open_page(path, 1280, 800)
    assert page.locator(".note .scroll").evaluate("box => box.scrollWidth <= box.clientWidth")


def test_the_first_screen_of_a_laptop_holds_the_finding(open_page, compare_path):
    page = open_page(compare_path, 1280, 800)
    for selector in ("h1", ".note >> nth=0", "#stages-1"):
        box = page.locator(selector).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800, selector


def test_paper_shows_everything(open_page, compare_path):
    page = open_page(compare_path, 696, 1020)
    page.emulate_media(media="print")
    assert page.get_by_text("llm.block.29@last").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 696
