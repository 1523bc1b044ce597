import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.answer.parse import check_names, parse_answer
from angiogram.errors import InputError

NAMES = ["left kidney", "right kidney", "kidney stone", "kidney", "liver"]


@pytest.mark.parametrize(
    ("text", "label", "status"),
    [
        ("left kidney", 0, "exact"),
        (" Left Kidney.\n", 0, "exact"),
        ("This is the right kidney of the patient", 1, "mention"),
        ("A kidney stone", 2, "mention"),
        ("a kidney", 3, "mention"),
        ("the liver or the left kidney", None, "unparsed"),
        ("livers", None, "unparsed"),
        ("", None, "unparsed"),
        ("I cannot tell.", None, "unparsed"),
        ("There is no liver in this image.", None, "unparsed"),
    ],
)
def test_parsing_never_guesses(text, label, status):
    parsed = parse_answer(text, NAMES)
    assert (parsed.label, parsed.status) == (label, status)


@given(st.text())
def test_any_text_is_either_parsed_or_unparsed(text):
    parsed = parse_answer(text, NAMES)
    assert (parsed.label is None) == (parsed.status == "unparsed")


def test_a_sign_is_part_of_a_name():
    assert parse_answer("ER-", ["ER+", "ER-"]).label == 1
    assert parse_answer("It is ER+.", ["ER+", "ER-"]).label == 0


def test_an_answer_that_was_cut_off_mentions_nothing():
    assert parse_answer("This shows the liver", NAMES, finished=False).status == "unparsed"
    assert parse_answer("liver", NAMES, finished=False).status == "exact"


@pytest.mark.parametrize("names", [["Liver", "liver"], ["left-kidney", "left kidney"], ["liver", "?"]])
def test_names_that_cannot_be_told_apart_are_refused(names):
    with pytest.raises(InputError, match=r"read the same|no letters"):
        check_names(names)
