import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.answer.parse import parse_answer

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
    ],
)
def test_parsing_never_guesses(text, label, status):
    parsed = parse_answer(text, NAMES)
    assert (parsed.label, parsed.status) == (label, status)


@given(st.text())
def test_any_text_is_either_parsed_or_unparsed(text):
    parsed = parse_answer(text, NAMES)
    assert (parsed.label is None) == (parsed.status == "unparsed")
