"""Small labelled sets in memory."""

from collections.abc import Sequence

import numpy as np

from angiogram.data.cases import Case, Cases, Split
from angiogram.errors import InputError
from angiogram.imaging.image import Image


def made_cases(
    labels: Sequence[str],
    groups: Sequence[str] | None = None,
    splits: Sequence[Split | None] | None = None,
    unreadable: Sequence[int] = (),
) -> Cases:
    """Case i is a 4x4 image of the grey level i; the cases in `unreadable` cannot be read."""
    rows = tuple(
        Case(f"c{i}", f"c{i}.png", label, groups[i] if groups else f"c{i}", splits[i] if splits else None)
        for i, label in enumerate(labels)
    )

    def read(case: Case) -> Image:
        i = int(case.id[1:])
        if i in unreadable:
            raise InputError(f"'{case.path}' cannot be read: truncated.")
        return Image(np.full((4, 4), i % 256, np.uint8), ("made",))

    return Cases("made", rows, tuple(sorted(set(labels))), read, "Which?")
