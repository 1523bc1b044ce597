"""The sentence says no more than the intervals and Holm's correction allow."""

from itertools import permutations
from typing import get_args

import pytest

from angiogram.compare.comparison import Located, Place, StageChange
from angiogram.compare.headline import contrast_headline, contrast_proof
from angiogram.diagnose.terms import Fault
from angiogram.statistics.interval import Interval


def stage(key, value, half, p=0.5, changed=False):
    before, after = Interval(0.5, 0.45, 0.55), Interval(0.5 + value, 0.45 + value, 0.55 + value)
    return StageChange(key, key, None, before, after, Interval(value, value - half, value + half), p, p, changed)


def test_nothing_changes():
    said = contrast_proof("b", "a", [stage("V", 0.0, 0.02), stage("G", 0.01, 0.03)])
    assert said == (
        "b against a: no stage is shown to change, all intervals hold zero; the answer in words is right in 50 % of "
        "the cases in a and 51 % in b."
    )


def test_a_change_that_holm_does_not_let_stand():
    said = contrast_proof("b", "a", [stage("V", -0.04, 0.03, 0.09), stage("G", 0.01, 0.03)])
    assert said == (
        "b against a: no stage changes for sure when 2 are judged at once (Holm); each by itself, a probe at the "
        "encoder's end loses 4 points (95 % interval 1 to 7)."
    )


def test_a_stage_changes_and_the_answer_does_not():
    said = contrast_proof("b", "a", [stage("U", -0.2, 0.05, 0.0001, True), stage("G", 0.01, 0.03)])
    assert said == (
        "b against a: the only stage that changes is a probe at the last token (U), which loses 20 points (95 % "
        "interval 15 to 25), p < 0.001 with 2 stages judged at once; the answer in words is not shown to change (from "
        "a gain of 4 to a loss of 2 points)."
    )


FAULTS = [(fault,) for fault in get_args(Fault)] + list(permutations(get_args(Fault), 2))


@pytest.mark.parametrize("place", get_args(Place))
def test_a_headline_has_at_most_20_words_and_names_every_fault_by_its_own(place):
    fell = [stage("S", -0.4, 0.05, 0.0001, True), stage("G", -0.6, 0.05, 0.0001, True)]
    said = [contrast_headline("b", "a", fell, Located(fault, place, None, ())) for fault in FAULTS]
    assert len(set(said)) == len(said)
    for sentence in said:
        assert len(sentence.split()) <= 20 and sentence.startswith("b against a: the answer loses 60 points; ")


def test_a_headline_without_a_fault():
    nothing = Located((), None, None, ())
    assert contrast_headline("b", "a", [stage("G", 0.1, 0.05, 0.001, True)], nothing) == (
        "b against a: the answer in words gains 10 points."
    )
    early = [stage("V", -0.1, 0.05, 0.001, True), stage("G", 0.0, 0.05)]
    assert "the answer is not shown to change, an earlier stage is" in contrast_headline("b", "a", early, nothing)
    assert contrast_headline("b", "a", [stage("G", 0.0, 0.05)], nothing).endswith("no stage is shown to change.")
