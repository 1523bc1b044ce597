"""Where the fault stands: every row of the table in docs/verdict.md, and what must never be said."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.diagnose.judge.locate import BEHIND
from angiogram.diagnose.judge.located import Located
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.terms import MODES
from tests.diagnose.made import PLACES, RECOVERED, around, ladder, located, rung, said, undecided, verdicts

HAND_OVER, MODEL = "hand-over", "language model"
BACK, PART, NOT, NOTHING = "brings it back", "brings a part back", "does not", "proves nothing"
PRESENT = (("comprehension",), ("mapping",), ("connector", "mapping"), ("vision",))
RUNGS = st.tuples(*(st.sampled_from(("not tried", *RECOVERED)).map(lambda o, p=p: rung(p, o)) for p in PLACES))
CAN, CANNOT, UNCLEAR = "can say", "cannot say", "unclear"


@pytest.mark.parametrize(
    ("told", "rungs", "mode", "fault"),
    [
        (CAN, (rung("own words", BACK, 0.5),), "mapping", ("words",)),
        (CANNOT, (rung("exchanged names", BACK, 0.5),), "mapping", ("words",)),
        (CAN, (rung("own words", BACK, 0.5), rung("connector output", BACK, 0.5)), "mapping", ("words",)),
        (CAN, (rung("own words", BACK, 0.3),), "mapping", (HAND_OVER, MODEL)),  # a part is not nearly all
        (CANNOT, (), "comprehension", (MODEL,)),
        (CANNOT, (), "mapping", (MODEL, "words")),
        (CANNOT, (rung("connector output", BACK, 0.5),), "comprehension", (HAND_OVER, MODEL)),
        (CANNOT, (rung("connector output", BACK, 0.3),), "comprehension", (MODEL,)),
        (CAN, (rung("connector output", BACK, 0.45),), "mapping", (HAND_OVER,)),
        (UNCLEAR, (rung("encoder output", BACK, 0.45),), "comprehension", (HAND_OVER,)),
        (CAN, (rung("connector output", BACK, 0.35),), "mapping", (HAND_OVER, MODEL)),
        (CAN, (rung("connector output", NOTHING, 0.5),), "comprehension", (HAND_OVER, MODEL)),
        (CAN, (rung("connector output", NOT), rung("image tokens", NOT)), "mapping", (HAND_OVER, MODEL)),
        (CAN, (rung("connector output", NOT), rung("image tokens", BACK, 0.5)), "comprehension", (MODEL,)),
        (CAN, (rung("image tokens", BACK, 0.5),), "comprehension", (HAND_OVER, MODEL)),
        (CAN, (rung("input", BACK, 0.5),), "mapping", (HAND_OVER,)),
        (CAN, (), "mapping", (HAND_OVER, MODEL)),
    ],
)
def test_where_the_answer_by_likelihood_loses(told, rungs, mode, fault):
    found = located(verdicts(mode), ladder(*rungs), said(told))
    assert found.fault == fault and found.behind == ()
    assert found.loss is not None and (found.loss.value, found.of) == (0.55, 0.95)


@pytest.mark.parametrize(
    ("steps", "recovered", "fault"),
    [
        (None, 0.35, (HAND_OVER, MODEL)),
        (8, 0.35, (HAND_OVER, MODEL)),
        (0, 0.35, (HAND_OVER,)),  # surely more than half of 55 points: 30 of them
        (0, 0.31, (HAND_OVER, MODEL)),  # not surely
    ],
)
def test_a_map_in_closed_form_is_believed_where_surely_half_returns(steps, recovered, fault):
    made = replace(rung("connector output", BACK, recovered), steps=steps)
    assert located(verdicts("mapping"), ladder(made)).fault == fault


def test_what_a_probe_loses_inside_is_not_cleared_by_words_put_in_front():
    in_words = replace(rung("connector output", BACK, 0.5), steps=0)
    assert located(verdicts("comprehension"), ladder(in_words)).fault == (HAND_OVER, MODEL)
    assert located(verdicts("comprehension"), ladder(in_words, rung("input", BACK, 0.5))).fault == (HAND_OVER,)


@pytest.mark.parametrize(("steps", "cleared", "left"), [(8, "connector output", ()), (0, None, (MODEL, "words"))])
def test_a_map_in_closed_form_clears_nothing(steps, cleared, left):
    """Behind the connector it says the class in words, and a model that copies them need not have read the image."""
    made = replace(rung("connector output", BACK, 0.5), steps=steps)
    found = located(verdicts("mapping"), ladder(made))
    assert (found.fault, found.cleared, found.open) == ((HAND_OVER,), cleared, left)


@pytest.mark.parametrize(
    ("answers", "rungs", "fault"),
    [
        (said(CAN, 0.95, 0.95, 0.4), (), ("format",)),
        (said(CANNOT, 0.95, 0.95, 0.4), (), ("format",)),
        (said(CAN, 0.95, 0.95, 0.4), (rung("own words", BACK, 0.5),), ("words", "format")),
        (said(CAN, 0.95, 0.45, 0.4), (), (HAND_OVER, MODEL)),
        (said(CAN, 0.95, 0.95, 0.4, named=0.6), (), (HAND_OVER, MODEL)),
        (said(CAN, 0.95, 0.95, 0.4, named=0.5), (), ("format",)),
        (said(CANNOT, 0.95, 0.95, 0.4, named=0.9), (), ("words", "format")),
        (said(CANNOT, 0.95, 0.45, 0.4), (), ("words", "format")),
        (said(UNCLEAR, 0.95, 0.45, 0.4), (), (HAND_OVER, MODEL)),
        (said(CANNOT, 0.95, 0.45, 0.4), (rung("connector output", BACK, 0.5),), (HAND_OVER,)),
    ],
)
def test_where_only_the_answer_in_words_loses(answers, rungs, fault):
    found = located(verdicts("mapping"), ladder(*rungs, likelihood=0.0), answers)
    assert found.fault == fault
    assert found.loss is not None and found.loss.value == 0.55


@pytest.mark.parametrize(
    ("likelihood", "answers", "fault"),
    [
        (0.09, said(CAN, 0.86, 0.86, 0.6), (HAND_OVER, "format")),  # 9 points of 35, not for sure
        (0.09, said(CAN, 0.86, 0.86, 0.6, named=0.9), (HAND_OVER, MODEL)),
        (0.09, said(CANNOT, 0.86, 0.86, 0.6), (MODEL, "format")),
        (0.04, said(CAN, 0.91, 0.91, 0.6), ("format",)),
    ],
)
def test_what_is_perhaps_lost_by_likelihood_already_is_named_beside_the_format(likelihood, answers, fault):
    found = located(verdicts("mapping"), ladder(likelihood=likelihood, words=0.35), answers)
    assert found.fault == fault and found.loss == around(0.35)
    assert "words" in found.open or fault in (("format",),)


def test_what_is_mostly_lost_by_likelihood_is_no_matter_of_format():
    found = located(verdicts("mapping"), ladder(likelihood=0.09, words=0.12), said(CAN, 0.86, 0.86, 0.83))
    assert found.fault == (HAND_OVER, MODEL) and found.loss == around(0.12)


@pytest.mark.parametrize(
    ("mode", "rungs", "fault"),
    [
        ("vision", (), ("vision",)),
        ("vision", (rung("encoder output", BACK),), ("vision",)),
        ("connector", (), ("connector",)),
        ("connector", (rung("encoder output", NOT),), ("connector",)),
        ("connector", (rung("encoder output", NOTHING),), ("connector",)),
        ("connector", (rung("connector output", BACK),), ("connector",)),
        ("connector", (rung("encoder output", BACK),), ("connector", HAND_OVER)),
    ],
)
def test_where_a_probe_loses_it_the_loss_is_the_probe_s(mode, rungs, fault):
    found = located(verdicts(mode), ladder(*rungs, likelihood=0.0, words=0.0))
    assert found.fault == fault and found.behind == ()
    assert found.loss is not None and (found.loss.value, found.of) == (0.3, 0.95)


def test_the_first_loss_is_the_fault_and_later_ones_may_follow_from_it():
    found = located(verdicts("vision", "connector", "comprehension"), ladder(rung("connector output", NOT)))
    assert found.fault == ("vision",) and found.behind == ("connector", HAND_OVER, MODEL)


def test_a_fault_is_not_behind_itself():
    found = located(verdicts("connector", "mapping"), ladder(rung("encoder output", BACK)))
    assert found.fault == ("connector", HAND_OVER) and found.behind == ()


def test_what_is_lost_in_words_alone_is_a_fault_though_the_answer_by_likelihood_regains_it():
    """The last token is unreadable for a probe, the likelihoods are right, and the words are wrong."""
    found = located(verdicts("comprehension"), ladder(likelihood=0.0), said(CAN, 0.95, 0.95, 0.4))
    assert found.fault == ("format",)


def test_an_earlier_loss_that_is_not_sure_is_named_beside_the_connector():
    doubtful = (undecided("vision", 0.1), *verdicts("connector")[1:])
    assert located(doubtful, ladder()).fault == ("vision", "connector")
    slight = (undecided("vision", 0.03), *verdicts("connector")[1:])
    assert located(slight, ladder()).fault == ("connector",)


def test_the_earliest_repair_that_works_clears_what_stands_behind_it():
    both = ladder(rung("image tokens", BACK), rung("connector output", BACK))
    assert located(verdicts("mapping"), both).cleared == "connector output"
    prepared = located(verdicts("mapping"), ladder(rung("connector output", BACK, 0.5), rung("input", BACK, 0.5)))
    assert (prepared.fault, prepared.cleared, prepared.open) == ((HAND_OVER,), "input", ())
    assert located(verdicts("vision", "mapping"), ladder(rung("input", BACK, 0.5))).cleared is None
    assert located(verdicts("mapping"), ladder(rung("connector output", PART))).cleared is None
    assert located(verdicts("mapping"), ladder(rung("mapped names", BACK), rung("read-out", BACK))).cleared is None


@given(RUNGS, st.sampled_from((CAN, UNCLEAR, CANNOT)), st.sampled_from(PRESENT))
def test_what_is_named_is_never_cleared(rungs, told, present):
    found = located(verdicts(*present), ladder(*rungs), said(told))
    assert found.cleared is None or not BEHIND[found.cleared] & set(found.fault)


@given(RUNGS, st.sampled_from(("comprehension", "mapping")))
def test_of_few_classes_names_that_are_exchanged_may_be_a_turned_image(rungs, mode):
    back = ladder(*rungs, rung("exchanged names", BACK, 0.5))
    assert located(verdicts(mode), back, said(classes=4)).fault == (HAND_OVER, "words")
    assert located(verdicts(mode), back, said(classes=5)).fault == ("words",)


def test_one_name_rests_on_what_is_sure():
    """Of 55 points that are lost 45 come back, and with few cases perhaps 20."""
    unsure = {"recovered": around(0.45, 0.25), "beyond_half": around(0.45 - 0.275, 0.25)}
    wide = replace(rung("connector output", BACK, 0.45), **unsure)
    assert located(verdicts("mapping"), ladder(wide)).fault == (HAND_OVER, MODEL)


@given(RUNGS, st.floats(0, 0.9), st.floats(0, 0.9))
def test_without_a_present_loss_there_is_no_fault(rungs, likelihood, words):
    made = ladder(*rungs, likelihood=likelihood, words=words)
    assert located(verdicts(), made) == Located()
    silent = tuple(Verdict(mode, "not assessed", 0.05, "nothing to lose") for mode in MODES)
    assert located(silent, made) == Located()


def test_where_nothing_is_read_above_chance_silence_is_a_matter_of_format():
    blind = [Verdict(mode, "not assessed", 0.05, "nothing to lose") for mode in MODES[:3]]
    silent = replace(verdicts("mapping")[3], reason="silent")
    found = located((*blind, silent), ladder(rung("own words", BACK)), said(CANNOT))
    assert found.fault == ("format",) and found.loss == silent.loss


def test_a_probe_that_loses_what_the_answer_has_is_no_fault():
    assert located(verdicts("comprehension"), ladder(likelihood=0.0, words=0.0)) == Located()


@given(RUNGS, st.sampled_from([("comprehension",), ("mapping",), ("connector", "mapping")]))
def test_mapped_names_and_the_read_out_blame_and_clear_nobody(rungs, present):
    for place in ("mapped names", "read-out"):
        found = [located(verdicts(*present), ladder(*rungs, rung(place, o))) for o in ("not tried", NOT, BACK)]
        assert found[0] == found[1] == found[2]


@given(RUNGS, st.sampled_from(["image tokens", "connector output", "encoder output"]))
def test_what_was_not_tried_or_proves_nothing_clears_nothing(rungs, place):
    """A re-fit that was left out, that its controls match or that decides nothing is as good as none."""
    found = [
        located(verdicts("mapping"), ladder(*rungs, rung(place, outcome)))
        for outcome in ("not tried", NOTHING, "undecided")
    ]
    assert found[0] == found[1] == found[2] and found[0].cleared != place


@given(RUNGS, st.sampled_from([said(CAN), said(CAN, 0.95, 0.45, 0.4)]))
def test_to_repeat_a_word_clears_no_words(rungs, answers):
    """Only a repair before them that succeeds takes the words out of suspicion."""
    made = ladder(*rungs, likelihood=0.0 if answers.calibrated > 0.9 else 0.55)
    found = located(verdicts("mapping"), made, answers)
    assert "words" in (*found.fault, *found.open) or found.cleared is not None


@given(RUNGS)
def test_a_model_that_does_not_repeat_a_word_has_them_in_suspicion(rungs):
    found = located(verdicts("mapping"), ladder(*rungs), said(CANNOT))
    assert "words" in found.fault or found.fault == (HAND_OVER, MODEL)


@given(RUNGS, st.sampled_from(PRESENT), st.sampled_from((0.0, 0.09, 0.5)), st.floats(0, 1), st.floats(0, 1))
def test_being_able_to_repeat_a_class_decides_nothing(rungs, present, likelihood, raw, named):
    """A model that repeats what it is told has copied a word: the verdict is that of one that was not told."""
    made = ladder(*rungs, likelihood=likelihood, words=0.5)
    found = [located(verdicts(*present), made, said(told, 0.9, raw, 0.4, named=named)) for told in (CAN, UNCLEAR)]
    assert found[0] == found[1]
