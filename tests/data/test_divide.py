"""Splits that leak nothing, with 1, 10, 30 and 60 % of the pictures copied, for folds and for a set's own split."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import made_cases
from tests.data.audit.pictures import brighter, jpeg, moved, picture, resized, set_of

from angiogram.data.audit.audit import audit
from angiogram.data.divide import clean, divide
from angiogram.data.intake import examine
from angiogram.data.sources import open_cases
from angiogram.errors import InputError

COUNT = 100
NEAR = (lambda p: brighter(p, 20), lambda p: moved(p, 0.02), lambda p: resized(p, 1.5), lambda p: jpeg(p, 75))
SHARED = Path(__file__).parents[3] / "shared" / "data"


def copied(share, near, splits=None, patients=None):
    """100 pictures of two classes, of which this share repeats an earlier one of any class, exactly or nearly."""
    rng = np.random.default_rng(0)
    pixels = [picture(seed, 64) for seed in range(COUNT)]
    for number, target in enumerate(rng.choice(np.arange(30, COUNT), round(share * COUNT), replace=False).tolist()):
        source = pixels[int(rng.integers(0, 30))]
        pixels[target] = NEAR[number % len(NEAR)](source) if near else source
    return examine(set_of(pixels, groups=patients, splits=splits))


OWN = ["train" if i % 5 < 3 else "test" for i in range(COUNT)]


@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.6])
def test_folds_over_copies_leak_nothing(share, near):
    examined, splits = divide(copied(share, near), 5, 0)
    found = audit(examined, splits)
    assert found.leaks == () and found.affected == () and found.divided == ()
    counted = splits.grouping
    assert counted.named == counted.cases == COUNT and counted.groups <= COUNT - share * COUNT * 0.9
    assert found.grouping == counted and found.within >= round(share * COUNT)
    assert f"duplicates joined 100 groups to {counted.groups}" in splits.described
    assert clean(examined.cases, splits) is splits
    assert np.concatenate([test for _, test in splits.pairs]).size == COUNT


@pytest.mark.parametrize("near", [False, True])
@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.6])
def test_of_an_own_split_the_leaked_cases_leave_the_judged_side(share, near):
    examined, splits = divide(copied(share, near, OWN), 5, 0)
    found, kept = audit(examined, splits), clean(examined.cases, splits)
    assert found.judged == 40 and kept.left_out == len(found.affected)
    np.testing.assert_array_equal(np.setdiff1d(splits.pairs[0][1], kept.pairs[0][1]), found.affected)
    np.testing.assert_array_equal(kept.pairs[0][0], splits.pairs[0][0])
    assert audit(examined, kept).affected == () and audit(examined, kept).leaks == ()
    assert found.affected or share == 0.01
    if found.affected:
        assert f"40 test cases, of which {kept.left_out} also teach and are not judged" in kept.described


@given(st.lists(st.integers(0, 25), min_size=40, max_size=40), st.lists(st.integers(0, 30), min_size=40, max_size=40))
@settings(deadline=None, max_examples=25)
def test_folds_divide_no_component(pictures, patients):
    cases = made_cases(["ab"[i % 2] for i in range(40)], [f"p{patient}" for patient in patients])
    examined = examine(replace(cases, read=lambda case: cases.read(cases.rows[pictures[int(case.id[1:])]])))
    try:
        examined, splits = divide(examined, 2, 0)
    except InputError as error:
        assert "groups" in str(error) or "fold" in str(error)
        return
    for train, test in splits.pairs:
        assert not {pictures[i] for i in train} & {pictures[i] for i in test}
        assert not {patients[i] for i in train} & {patients[i] for i in test}


def test_a_case_that_is_linked_to_a_leak_through_its_patient_leaves_too():
    pixels = [picture(seed, 64) for seed in range(20)]
    pixels[12] = pixels[3]
    groups = [f"p{i}" for i in range(20)]
    groups[13] = "p12"
    examined, splits = divide(examine(set_of(pixels, groups=groups, splits=["train"] * 10 + ["test"] * 10)), 5, 0)
    found = audit(examined, splits)
    assert [twin.case for twin in found.leaks] == [12] and found.linked == (13,) and found.divided == ()
    assert clean(examined.cases, splits).left_out == 2


def test_a_patient_on_both_sides_counts_as_the_sets_own_group():
    groups = [f"p{i % 15}" for i in range(20)]
    pixels = [picture(seed, 64) for seed in range(20)]
    examined, splits = divide(examine(set_of(pixels, groups=groups, splits=["train"] * 10 + ["test"] * 10)), 5, 0)
    found = audit(examined, splits)
    assert found.divided == ("p0", "p1", "p2", "p3", "p4") and found.linked == () and found.leaks == ()


def test_too_little_that_is_clean_is_one_sentence():
    pixels = [picture(seed, 64) for seed in range(10)]
    every = examine(set_of([*pixels, *pixels], splits=["train"] * 10 + ["test"] * 10))
    with pytest.raises(InputError, match=r"All 10 tested cases also teach, .*angiogram data audit CASES"):
        clean(*clean_arguments(every))
    one_class = examine(set_of([*pixels, *pixels[:9:2], *(picture(50 + i, 64) for i in range(5))],
                               labels=["a", "b"] * 5 + ["a"] * 5 + ["b"] * 5,
                               splits=["train"] * 10 + ["test"] * 10))  # fmt: skip
    with pytest.raises(InputError, match=r"5 of the 10 tested cases also teach, .* the other 5 are of one class"):
        clean(*clean_arguments(one_class))
    one_group = examine(set_of([*pixels, *pixels[:8], picture(60, 64), picture(61, 64)],
                               groups=[f"p{i}" for i in range(18)] + ["last"] * 2,
                               splits=["train"] * 10 + ["test"] * 10))  # fmt: skip
    with pytest.raises(InputError, match="the other 2 are of one group, which cannot be judged"):
        clean(*clean_arguments(one_group))


def clean_arguments(examined):
    examined, splits = divide(examined, 5, 0)
    return examined.cases, splits


def test_a_class_of_fewer_pictures_than_folds_says_that_duplicates_joined_it():
    pixels = [*(picture(seed, 64) for seed in range(10)), *[picture(20, 64)] * 4, *[picture(21, 64)] * 4]
    with pytest.raises(
        InputError, match=r"'b' has 2 groups, fewer than the 5 folds; use 2 folds.*joined 18 groups to 12"
    ):
        divide(examine(set_of(pixels, labels=["a"] * 10 + ["b"] * 8)), 5, 0)


def test_groups_of_one_class_fewer_than_folds_get_the_same_sentence():
    pixels = [picture(seed, 64) for seed in range(20)]
    groups = [f"a{i % 3}" for i in range(10)] + [f"b{i}" for i in range(10)]
    with pytest.raises(InputError, match="class 'a' has 3 groups, fewer than the 5 folds; use 3 folds"):
        divide(examine(set_of(pixels, labels=["a"] * 10 + ["b"] * 10, groups=groups)), 5, 0)


def drifting(step, own=None):
    """Twelve views of one picture, each like its neighbours, and twelve pictures."""
    pixels = [moved(picture(0, 96), step * i) for i in range(12)]
    pixels += [picture(40 + i, 96) for i in range(12)]
    return examine(set_of(pixels, labels=["a"] * 12 + ["b"] * 12, splits=own))


def test_a_drifting_picture_that_swallows_its_class_is_cut_and_said():
    examined, splits = divide(drifting(0.02), 5, 0)
    assert "would chain 12 of the 12 cases of the class 'a' into one group" in splits.reason
    assert re.search(r"In a fold that judges one of two that are alike the other does not teach \([1-9]\d* times\)\.$",
                     splits.reason)  # fmt: skip
    assert splits.alike > 0.935 and len(splits.pairs) == 5
    assert audit(examined, splits).leaks == ()
    assert all(set(examined.cases.labels[train]) == {0, 1} for train, _ in splits.pairs)


def test_of_an_own_split_a_drifting_picture_is_not_judged_where_one_like_it_teaches():
    own = ["train"] * 5 + ["test"] * 7 + ["train"] * 6 + ["test"] * 6
    examined, splits = divide(drifting(0.03, own), 5, 0)
    assert "would chain 12 of the 12 cases" in splits.reason
    assert splits.reason.endswith(" 1 more tested case is like one that teaches, and not judged.")
    kept = clean(examined.cases, splits)
    found = audit(examined, splits)
    assert kept.left_out == 1 and found.affected == (5,) and found.within == 0
    assert audit(examined, kept).leaks == ()


def test_a_class_of_which_all_is_alike_cannot_be_judged_and_that_is_said():
    said = r"12 cases are like others that teach, .* the other 12 are of one class, which cannot be judged"
    with pytest.raises(InputError, match=said):
        divide(drifting(0.02), 2, 0)


def test_where_nothing_else_of_its_class_would_teach_the_case_is_not_judged():
    """Of class a twelve views of one picture and two other pictures: one of these teaches in one fold alone."""
    pixels = [moved(picture(0, 96), 0.02 * i) for i in range(12)] + [picture(20 + i, 96) for i in range(15)]
    examined, splits = divide(examine(set_of(pixels, labels=["a"] * 13 + ["b"] * 14)), 2, 0)
    assert re.search(r" [1-9]\d* cases are not judged, since one like them teaches and nothing else", splits.reason)
    assert splits.left_out > 0 and audit(examined, splits).leaks == ()
    assert all(set(examined.cases.labels[train]) == {0, 1} for train, _ in splits.pairs)


@pytest.mark.nightly
@pytest.mark.skipif(not (SHARED / "brainmri").is_dir(), reason="the brain MRI set is not on this machine")
def test_folds_over_real_slices_leak_nothing(tmp_path):
    examined, splits = divide(examine(open_cases(str(SHARED / "brainmri"), tmp_path)), 5, 0)
    found = audit(examined, splits)
    assert found.leaks == () and found.affected == () and splits.reason == ""
    assert splits.grouping.groups == 1117 and splits.grouping.largest == 7
