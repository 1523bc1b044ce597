import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pictures import jpeg, moved, picture, set_of

from angiogram.data.audit.audit import audit
from angiogram.data.intake import examine
from angiogram.data.splits import Splits, assign


def audited(pixels, folds=3, **rows):
    examined = examine(set_of(pixels, **rows))
    return audit(examined, assign(examined.cases, folds, 0))


def pictures(count):
    return [picture(seed) for seed in range(count)]


SIDES = ["train"] * 6 + ["test"] * 4


def test_a_clean_set_is_clean():
    found = audited(pictures(10), splits=SIDES)
    assert found.clean and found.affected == () and found.within == 0 and found.judged == 4


def test_exact_and_near_copies_across_the_split_are_leaks_worst_first():
    pixels = pictures(10)
    pixels[7], pixels[9] = jpeg(pixels[1], 70), pixels[3]
    found = audited(pixels, splits=SIDES)
    assert [(t.case, t.other, t.exact) for t in found.leaks] == [(9, 3, True), (7, 1, False)]
    assert found.affected == (7, 9) and found.share == 0.5
    assert found.conflicts == () and found.within == 0 and not found.clean


def test_copies_on_one_side_are_counted_and_are_no_leak():
    pixels = pictures(10)
    pixels[2], pixels[4], pixels[8] = pixels[0], moved(pixels[0], 0.02), pixels[6]
    found = audited(pixels, splits=SIDES)
    assert found.within == 5 and found.clean


def test_one_picture_with_two_labels_is_a_conflict_on_whichever_side():
    pixels = pictures(10)
    pixels[1], pixels[9] = pixels[0], jpeg(pixels[6], 80)
    found = audited(pixels, splits=SIDES)
    assert [(t.case, t.other, t.exact) for t in found.conflicts] == [(0, 1, True), (6, 9, False)]
    assert found.leaks == () and found.within == 4 and not found.clean


def test_a_group_on_both_sides_is_named_with_the_cases_it_touches():
    groups = ["p0", "p1", "p2", "p3", "p4", "p5", "p1", "p1", "p8", "p5"]
    found = audited(pictures(10), splits=SIDES, groups=groups)
    assert found.divided == ("p1", "p5") and found.divided_cases == (6, 7, 9)
    assert found.affected == (6, 7, 9) and found.leaks == ()


def test_between_folds_copies_of_different_groups_leak_and_those_of_one_group_do_not():
    pixels = [picture(seed // 2) for seed in range(24)]
    labels = ["ab"[i // 2 % 2] for i in range(24)]
    together = audited(pixels, labels=labels, groups=[f"g{i // 2}" for i in range(24)])
    assert together.clean and together.within == 24 and together.judged == 24
    apart = audited(pixels, labels=labels)
    assert apart.leaks and len(apart.leaks) + apart.within == 24
    assert {t.other for t in apart.leaks} == {t.case for t in apart.leaks}


@given(st.permutations(range(12)), st.lists(st.integers(0, 4), min_size=12, max_size=12))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_cases_does_not_matter(order, seeds):
    pixels = [picture(seed, 40) for seed in seeds]
    labels = ["ab"[i % 3 == 0] for i in range(12)]
    test = np.arange(12) % 4 == 0

    def summary(rows):
        examined = examine(set_of([pixels[i] for i in rows], [labels[i] for i in rows]))
        sides = test[list(rows)]
        found = audit(examined, Splits(((np.flatnonzero(~sides), np.flatnonzero(sides)),), official=True))
        return {rows[case] for case in found.affected}, found.within, found.clean

    assert summary(range(12)) == summary(order)
