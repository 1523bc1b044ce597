"""The page in a real browser: drawn, readable, quiet, closed to the network, usable by keyboard and on a phone."""

import pytest
from report_sample import sample_diagnosis, without_reference

from angiogram.report.disk import write_report

POINTS = len(sample_diagnosis().curve)


def boxes(page, selector: str) -> list[dict]:
    script = (
        "all => all.map(e => { const b = e.getBoundingClientRect(); return {x: b.x, y: b.y, w: b.width, h: b.height} })"
    )
    return page.eval_on_selector_all(selector, script)


def test_the_charts_are_drawn(open_page, page_path):
    page = open_page(page_path)
    for chart in ("#waterfall", "#flow", "#margin-vision", "#beside-1", "#confusion-1", "#confusion-4"):
        (box,) = boxes(page, chart)
        assert box["w"] > 200 and box["h"] > 50, chart
    report = sample_diagnosis()
    marks = {
        "#waterfall .stage": len(report.stages),
        "#waterfall .step": len(report.steps),
        "#flow .point": POINTS,
        "#flow .end-point": 2,
        "#beside-1 .pair": len(report.beside[0].stages),
        "#margin-mapping .interval": 3,
        ".card": 4,
        ".example > img": len(report.examples),
    }
    for selector, count in marks.items():
        assert page.locator(selector).count() == count, selector
    # `.point` squares stand in a box of their own; what is painted inside it must have a size.
    assert all(box["w"] > 2 and box["h"] > 2 for box in boxes(page, "#flow circle.point, #flow .point rect"))
    assert all(box["w"] > 0 for box in boxes(page, "#waterfall .step rect[height='16']"))
    assert all(page.eval_on_selector_all(".example > img", "all => all.map(e => e.naturalWidth > 0)"))


def test_points_stand_where_their_numbers_are(open_page, page_path):
    page = open_page(page_path)
    (plot,) = boxes(page, "#flow")
    centres = [box["y"] + box["h"] / 2 for box in boxes(page, "#flow circle.point")]
    values = [point.accuracy.value for point in sample_diagnosis().curve if point.stream == "image"]
    for centre, value in zip(centres, values, strict=True):
        assert centre - plot["y"] == pytest.approx(40 + 300 * (1 - value), abs=1.0)


def test_the_first_screen_of_a_laptop_holds_the_finding(open_page, page_path):
    page = open_page(page_path, 1280, 800)
    for selector in ("h1", ".note >> nth=0", "#waterfall", ".first .legend"):
        box = page.locator(selector).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 800, selector


def test_hovering_shows_values(open_page, page_path):
    page = open_page(page_path)
    tip = page.locator("#tip")
    for selector, words in (
        ("#waterfall .step >> nth=4", "not preferred: loses 22.7 points (19.9 to 25.5)"),
        ("#waterfall .stage >> nth=0", "R Specialist CNN: 78.1"),
        ("#flow .stop >> nth=20", "llm.block.4@last"),
        ("#beside-1 .pair >> nth=6", "difference +37.4"),
        ("#margin-mapping .interval >> nth=0", "loses 28.1 points"),
        ("#confusion-4 .cell >> nth=0", "right upper lobe → right upper lobe: "),
    ):
        assert tip.is_hidden()
        page.locator(selector).hover()
        assert tip.is_visible() and words in tip.inner_text()
        box = tip.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 1280
        page.mouse.move(2, 2)
    assert tip.is_hidden()


def test_hovering_the_flow_shows_interval_and_twin(open_page, page_path):
    page = open_page(page_path)
    page.locator("#flow .stop >> nth=13").hover()
    text = page.locator("#tip").inner_text().replace("\u00a0", " ")
    assert "encoder.out  82.3 % (78.8 to 85.8)" in text and "random weights" in text and "2x2 grid" in text


def test_the_keyboard_reads_the_charts(open_page, page_path):
    page = open_page(page_path)
    page.locator(".flow-box").first.focus()
    page.keyboard.press("ArrowRight")
    assert "pixels" in page.locator("#tip").inner_text()
    page.keyboard.press("ArrowRight")
    assert "encoder.block.0" in page.locator("#tip").inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#tip").is_hidden()
    page.locator("summary >> nth=0").focus()
    page.keyboard.press("Enter")
    assert page.locator("details >> nth=0").get_attribute("open") is not None


