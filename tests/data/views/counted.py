"""Tables whose images have so many entries of each task, and what all ways of drawing from them need."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st
from tests.data.annotations.entries import entry

from angiogram.data.annotations.entry import Entry, frame_of
from angiogram.data.annotations.table import Annotations
from angiogram.data.annotations.tasks import ON_IMAGES


def entries(counts: Sequence[Sequence[int]], **changes: Any) -> list[Entry]:
    """Image i has `counts[i][t]` entries of the task t of `ON_IMAGES`, and is of patient i // 2."""
    return [
        replace(entry(0, ON_IMAGES[t]), id=f"{i}-{t}-{k}", image=f"{i}.png", group=f"patient {i // 2}", **changes)
        for i, row in enumerate(counts)
        for t, count in enumerate(row)
        for k in range(count)
    ]


def table(rows: list[Entry], images: Path = Path("images")) -> Annotations:
    """A table that lies in memory."""
    return Annotations(frame_of(rows), images, ("Made by a test.",))


def fewest_of_all(counts: np.ndarray, needed: np.ndarray) -> tuple[int, int]:
    """The smallest largest number of tasks an image, then the fewest extra uses, over all ways to use the images."""
    images, tasks = counts.shape
    used = np.array([*product((0, 1), repeat=images * tasks)]).reshape(-1, images, tasks)
    used = used[((used * counts).sum(1) >= needed).all(1)]
    served = used.sum(2)
    most = served.max(1)
    extra = np.maximum(0, served - 1).sum(1)
    return int(most.min()), int(extra[most == most.min()].min())


SMALL = st.integers(1, 5).flatmap(
    lambda images: st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=images, max_size=images)
).filter(lambda rows: any(map(any, rows)))  # fmt: skip
"""Up to five images with up to two entries of each of three tasks: all 2^15 ways can be tried."""
LARGE = st.lists(st.lists(st.integers(0, 4), min_size=7, max_size=7).filter(any), min_size=1, max_size=40)
"""Up to 40 images with up to four entries of each of seven tasks."""
