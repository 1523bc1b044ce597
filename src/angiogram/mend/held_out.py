"""The cases with one part held out: a repair never learns from what judges it."""

from dataclasses import replace

import numpy as np

from angiogram.data.cases import Cases, Split
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits

_SIDES: tuple[Split, Split] = ("train", "test")


def with_split(examined: Examined, splits: Splits) -> Cases:
    """The cases as a set with a split of its own; that of the first fold where it has none.

    Cases that the first fold leaves out, since they are like others of its other side, are left out.
    """
    if splits.official:
        return examined.cases
    rows = list(examined.cases.rows)
    for split, side in zip(_SIDES, splits.pairs[0], strict=True):
        for row in side.tolist():
            rows[row] = replace(rows[row], split=split)
    kept = np.sort(np.concatenate(splits.pairs[0]))
    return replace(examined.cases, rows=tuple(rows)).select(kept)