def test_the_body_never_scrolls_sideways(at_widths, page_path):
    for width, page in at_widths(page_path, 320, 768, 1024, 1920):
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_words_of_the_waterfall_do_not_collide(at_widths, page_path):
    for _, page in at_widths(page_path, 360, 1024, 1280):
        texts = [box for box in boxes(page, ".waterfall text") if box["w"]]
        assert len(texts) > 20
        for i, a in enumerate(texts):
            for b in texts[:i]:
                across = min(a["x"] + a["w"], b["x"] + b["w"]) - max(a["x"], b["x"])
                down = min(a["y"] + a["h"], b["y"] + b["h"]) - max(a["y"], b["y"])
                assert across <= 0.5 or down <= 3, (a, b)


def test_words_of_the_ladder_stay_inside_and_apart(at_widths, page_path):
    for _, page in at_widths(page_path, 320, 768):
        (chart,) = boxes(page, "#ladder-chart")
        texts = [box for box in boxes(page, "#ladder-chart text") if box["w"]]
        assert len(texts) >= len(sample_diagnosis().ladder.rungs)
        for i, a in enumerate(texts):
            assert a["x"] >= chart["x"] - 8 and a["x"] + a["w"] <= chart["x"] + chart["w"] + 8, a
            for b in texts[:i]:
                across = min(a["x"] + a["w"], b["x"] + b["w"]) - max(a["x"], b["x"])
                down = min(a["y"] + a["h"], b["y"] + b["h"]) - max(a["y"], b["y"])
                assert across <= 0.5 or down <= 3, (a, b)


def test_a_phone_has_the_verdicts_in_words(open_page, page_path):
    page = open_page(page_path, 360, 740)
    assert page.locator("#waterfall-narrow").is_visible() and not page.locator("#waterfall").is_visible()
    assert page.locator(".first .legend").get_by_text("undetermined").is_visible()


def test_paper_shows_everything(open_page, page_path):
    page = open_page(page_path, 696, 1020)  # A4 less the margins
    page.emulate_media(media="print")
    assert all(box["h"] > 20 for box in boxes(page, "details > :last-child"))
    assert page.get_by_text("llm.block.29@last").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 696
    for selector in ("nav", "#tip", ".skip"):
        assert not page.locator(selector).is_visible()
    assert len(page.pdf(prefer_css_page_size=True)) > 50_000


def test_every_picture_has_a_name(open_page, page_path):
    page = open_page(page_path)
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll('svg[role=img], img')].filter(e => {
            const ids = (e.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean);
            const words = ids.map(id => document.getElementById(id).textContent).join('');
            return !(words || e.getAttribute('aria-label') || e.getAttribute('alt'));
        }).length"""
    )
    assert unnamed == 0
    described = page.eval_on_selector_all(
        "svg[role=img]",
        "all => all.map(e => document.getElementById(e.getAttribute('aria-describedby')).textContent.length)",
    )
    assert len(described) >= 12 and min(described) > 20
    hidden = "all => all.every(e => e.getAttribute('role') === 'img' || e.closest('[aria-hidden=true], [role=img]'))"
    assert page.eval_on_selector_all("svg", hidden)
    assert (
        page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size")
        == page.locator("[id]").count()
    )
    assert page.locator("h1").count() == 1 and page.evaluate("document.documentElement.lang") == "en"


def test_without_a_script_the_values_are_in_titles(open_page, page_path):
    page = open_page(page_path, java_script_enabled=False)
    assert page.locator("#flow .stop > title").count() > 40
    assert page.locator("#flow").is_visible()


def test_a_hostile_name_runs_nothing(open_page, tmp_path):
    attack = "</title></svg></style><script>document.title='taken'</script><img src=x onerror=document.title='taken'>"
    report = sample_diagnosis(model=attack, headline=attack, classes=tuple(f"{i}{attack}" for i in range(24)))
    page = open_page(write_report(report, tmp_path)[1])
    page.locator("#confusion-1 .cell >> nth=0").hover()
    assert page.title() != "taken" and page.locator("img[src=x]").count() == 0


def test_a_report_without_a_specialist_is_drawn(open_page, tmp_path):
    page = open_page(write_report(without_reference(), tmp_path)[1])
    assert page.locator("#waterfall .stage").count() == 6
    assert page.locator("#waterfall").get_by_text("not assessed").count() >= 1
