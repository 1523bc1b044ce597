"""What stands below the headline: the rungs that speak for or against it, and the losses."""

from dataclasses import replace

import numpy as np

from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.judge.judgement import Judgement
from angiogram.diagnose.judge.locate import locate
from angiogram.diagnose.judge.said import Said
from angiogram.diagnose.repair.rung import Ladder
from angiogram.diagnose.tell.proof import DID, PLACES, proof
from angiogram.diagnose.terms import MODES
from angiogram.statistics.bootstrap import resample_groups
from tests.diagnose.made import PLACES as ALL
from tests.diagnose.made import RECOVERED, around, drawn, ladder, rung, undecided, verdicts

ANSWERS = Said("can say", 9, 0.4, 0.4, 0.4, 0.0)
TOTAL = around(0.0)
ACCOUNTING = account(drawn(600, {}), resample_groups(np.arange(600)))


def told(made: Ladder, *present, null_band=0.1):
    found = verdicts(*present)
    return proof(Judgement(found, locate(found, made, ANSWERS, TOTAL)), ACCOUNTING, made, null_band)


def test_a_rung_is_told_with_its_controls():
    back = replace(rung("connector output", "brings it back", 0.5), permuted=0.11, random=0.14)
    sentences = told(ladder(back), "mapping")
    assert sentences[0] == (
        "A re-fit of the connector's output brings the answer back: right in 90 %, 40 % before; controls 11 % and 14 %."
    )
    assert sentences[1] == "So the language model can read the image and say the class."


def test_what_cannot_be_told_apart_comes_first():
    first, *_ = told(ladder(), "mapping")
    assert first == (
        "From this model alone the hand-over to the language model and the language model cannot be told apart."
    )


def test_what_is_undecided_is_one_sentence_without_numbers():
    sentences = told(ladder(rung("exchanged names", "undecided"), rung("mapped names", "undecided")), "mapping")
    assert (
        "Each class name, read as the class for which it stands, and a map of the class likelihoods may bring the "
        "answer back or not."
    ) in sentences


def test_what_was_not_tried_says_nothing():
    assert not any("re-fit" in sentence or "So " in sentence for sentence in told(ladder(), "mapping"))


def test_where_information_is_gone_the_ladder_is_silent():
    made = ladder(rung("mapped names", "brings it back"), rung("read-out", "does not"))
    assert told(made, "vision") == told(ladder(), "vision")
    assert told(made, "vision")[0].startswith("Lost for sure: 30 points between the specialist and a probe at the enc")


def test_where_nothing_is_read_above_chance_the_ladder_is_silent():
    found = tuple(replace(each, reason="silent") if each.state == "present" else each for each in verdicts("mapping"))
    made = ladder(rung("own words", "does not"))
    told_so = proof(Judgement(found, locate(found, made, ANSWERS, TOTAL), unread=True), ACCOUNTING, made, 0.1)
    assert not any("answer back" in sentence for sentence in told_so) and told_so[0].startswith("Lost for sure")


def test_what_stands_behind_may_follow():
    assert "The connector may follow from it." in told(ladder(), "vision", "connector")


def test_a_loss_that_is_spread_is_said_to_be():
    found = (undecided("vision", 0.1), *verdicts()[1:])
    located = locate(found, ladder(), ANSWERS, around(0.2))
    assert proof(Judgement(found, located), ACCOUNTING, ladder(), 0.1)[0] == (
        "No single stage loses more than the margin for sure; taken together they do."
    )


def test_a_loss_that_cannot_be_named_is_said_to_be_where_it_may_be():
    found = (*(undecided(mode, 0.08) for mode in MODES[:2]), verdicts()[2], undecided("mapping", 0.08))
    made = ladder(rung("mapped names", "does not"), likelihood=0.02, words=0.09)
    told = proof(Judgement(found, locate(found, made, ANSWERS, around(0.2))), ACCOUNTING, made, 0.1)
    assert told[1] == "Each of the vision encoder, the connector and the answer's format may have a part in it."
    assert told[2].startswith("A map of the class likelihoods does not bring the answer back: ")


def test_a_healthy_model_is_cleared_by_its_losses_and_not_by_repairs():
    made = ladder(rung("connector output", "brings it back"), likelihood=0.0, words=0.0)
    (only,) = told(made)
    assert only.startswith("No loss above 5 points is seen in the vision encoder (at most 3), ")


def test_every_rung_and_outcome_is_a_sentence():
    assert set(PLACES) == set(ALL) and set(DID) == set(RECOVERED)
    for place in ALL:
        for outcome in RECOVERED:
            sentences = told(ladder(rung(place, outcome)), "mapping")
            assert any(DID[outcome] in sentence for sentence in sentences)
            assert all(s[0].isupper() and s.endswith(".") and s.count(". ") == 0 for s in sentences)


def test_what_no_probe_reads_but_the_answer_shows_is_added():
    assert told(ladder(), null_band=0.95)[-1].startswith("No loss")
    right = drawn(300, {}, start=0.1, noise=0.0) | {"G": np.arange(300) < 270}
    hidden = account(right, resample_groups(np.arange(300)))
    found = verdicts()
    judgement = Judgement(found, locate(found, ladder(), ANSWERS, TOTAL), unread=True)
    assert proof(judgement, hidden, ladder(), 0.2)[-1].startswith("Chance is exceeded")
    assert proof(replace(judgement, unread=False), hidden, ladder(), 0.2)[-1].startswith("No loss")
