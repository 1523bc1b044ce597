"""Where the fault stands: every row of the table in `locate`, and what must never be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.diagnose.judge.locate import Located, locate
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.terms import MODES
from tests.diagnose.made import PLACES, RECOVERED, ladder, rung, verdicts

HAND_OVER, MODEL = "hand-over", "language model"
BACK, PART, NOT, NOTHING = "brings it back", "brings a part back", "does not", "proves nothing"
RUNGS = st.tuples(*(st.sampled_from(("not tried", *RECOVERED)).map(lambda o, p=p: rung(p, o)) for p in PLACES))


@pytest.mark.parametrize(
    ("rungs", "fault"),
    [
        ((), (HAND_OVER, MODEL)),
        ((rung("own words", BACK),), ("words",)),
        ((rung("exchanged names", BACK),), ("words",)),
        ((rung("own words", BACK), rung("connector output", BACK)), ("words",)),
        ((rung("connector output", BACK, 0.42),), (HAND_OVER,)),
        ((rung("connector output", NOT), rung("encoder output", BACK, 0.42)), (HAND_OVER,)),
        ((rung("connector output", BACK, 0.35),), (HAND_OVER, MODEL)),
        ((rung("connector output", NOT), rung("image tokens", BACK)), (HAND_OVER, MODEL)),
        ((rung("connector output", NOT), rung("image tokens", NOT)), (MODEL,)),
        ((rung("connector output", PART), rung("image tokens", NOT), rung("encoder output", NOT)), (MODEL,)),
        ((rung("connector output", "undecided"),), (HAND_OVER, MODEL)),
        ((rung("connector output", NOTHING),), (HAND_OVER, MODEL)),
        ((rung("mapped names", BACK),), (HAND_OVER, MODEL, "words")),
        ((rung("mapped names", BACK), rung("connector output", NOT)), (MODEL,)),
        ((rung("mapped names", BACK), rung("read-out", BACK), rung("connector output", BACK)), (HAND_OVER,)),
    ],
)
@pytest.mark.parametrize("mode", ["comprehension", "mapping"])
def test_where_the_answer_by_likelihood_loses(rungs, fault, mode):
    found = locate(verdicts(mode), ladder(*rungs))
    assert found.fault == fault and found.behind == ()
    assert found.loss is not None and (found.loss.value, found.of) == (0.55, 0.95)


@pytest.mark.parametrize(
    ("rungs", "fault"),
    [
        ((), ("format",)),
        ((rung("own words", BACK),), ("words", "format")),
        ((rung("connector output", BACK),), (HAND_OVER,)),
        ((rung("encoder output", BACK),), (HAND_OVER,)),
        ((rung("connector output", NOT), rung("image tokens", BACK)), ("format",)),
    ],
)
def test_where_only_the_answer_in_words_loses(rungs, fault):
    found = locate(verdicts("mapping"), ladder(*rungs, likelihood=0.0))
    assert found.fault == fault
    assert found.loss is not None and found.loss.value == 0.55


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
    found = locate(verdicts(mode), ladder(*rungs, likelihood=0.0, words=0.0))
    assert found.fault == fault and found.behind == ()
    assert found.loss is not None and (found.loss.value, found.of) == (0.3, 0.95)


def test_the_first_loss_is_the_fault_and_later_ones_may_follow_from_it():
    found = locate(verdicts("vision", "connector", "comprehension"), ladder(rung("connector output", NOT)))
    assert found.fault == ("vision",) and found.behind == ("connector", MODEL)


def test_a_fault_is_not_behind_itself():
    found = locate(verdicts("connector", "mapping"), ladder(rung("encoder output", BACK)))
    assert found.fault == ("connector", HAND_OVER) and found.behind == ()


def test_what_is_lost_in_words_alone_is_a_fault_though_the_answer_by_likelihood_regains_it():
    """The last token is unreadable for a probe, the likelihoods are right, and the words are wrong."""
    assert locate(verdicts("comprehension"), ladder(likelihood=0.0)).fault == ("format",)


def test_the_earliest_repair_that_works_clears_what_stands_behind_it():
    both = ladder(rung("image tokens", BACK), rung("connector output", BACK))
    assert locate(verdicts("mapping"), both).cleared == "connector output"
    assert locate(verdicts("mapping"), ladder(rung("connector output", PART))).cleared is None
    assert locate(verdicts("mapping"), ladder(rung("mapped names", BACK), rung("read-out", BACK))).cleared is None


@given(RUNGS, st.floats(0, 0.9), st.floats(0, 0.9))
def test_without_a_present_loss_there_is_no_fault(rungs, likelihood, words):
    made = ladder(*rungs, likelihood=likelihood, words=words)
    assert locate(verdicts(), made) == Located()
    silent = tuple(Verdict(mode, "not assessed", 0.05, "nothing to lose") for mode in MODES)
    assert locate(silent, made) == Located()


def test_a_probe_that_loses_what_the_answer_has_is_no_fault():
    assert locate(verdicts("comprehension"), ladder(likelihood=0.0, words=0.0)) == Located()


@given(RUNGS, st.sampled_from([("comprehension",), ("mapping",), ("connector", "mapping")]))
def test_mapped_names_alone_never_decide(rungs, present):
    """A map of the likelihoods may widen what is suspected, and never narrows it or names the words alone."""
    without, mapped = (
        locate(verdicts(*present), ladder(*rungs, rung("mapped names", outcome))) for outcome in ("not tried", BACK)
    )
    assert set(without.fault) <= set(mapped.fault) and mapped.cleared == without.cleared
    if without.fault != mapped.fault:
        assert set(mapped.fault) - set(without.fault) == {"words"}


@given(RUNGS, st.sampled_from(["image tokens", "connector output", "encoder output"]))
def test_what_was_not_tried_or_proves_nothing_clears_nothing(rungs, place):
    """A re-fit that was left out, that its controls match or that decides nothing is as good as none."""
    suspects = [
        set(locate(verdicts("mapping"), ladder(*rungs, rung(place, outcome))).fault)
        for outcome in ("not tried", NOTHING, "undecided")
    ]
    assert suspects[0] == suspects[1] == suspects[2]
    assert locate(verdicts("mapping"), ladder(*rungs, rung(place))).cleared != place
