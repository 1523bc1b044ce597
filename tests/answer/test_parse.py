import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.answer.parse import check_names, parse_answer
from angiogram.data.class_words import ClassWords, one_word_each
from angiogram.errors import InputError

NAMES = one_word_each(["left kidney", "right kidney", "kidney stone", "kidney", "liver"])


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
    assert parse_answer("ER-", one_word_each(["ER+", "ER-"])).label == 1
    assert parse_answer("It is ER+.", one_word_each(["ER+", "ER-"])).label == 0


def test_an_answer_that_was_cut_off_mentions_nothing():
    assert parse_answer("This shows the liver", NAMES, finished=False).status == "unparsed"
    assert parse_answer("liver", NAMES, finished=False).status == "exact"


@pytest.mark.parametrize("names", [["Liver", "liver"], ["left-kidney", "left kidney"], ["liver", "?"]])
def test_names_that_cannot_be_told_apart_are_refused(names):
    with pytest.raises(InputError, match=r"read the same|no letters"):
        check_names(one_word_each(names))


@pytest.mark.parametrize(
    "text",
    [
        "It isn't pneumonia.", "It isn\u2019t pneumonia.", "The lesion is non-malignant.", "Pneumonia is absent.",
        "The lungs are pneumonia-free.", "It is unlikely to be malignant", "The image rules out pneumonia",
        "I can't see pneumonia here", "no signs of pneumonia", "without pneumonia", "不是肺炎",
        "pneumonia can be excluded",
    ],
)  # fmt: skip
def test_a_mention_that_is_taken_back_is_none(text):
    assert parse_answer(text, one_word_each(["pneumonia", "malignant", "肺炎"])).status == "unparsed"


def test_a_negation_inside_a_name_is_part_of_it():
    names = one_word_each(["no finding", "ER negative", "pneumonia"])
    assert parse_answer("There is no finding here", names).label == 0
    assert parse_answer("This is ER negative", names).label == 1
    assert parse_answer("no finding of pneumonia", names).status == "unparsed"


def test_letters_have_one_form_and_scripts_need_no_spaces():
    assert parse_answer("C\u0153ur \u00e9", one_word_each(["c\u0153ur e\u0301", "x"])).label == 0
    assert parse_answer("这是肺炎", one_word_each(["肺炎", "正常"])).label == 0
    with pytest.raises(InputError, match="read the same"):
        check_names(one_word_each(["\u00e9", "e\u0301"]))


def test_a_sign_before_a_number_tells_names_apart():
    check_names(one_word_each(["grade -1", "grade 1", "< 5", "> 5"]))
    assert parse_answer("It is grade -1.", one_word_each(["grade -1", "grade 1"])).label == 0
    assert parse_answer("- grade 1", one_word_each(["grade -1", "grade 1"])).label == 1


WORDS = ClassWords((("melanoma", "malignant melanoma", "skin cancer", "cancer cell"), ("naevus", "benign naevus")))


@pytest.mark.parametrize(
    ("text", "label", "status"),
    [
        ("Malignant melanoma.", 0, "exact"),
        ("It is a malignant melanoma, a skin cancer", 0, "mention"),
        ("a skin cancer cell", 0, "mention"),
        ("benign naevus or naevus", 1, "mention"),
        ("a naevus, not a melanoma", None, "unparsed"),
        ("no melanoma and no skin cancer", None, "unparsed"),
    ],
)
def test_any_word_of_a_class_names_it(text, label, status):
    parsed = parse_answer(text, WORDS)
    assert (parsed.label, parsed.status) == (label, status)


def test_a_negation_inside_a_further_word_is_part_of_it():
    words = ClassWords((("normal", "no finding", "not ill"), ("ill",)))
    assert parse_answer("There is no finding, it is normal", words).label == 0
    assert parse_answer("He is not ill", words).label == 0
    assert parse_answer("He is not normal", words).status == "unparsed"


def test_words_of_one_class_may_read_the_same_and_those_of_two_may_not():
    check_names(ClassWords((("melanoma", "Melanoma"), ("naevus",))))
    with pytest.raises(InputError, match="'Melanoma' and 'melanoma!' read the same"):
        check_names(ClassWords((("skin cancer", "Melanoma"), ("naevus", "melanoma!"))))
