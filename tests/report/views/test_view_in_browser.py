"""The page of both views in a real browser."""

import pytest
from view_sample import sample_folder

from angiogram.report.views.disk import write_view_page


@pytest.fixture(scope="session")
def view_path(tmp_path_factory):
    return write_view_page(sample_folder(tmp_path_factory.mktemp("view"), images=5))


def boxes(page, selector: str) -> list[dict]:
    script = (
        "all => all.map(e => { const b = e.getBoundingClientRect(); return {x: b.x, y: b.y, w: b.width, h: b.height} })"
    )
    return page.eval_on_selector_all(selector, script)


def test_the_body_never_scrolls_sideways(at_widths, view_path):
    for width, page in at_widths(view_path, 320, 390, 768, 1280):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for closed in page.locator("summary").all():
            if closed.evaluate("s => !s.parentElement.open"):
                closed.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_boxes_lie_where_their_shares_say(at_widths, view_path):
    for _, page in at_widths(view_path, 390, 1280):
        (picture,) = boxes(page, ".asked >> nth=0 >> img")
        (drawn,) = boxes(page, ".asked >> nth=0 >> .box:last-child .hit")
        assert picture["w"] == pytest.approx(256, abs=1) and picture["h"] == pytest.approx(256 * 60 / 90, abs=1)
        for near, far, size, low, high in (("x", "w", picture["w"], 0.26, 0.4), ("y", "h", picture["h"], 0.52, 0.7)):
            assert drawn[near] - picture[near] == pytest.approx(low * size, abs=1)
            assert drawn[far] == pytest.approx((high - low) * size, abs=1)


def test_pointer_and_keyboard_read_the_values(open_page, view_path):
    page = open_page(view_path)
    page.locator(".asked >> nth=0 >> .box:last-child").hover()
    assert page.locator("#tip").inner_text().startswith("box 2\nREC: Where is </title>")
    page.locator("#matrix-2 .cell >> nth=1").hover()
    assert "images (" in page.locator("#tip").inner_text()
    page.locator(".histogram-box").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#tip").inner_text().startswith("image-centric: ")


def test_hostile_texts_run_nothing(open_page, view_path):
    page = open_page(view_path)
    assert page.title().startswith("table.parquet: image-centric") and page.locator("img[src=x]").count() == 0
    assert page.locator("script").count() == 1


def test_every_picture_has_a_name(open_page, view_path):
    page = open_page(view_path)
    assert page.eval_on_selector_all("img", "all => all.every(e => e.alt && e.naturalWidth > 0)")
    described = page.eval_on_selector_all(
        "svg[role=img]",
        "all => all.map(e => document.getElementById(e.getAttribute('aria-describedby')).textContent.length)",
    )
    assert len(described) == 4 and min(described) > 20
    hidden = "all => all.every(e => e.getAttribute('role') === 'img' || e.closest('[aria-hidden=true], [role=img]'))"
    assert page.eval_on_selector_all("svg", hidden)


def test_the_first_screen_of_a_laptop_holds_the_finding(open_page, view_path):
    page = open_page(view_path, 1280, 800)
    for selector in ("h1", ".either >> nth=0", ".note >> nth=0"):
        box = page.locator(selector).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800, selector


def test_paper_shows_everything(open_page, view_path):
    page = open_page(view_path, 696, 1020)
    page.emulate_media(media="print")
    assert all(box["h"] > 20 for box in boxes(page, "details > :last-child"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 696
