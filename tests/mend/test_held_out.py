"""One part is held out, that of the set itself or the first fold; no group is on both sides."""

from dataclasses import replace

import numpy as np

from angiogram.data.divide import divide
from angiogram.data.intake import examine
from angiogram.mend.held_out import with_split


def test_a_split_of_its_own_stays(quarters):
    examined, splits = divide(examine(quarters), 5, 0)
    assert with_split(examined, splits).rows == examined.cases.rows


def test_of_folds_the_first_is_held_out(quarters):
    undivided = replace(quarters, rows=tuple(replace(row, split=None) for row in quarters.rows))
    examined, splits = divide(examine(undivided), 4, 0)
    cases = with_split(examined, splits)
    assert cases.has_split and len(cases) == 240
    test = np.flatnonzero([row.split == "test" for row in cases.rows])
    assert np.array_equal(test, splits.pairs[0][1])
    sides = [{row.group for row in cases.rows if row.split == side} for side in ("train", "test")]
    assert not sides[0] & sides[1]
    again, kept = divide(examine(cases), 4, 0)
    assert kept.official and np.array_equal(kept.pairs[0][1], test) and len(again.cases) == 240


def test_what_the_first_fold_leaves_out_is_left_out(quarters):
    undivided = replace(quarters, rows=tuple(replace(row, split=None) for row in quarters.rows))
    examined, splits = divide(examine(undivided), 4, 0)
    (train, test), *others = splits.pairs
    fewer = replace(splits, pairs=((train[5:], test), *others))
    assert len(with_split(examined, fewer)) == 235
