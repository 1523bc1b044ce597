"""The sentence says no more than the intervals and Holm's correction allow."""

from angiogram.compare.comparison import StageChange
from angiogram.compare.headline import contrast_headline
from angiogram.diagnose.terms import Interval


def stage(key, value, half, p=0.5, changed=False):
    before, after = Interval(0.5, 0.45, 0.55), Interval(0.5 + value, 0.45 + value, 0.55 + value)
    return StageChange(key, key, None, before, after, Interval(value, value - half, value + half), p, p, changed)


def test_nothing_changes():
    said = contrast_headline("b", "a", [stage("V", 0.0, 0.02), stage("G", 0.01, 0.03)])
    assert said == (
        "b against a: no stage is shown to change, all intervals hold zero; the answer in words is right in 50 % of "
        "the cases in a and 51 % in b."
    )


def test_a_change_that_holm_does_not_let_stand():
    said = contrast_headline("b", "a", [stage("V", -0.04, 0.03, 0.09), stage("G", 0.01, 0.03)])
    assert said == (
        "b against a: no stage changes for sure when 2 are judged at once (Holm); each by itself, a probe at the "
        "encoder's end loses 4 points (95 % interval 1 to 7)."
    )


def test_a_stage_changes_and_the_answer_does_not():
    said = contrast_headline("b", "a", [stage("U", -0.2, 0.05, 0.0001, True), stage("G", 0.01, 0.03)])
    assert said == (
        "b against a: the only stage that changes is a probe at the last token (U), which loses 20 points (95 % "
        "interval 15 to 25), p < 0.001 with 2 stages judged at once; the answer in words is not shown to change (from "
        "a gain of 4 to a loss of 2 points)."
    )
