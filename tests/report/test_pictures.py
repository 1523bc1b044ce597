"""Evidence over the example cases and maps of the features, on the page and in a browser."""

import base64
import io
import math
import re
from dataclasses import replace

import pytest
from PIL import Image
from report_sample import HOSTILE, feature_map, sample_diagnosis

from angiogram.report.disk import write_report
from angiogram.report.document import to_document
from angiogram.report.page import LARGEST, render

SAMPLE = sample_diagnosis()


def page(**changes) -> str:
    return render(to_document(sample_diagnosis(**changes)))


def test_every_example_shows_its_three_maps_and_their_scores():
    text = page()
    assert text.count('<div class="layers">') == 3 * len(SAMPLE.examples) == len(SAMPLE.evidence)
    assert "score 0.0" in text and "in the LLM block" not in text
    assert "image tokens of a late LLM block" in text


def test_without_image_tokens_in_the_llm_no_late_block_is_promised():
    text = page(evidence=tuple(each for each in SAMPLE.evidence if each.stage != "I"))
    assert text.count('<div class="layers">') == 2 * len(SAMPLE.examples)
    assert "image tokens of a late LLM block" not in text


def test_without_known_places_a_sentence_stands_for_the_maps():
    text = page(evidence=())
    assert "the places of this model's image tokens are not known" in text and 'class="layers"' not in text


def test_examples_stand_under_what_they_are_examples_of():
    lost, found = "end is right, the answer is wrong", "end names another class"
    assert lost in page() and found not in page()
    wrong = replace(SAMPLE.examples[1], says=(("V", "spleen"), ("G", SAMPLE.examples[1].label)))
    text = page(examples=(*SAMPLE.examples, wrong))
    assert text.index(lost) < text.index(found) and text.count('<article class="example"') == len(SAMPLE.examples) + 1


def test_maps_of_an_example_without_a_picture_are_not_drawn():
    blind = replace(SAMPLE.examples[0], thumbnail='x" onerror="alert(1)')
    assert 'class="layers"' not in page(examples=(blind,))


def test_strings_of_the_maps_are_escaped():
    text = page(
        evidence=tuple(replace(each, label=HOSTILE, tap=HOSTILE) for each in SAMPLE.evidence),
        maps=tuple(replace(each, tap=HOSTILE) for each in SAMPLE.maps),
    )
    assert HOSTILE not in text


def test_the_maps_say_what_they_do_not_mean_and_how_many_cases_are_drawn():
    text = page()
    assert "where they stand means little" in " ".join(text.split()) and "drawn at random" not in text
    assert "538 of 2000 drawn at random" in " ".join(page(evaluated=2000).split())
    assert 'id="maps"' not in page(maps=()) and "#maps" not in page(maps=())


def test_silhouettes_that_are_not_known_are_dashes():
    unknown = tuple(replace(each, silhouette=None, by_class=(None,) * 24) for each in SAMPLE.maps)
    assert "nan" not in re.sub(r"[a-z]nan|nan[a-z]", "", page(maps=unknown).lower())
    odd = tuple(replace(each, score=math.nan) for each in SAMPLE.evidence)
    assert "score –" in page(evidence=odd)  # noqa: RUF001


def test_many_classes_have_a_short_legend_and_a_small_page():
    labels = tuple(range(500)) * 2
    points = tuple((float(i % 40), float(i // 40)) for i in range(1000))
    many = replace(feature_map("V", "encoder.out", 1.0), by_class=(0.1,) * 500, points=points, labels=labels)
    text = page(classes=tuple(f"class {i}" for i in range(500)), maps=(many,) * 3, confusions=(), evidence=())
    assert "and 476 more classes" in text and len(text.encode()) < LARGEST / 4


@pytest.mark.parametrize("shape", [(112, 40), (40, 112), (112, 112)])
def test_the_evidence_lies_exactly_over_the_image(at_widths, tmp_path, shape):
    file = io.BytesIO()
    Image.new("L", shape, 90).save(file, "PNG")
    png = base64.b64encode(file.getvalue()).decode()
    shown = tuple(replace(each, thumbnail=png) for each in SAMPLE.examples[:2])
    path = write_report(sample_diagnosis(examples=shown), tmp_path)[1]
    for _, page in at_widths(path, 1280, 360):
        places = page.eval_on_selector_all(
            ".layers",
            """all => all.map(e => [...e.querySelectorAll('img')].map(i => {
                const b = i.getBoundingClientRect(); return [b.x, b.y, b.width, b.height, i.naturalWidth] }))""",
        )
        assert len(places) == 6
        for image, evidence in places:
            assert evidence[:4] == pytest.approx(image[:4], abs=0.5) and image[2] > 80
            assert image[3] / image[2] == pytest.approx(shape[1] / shape[0], rel=0.02)
            assert (image[4], evidence[4]) == (shape[0], 24)


def test_a_class_can_be_pointed_at_and_the_others_fade(open_page, page_path):
    view = open_page(page_path)
    assert view.locator("#map-1 .class-points").count() == 24
    view.locator("#map-1 .class-points >> nth=0").dispatch_event("pointermove", {"bubbles": True})
    assert "right upper lobe: 23 cases, silhouette 0.00" in view.locator("#tip").inner_text()
    assert view.locator("#map-1 .class-points >> nth=1").evaluate("e => getComputedStyle(e).opacity") == "0.15"


def test_the_maps_are_squares_beside_each_other_or_below(open_page, page_path):
    for width, tops in ((1280, 1), (400, 3)):
        view = open_page(page_path, width, 800)
        boxes = [view.locator(f"#map-{i}").bounding_box() for i in (1, 2, 3)]
        assert all(box["width"] == pytest.approx(box["height"], abs=1) and box["width"] > 250 for box in boxes)
        assert len({round(box["y"]) for box in boxes}) == tops


def test_a_report_without_any_of_it_is_drawn(open_page, tmp_path):
    view = open_page(write_report(sample_diagnosis(evidence=(), maps=(), examples=()), tmp_path)[1])
    assert view.locator("#cases").is_visible() and view.locator("#maps").count() == 0
