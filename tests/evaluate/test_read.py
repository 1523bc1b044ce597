"""What is read from answers: never a guess, and a negation is never a mention."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.answer.asking import naming
from angiogram.evaluate.read.box import read_place
from angiogram.evaluate.read.findings import read_findings
from angiogram.evaluate.read.number import read_number
from angiogram.evaluate.read.options import read_option
from angiogram.evaluate.read.reading import as_it_stands, refuses

FINDINGS = ("edema", "effusion", "mass", "pleural effusion", "cardiomegaly")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Edema, no effusion", {"edema"}),
        ("edema without effusion", {"edema"}),
        ("No edema or mass", set()),
        ("no effusion, edema or mass", set()),
        ("No edema\nNo mass\nEffusion", {"effusion"}),
        ("effusion: no\nedema: yes", {"edema"}),
        ("There is no evidence of pleural effusion. Cardiomegaly is seen.", {"cardiomegaly"}),
        ("Pleural effusion.", {"pleural effusion"}),
        ("No effusion but edema", {"edema"}),
        ("Edema is not seen", set()),
        ("none", set()),
        ("edema and mass", {"edema", "mass"}),
        ("Effusion? No. Edema? Yes.", {"edema"}),
        ("Effusion:\nNo\nEdema:\nYes", {"edema"}),
        ("**Effusion:** No\n- Edema: No", set()),
        ("Is there effusion? None seen.", set()),
        ("Effusion: (-)  Edema: (+)", {"edema"}),
        ("Effusion: 0, Edema: 1", {"edema"}),
        ("Effusion: false. Edema: true.", {"edema"}),
        ('{"effusion": false, "edema": true}', {"edema"}),
        ("Lungs are clear of effusion", set()),
        ("w/o effusion", set()),
        ("zero effusion", set()),
        ("Devoid of effusion", set()),
    ],
)
def test_findings_are_read_clause_by_clause(said, found):
    reading = read_findings(said, True, FINDINGS)
    assert reading.is_read and set(reading.labels) == found


@pytest.mark.parametrize(
    "said",
    [
        "No edema, mass present", "no effusion, edema", "cannot exclude effusion", "edema, effusion not seen",
        "Edema with no fracture", "not only edema but effusion", "effusion unlikely", "No effusion. Effusion is seen.",
        "edema rather than mass", "rule out mass", "edema is absent, effusion is present", "lungs",
        "I looked for effusion; none was found.", "One might think of effusion, but it is not present.",
        "Effusion was considered, however none is seen.", "Effusion; not seen.", "fails to show effusion",
        "Hardly any effusion", "Nothing suggests effusion", "effusion is missing", "Effusion has resolved",
        "Effusion disappeared", "Interval resolution of the effusion.", "Clear lungs, edema gone.",
        "Effusion not excluded", "Effusion is not ruled out", "Effusion is not absent", "not without effusion",
        "Effusion? Edema? Yes.", "Is there effusion or edema? No.", "Effusion? No edema.", "Effusion: no, edema",
        "Effusion: 0.5, edema: 1", "Effusion. No.", "No. Effusion? Yes.", "Effusion -, edema +",
        "[ ] Effusion [x] Edema", "Effusion?",
        "if effusion were present there would be blunting", "kein effusion",
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_unparsed(said):
    assert read_findings(said, True, FINDINGS).status == "unparsed"


NEGATED = (
    "no {}", "No {}.", "without {}", "No evidence of {}", "{} is absent", "{} is not seen", "There is no {}",
    "negative for {}", "free of {}", "The lungs are clear without {}", "{}: no", "no definite {} is seen",
    "{} is not present", "absence of {}",
)  # fmt: skip


@given(st.sampled_from(NEGATED), st.sampled_from(FINDINGS))
def test_a_negated_finding_is_never_there(sentence, finding):
    reading = read_findings(sentence.format(finding), True, FINDINGS)
    assert not reading.labels  # absent or unparsed


@given(st.sampled_from(NEGATED), st.sampled_from(("edema", "effusion")))
def test_a_negated_option_is_never_the_answer(sentence, option):
    said = read_option(sentence.format(option), True, ("edema", "effusion"))
    assert said.label is None and said.status == "unparsed"


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text):
    assert read_findings(text, True, FINDINGS).text == text
    assert read_option(text, True, ("yes", "no")).text == text
    assert read_number(text, True, "ratio").text == text
    assert read_place(text, True).text == text


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("Yes", "yes"), ("**Yes**", "yes"), ("no.", "no"), ("No, it is not.", "no"), ("The answer is yes.", "yes"),
        ("Answer: No", "no"), ("Some fluid is seen, so: yes", "yes"), ("There is no fluid", None), ("yes and no", None),
        ("Yes, there is no fluid", None), ("Not sure", None), ("no doubt about it", None), ("", None),
        ("The answer is not: no", None), ("The answer is not:\n**No**", None), ("Not so: yes", None),
        ("No, I can't see any effusion.", "no"), ("It is not clear, but yes. Answer: yes", "yes"),
    ],
)  # fmt: skip
def test_yes_and_no_are_answers_only_where_they_stand_by_themselves(said, label):
    assert read_option(said, True, ("yes", "no")).label == label


@pytest.mark.parametrize(
    ("said", "unit", "value"),
    [
        ("0.52", "ratio", 0.52), ("52 %", "ratio", 0.52), ("0.52 (52 %)", "ratio", 0.52), ("52", "ratio", 52.0),
        ("0.52 cm", "ratio", None), ("52 %", "mm", None), ("12,5 mm", "mm", 12.5), ("1,234 mm", "mm", None),
        ("a 12-hour period", "ratio", None), ("5 millimeters", "cm", None), ("5 \u00b5m", "cm", None),
        ("5 cc", "cm", None), ("5 mm\u00b3", "mm", None), ("5 cm/s", "cm", None), ("13 centimeters", "ratio", None),
        ("5 centimetres", "cm", 5.0), ("12 mm^2", "mm2", 12.0), ("52 pct", "ratio", 0.52),
        ("52 per-cent", "ratio", 0.52),
        ("52 \uff05", "ratio", 0.52), ("5e-1", "ratio", 0.5), ("1.234,5", "ratio", None), ("> 0.5", "ratio", None),
        ("less than 0.5", "ratio", None), ("not 0.52", "ratio", None), ("0.5 or so", "ratio", 0.5),
        ("0.5 mg", "ratio", None), ("The ratio of 0.5 means", "ratio", 0.5), ("0.5 m", "m", 0.5),
        ("3 \u03bcm", "\u00b5m", 3.0),
        ("1.2 cm", "mm", None), ("0.5 or 0.6", "ratio", None), ("The 12th rib", "ratio", None), ("", "ratio", None),
        ("52 %", "%", 52.0), ("-3.5", "ratio", -3.5), ("about 0.5.", "ratio", 0.5),
    ],
)  # fmt: skip
def test_numbers_keep_their_unit(said, unit, value):
    assert read_number(said, True, unit).value == value


def test_an_answer_that_was_cut_off_is_no_mention():
    assert read_number("The ratio is 0.5", False, "ratio").status == "unparsed"
    assert read_findings("edema", False, FINDINGS).status == "unparsed"
    assert read_option("It is enlarged", False, ("normal", "enlarged")).status == "unparsed"


@pytest.mark.parametrize("said", [
        "[75, 35, 40, 70]", "40 35 75 70", "[0.1, 0.2, 0.3, 0.4]", "[1, 2, 3, 400]", "here",
        "[12, 30, 55, 80] and [0.1, 0.2, 0.5, 0.6]", "[12, 30, 55, 80] or [120.5, 300, 550, 800]",
        "[1012, 30, 55, 80][12,30,55,80]", "Not in [12, 30, 55, 80]", "[12, 30, 55, 80] of 1024x1024",
    ])  # fmt: skip
def test_no_box_is_guessed(said):
    assert read_place(said, True).status == "unparsed"
    assert read_place("In [40, 35, 75, 70].", True).box == (0.4, 0.35, 0.75, 0.7)


@pytest.mark.parametrize(
    "said", ["I'm sorry, but I can't assist with that.", "As an AI, I look at it", "I am unable to interpret images."]
)
def test_refusals_are_told_from_answers(said):
    assert refuses(said) and as_it_stands(said).status == "refused" and as_it_stands(said).said == ""
    assert read_option(said, True, ("edema", "mass")).status == "refused"
    assert as_it_stands("  \n").status == "empty" and not refuses("Effusion cannot be excluded.")


STATEMENTS = (
    "I can't identify any effusion.", "I cannot see an effusion.", "I cannot see this effusion on the image.",
    "I am unable to identify an effusion; lungs are clear.", "I do not see any image abnormality.",
)  # fmt: skip


@pytest.mark.parametrize("said", STATEMENTS)
def test_not_to_see_a_finding_is_no_refusal(said):
    assert not refuses(said) and as_it_stands(said).status == "text"
    assert not read_findings(said, True, ("effusion", "edema")).labels


@pytest.mark.parametrize(
    "said",
    [
        "Unable to answer.", "Cannot answer", "I do not see an image.", "I cannot see the image",
        "No image was provided.",
        "No, I cannot see the image.", "I cannot answer: no", "The image is not visible", "I cannot see it.",
    ],
)  # fmt: skip
def test_a_refusal_answers_no_question(said):
    assert as_it_stands(said).status == "refused"
    assert read_option(said, True, ("yes", "no")).status == "refused"


@pytest.mark.parametrize(
    "said",
    [
        "far from normal", "anything but normal", "larger than normal", "above normal", "hardly normal",
        "too large to be normal", "less than severely enlarged", "more than mildly enlarged", "barely normal",
        "It is much larger than a normal one",
    ],
)  # fmt: skip
def test_an_option_that_something_else_is_held_against_is_not_the_answer(said):
    options = ("normal", "mildly enlarged", "severely enlarged", "larger than life")
    assert read_option(said, True, options).status == "unparsed"
    assert read_option("It is larger than life", True, options).label == "larger than life"
    assert read_option("opposite of left", True, ("left", "right")).status == "unparsed"


def test_a_prompt_that_names_its_options_stays_as_it_is():
    assert naming("Normal or enlarged?", "Answer with one of: {}.", ("normal", "enlarged")) == "Normal or enlarged?"
    assert naming("Is it?", "Answer with one of: {}.", ("yes", "no")) == "Is it? Answer with one of: yes, no."


def test_a_box_in_an_answer_that_was_cut_off_may_not_be_its_last():
    assert read_place("It lies in [12, 30, 55, 80]", False).status == "unparsed"
    assert read_place("[12, 30, 55, 80]", False).status == "exact"
