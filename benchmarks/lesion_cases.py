"""The image sets that lesions are planted on: cuts of real sets with as many cases of each class."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.data.progress import silent
from angiogram.data.sources import open_cases

# Classes of the phantom that have many crops and that a small CNN tells apart without fail.
PHANTOM = (
    "right lung lower lobe", "left lung lower lobe", "left lung upper lobe", "esophagus", "aorta", "inferior vena cava",
    "thoracic vertebra", "right scapula", "left scapula",
)  # fmt: skip
FOUR = ("left lung upper lobe", "aorta", "thoracic vertebra", "right scapula")  # soon learnt
MOST = 600


def subject_cases(
    name_or_path: str, cache: Path, progress: Progress = silent, classes: tuple[str, ...] = PHANTOM
) -> Cases:
    """Open a set with its own split, keep these classes of the phantom or all of another set, and even them out.

    Raises:
        InputError: as `open_cases`.
    """
    cases = open_cases(name_or_path, cache, progress)
    return balanced(of_classes(cases, classes) if cases.name == "phantom" else cases)


def of_classes(cases: Cases, classes: tuple[str, ...]) -> Cases:
    """Only the cases of these classes, which are then all there are."""
    kept = [i for i, row in enumerate(cases.rows) if row.label in classes]
    return replace(cases.select(kept), classes=classes)


def balanced(cases: Cases) -> Cases:
    """On each side of the split as many cases of each class as the rarest has, evenly spaced through the set.

    At most `MOST` of a class: a suite diagnoses the same cases many times.
    """
    sides = [rows_of(cases, side) for side in ("train", "test")]
    kept = [row for side in sides for row in _even(cases.labels[side], side)]
    return cases.select(np.sort(kept))


def rows_of(cases: Cases, side: str) -> NDArray[np.int64]:
    """The rows on one side of the set's own split."""
    return np.flatnonzero([row.split == side for row in cases.rows])


def _even(labels: NDArray[np.int64], rows: NDArray[np.int64]) -> list[int]:
    fewest = min(MOST, int(np.bincount(labels).min()))
    classes = [rows[labels == label] for label in np.unique(labels)]
    return [int(own[i]) for own in classes for i in np.linspace(0, len(own) - 1, fewest).round().astype(int)]
