"""What weakens the result is said once."""

import numpy as np
import pytest

from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.read.wording import Spelling
from angiogram.diagnose.tell.warnings import costly_spelling, few_groups, no_ceiling
from angiogram.statistics.bootstrap import resample_groups
from angiogram.statistics.interval import Interval

CASES = np.arange(200)
CLASSES = ("cyst", "stone", "tumour", "normal")


def warned(groups_of_class):
    """Four cases a group; so many groups of each class."""
    truth = np.repeat(np.arange(len(groups_of_class)), [4 * count for count in groups_of_class])
    return few_groups(truth, np.arange(len(truth)) // 4, CLASSES)


def test_enough_groups_in_all_and_of_each_class_need_no_warning():
    assert warned([5, 5, 5, 5]) == []


def test_a_class_of_few_groups_is_named_however_many_cases_it_has():
    assert warned([4, 30, 30, 30]) == [
        "1 of 4 classes ('cyst') rests on fewer than 5 evaluated groups: the intervals of balanced accuracy, macro F1 "
        "and macro AUROC, which count all classes alike, are approximate."
    ]


def test_of_several_classes_the_thinnest_are_named():
    (sentence,) = warned([4, 3, 2, 30])
    assert sentence.startswith("3 of 4 classes ('tumour', 'stone' and 1 more) rest on fewer than 5 evaluated groups: ")


def test_a_class_without_evaluated_cases_counts_in_no_score_and_is_not_named():
    assert warned([0, 10, 10, 10]) == []


def test_few_groups_in_all_and_of_a_class_are_one_warning():
    assert warned([9, 10]) == ["Only 19 groups were evaluated; intervals over so few groups are approximate."]
    (sentence,) = warned([4, 10])
    assert sentence.startswith("Only 14 groups were evaluated; ") and sentence.count(". ") == 0
    assert sentence.endswith("as 1 of 2 classes ('cyst') rests on fewer than 5 evaluated groups.")


def test_cases_without_patients_are_each_their_own_group():
    truth = np.array([0] * 3 + [1] * 40)
    (sentence,) = few_groups(truth, np.arange(43), CLASSES)
    assert sentence.startswith("1 of 2 classes (")


def test_a_spelling_is_warned_of_where_it_costs_more_than_the_margin():
    found = Spelling((("left_kidney", "left kidney"),), Interval(0.72, 0.66, 0.78), Interval(0.12, 0.08, 0.17))
    assert costly_spelling(found, 0.05) == [
        "Some classes are asked for as files spell them (the first: 'left_kidney'); said as 'left kidney', the answer "
        "by likelihood is right 12 points more often (95 % interval 8 to 17). Give --class-names words, or leave it "
        "out."
    ]
    assert costly_spelling(found, 0.15) == costly_spelling(None, 0.05) == []


def accounted(**shares):
    return account({key: 200 * share > CASES for key, share in shares.items()}, resample_groups(CASES))


def test_a_specialist_below_the_probe_is_no_ceiling():
    (said,) = no_ceiling(accounted(R=0.7, V=0.9, C=0.88, U=0.8, S=0.7))
    assert said.startswith("The specialist is no ceiling: it reads 70 %, a probe at the encoder's end 90 %.")


@pytest.mark.parametrize("specialist", [0.95, 0.9, 0.885])
def test_one_that_is_above_or_not_surely_below(specialist):
    assert no_ceiling(accounted(R=specialist, V=0.9, C=0.88, U=0.8, S=0.7)) == ()


def test_no_specialist():
    assert no_ceiling(accounted(V=0.9, C=0.88, U=0.8, S=0.7)) == ()
