"""How the images were made, on the page."""

from markupsafe import escape
from report_sample import CASES, HOSTILE, MADE, SAMPLE_EXAMPLES, sample_diagnosis

from angiogram.data.making import Making, Step
from angiogram.report.document import to_document
from angiogram.report.page import render


def page(**changes) -> str:
    return " ".join(render(to_document(sample_diagnosis(**changes))).split())


def test_what_all_images_have_in_common_is_said_once_and_the_rest_is_counted():
    text = page()
    assert f"All {CASES} images: {MADE[0]}; {MADE[1]} (and 2 more with other numbers)." in text
    assert f"12 of {CASES}: {escape(MADE[2])}" in text
    assert HOSTILE not in text


def test_every_example_says_how_its_own_image_was_made():
    assert page().count(f'made">{MADE[0]}; {MADE[1]}; a step') == SAMPLE_EXAMPLES


def test_images_of_which_nothing_is_said_have_no_section():
    assert "How the images were made" not in page(making=Making(3, (), 0, "auto"))


def test_pictures_that_are_left_out_are_said():
    steps = (Step(MADE[0], CASES, 1),)
    assert "No picture is shown of an image with text" in page(making=Making(CASES, steps, 2, "auto"))
    assert "No picture is shown" not in page(making=Making(CASES, steps, 2, "all"))
    none = page(making=Making(CASES, steps, 2, "none"), evidence=())
    assert "as asked (<code>--pictures none</code>)" in none and "There are no pictures of where" not in none
