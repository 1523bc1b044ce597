"""The page of an evaluation in a real browser."""

import pytest
from evaluation_sample import ANSWERED, TRUE, sample_evaluation
from test_evaluation_page import hostile

from angiogram.report.evaluation.disk import write_evaluation


@pytest.fixture(scope="session")
def evaluation_path(tmp_path_factory):
    return write_evaluation(sample_evaluation(), tmp_path_factory.mktemp("evaluation"))[1]


def boxes(page, selector: str) -> list[dict]:
    script = (
        "all => all.map(e => { const b = e.getBoundingClientRect(); return {x: b.x, y: b.y, w: b.width, h: b.height} })"
    )
    return page.eval_on_selector_all(selector, script)


@pytest.mark.parametrize("kind", ["sound", "hostile"])
def test_the_body_never_scrolls_sideways(at_widths, evaluation_path, tmp_path, kind):
    path = evaluation_path if kind == "sound" else write_evaluation(sample_evaluation(**hostile()), tmp_path)[1]
    for width, page in at_widths(path, 320, 390, 768, 1280):
        page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.title() != "taken" and page.locator("img[src=x]").count() == 0


def test_marks_stand_where_their_scores_are(open_page, evaluation_path):
    page = open_page(evaluation_path)
    (plot,) = boxes(page, "#conditions")
    circles = boxes(page, "#conditions circle")
    assert len(circles) == 5  # of six tasks one has no number
    for circle, score in zip(circles, (0.5, 0.2, 0.7, 0.9, 0.7), strict=True):
        assert circle["x"] + circle["w"] / 2 - plot["x"] == pytest.approx(score * plot["w"], abs=1)


def test_both_boxes_lie_where_their_shares_say(open_page, evaluation_path):
    page = open_page(evaluation_path)
    page.eval_on_selector_all("details", "all => all.forEach(each => { each.open = true })")
    card = page.locator(".asked", has=page.locator(".box")).first
    picture = card.locator("img").bounding_box()
    drawn = [each.bounding_box() for each in card.locator(".hit").all()]
    wanted = sorted((TRUE, ANSWERED), key=lambda box: (box[0] - box[2]) * (box[3] - box[1]))
    for found, (left, top, right, _) in zip(drawn, wanted, strict=True):
        assert found["x"] - picture["x"] == pytest.approx(left * picture["width"], abs=1)
        assert found["y"] - picture["y"] == pytest.approx(top * picture["height"], abs=1)
        assert found["width"] == pytest.approx((right - left) * picture["width"], abs=1)


def test_pointer_and_keyboard_read_the_values(open_page, evaluation_path):
    page = open_page(evaluation_path)
    page.locator("#conditions .interval >> nth=0").hover()
    assert "own image: 0.500 (0.450 to 0.550)" in page.locator("#tip").inner_text()
    page.locator(".conditions-box").focus()
    page.keyboard.press("ArrowRight")
    assert "another image: 0.490" in page.locator("#tip").inner_text()


def test_every_picture_has_a_name(open_page, evaluation_path):
    page = open_page(evaluation_path)
    assert page.eval_on_selector_all("img", "all => all.every(e => e.alt.length > 10)")
    hidden = "all => all.every(e => e.getAttribute('role') === 'img' || e.closest('[aria-hidden=true], [role=img]'))"
    assert page.eval_on_selector_all("svg", hidden)


def test_words_of_the_chart_stay_inside(at_widths, evaluation_path):
    for _, page in at_widths(evaluation_path, 390, 1280):
        (plot,) = boxes(page, "#conditions")
        for text in boxes(page, "#conditions text"):
            assert text["x"] >= plot["x"] - 1 and text["x"] + text["w"] <= plot["x"] + plot["w"] + 1


def test_paper_shows_everything(open_page, evaluation_path):
    page = open_page(evaluation_path, 696, 1020)
    page.emulate_media(media="print")
    assert all(box["h"] > 20 for box in boxes(page, "details > :last-child"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 696
    assert page.get_by_text("REC: 3 examples").is_visible()
