"""Columns beside the class that a probe may read instead of it: scanner, view, sex, site [own].

A column serves as nuisance where its values can be told apart from the case, the class and the group: what is the same
everywhere, or another for each case, or the class under another name, or stands in one group only says nothing of the
question whether the class was read through it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from angiogram.data.cases import Cases
from angiogram.data.missing import NO_VALUE

MISSING = "missing"
MOST_NUMBERS = 12
"""Different numbers that stay levels of their own; more are cut into quartiles."""


@dataclass(frozen=True)
class Nuisance:
    """A column as levels.

    Attributes:
        name: of the column.
        levels: names of its values, or of the quartiles of its numbers; a missing value is a level.
        values: level of each case, `[N]`.
    """

    name: str
    levels: tuple[str, ...]
    values: NDArray[np.int64]


@dataclass(frozen=True)
class Nuisances:
    """The further columns of a set.

    Attributes:
        usable: those that serve as nuisance.
        others: (column, why it does not serve, a clause).
    """

    usable: tuple[Nuisance, ...]
    others: tuple[tuple[str, str], ...]


def nuisance_columns(cases: Cases) -> Nuisances:
    """All further columns, in the order in which the first case that has them names them."""
    names = dict.fromkeys(name for row in cases.rows for name, _ in row.columns)
    usable: list[Nuisance] = []
    others: list[tuple[str, str]] = []
    for name in names:
        texts = [_given(dict(row.columns).get(name, "")) for row in cases.rows]
        nuisance = _levels(name, texts)
        reason = _each_its_own(texts) or _says_nothing(nuisance, cases)
        if reason:
            others.append((name, reason))
        else:
            usable.append(nuisance)
    return Nuisances(tuple(usable), tuple(others))


def _given(text: str) -> str:
    """The value; empty where it is missing."""
    plain = text.strip()
    return "" if plain.lower() in NO_VALUE else plain


def _each_its_own(texts: Sequence[str]) -> str:
    """Names and whole numbers that differ for every case count cases; measured numbers may."""
    given = [text for text in texts if text]
    if len(given) < 2 or len(set(given)) < len(given):
        return ""
    numbers = _numbers(given)
    if numbers is not None and not (numbers == np.round(numbers)).all():
        return ""
    return f"it has another value for each of the {len(given)} cases"


def _says_nothing(nuisance: Nuisance, cases: Cases) -> str:
    values, groups, labels = nuisance.values, cases.groups, cases.labels
    if len(nuisance.levels) < 2:
        return f"it says '{nuisance.levels[0]}' for every case" if nuisance.levels else "there are no cases"
    together = np.unique(np.stack([values, labels]), axis=1)
    if len(together[0]) == len(nuisance.levels) == len(np.unique(labels)):
        return "it is the class under another name"
    of_level = np.bincount(np.unique(np.stack([values, groups]), axis=1)[0])
    if np.count_nonzero(of_level > 1) < 2:
        return "at most one of its values stands in more than one group, so that it cannot be told from the group"
    return ""


def _levels(name: str, texts: Sequence[str]) -> Nuisance:
    given = [text for text in texts if text]
    numbers = _numbers(given)
    if numbers is not None and len(np.unique(numbers)) > MOST_NUMBERS:
        names, places = _quartiles(numbers)
    else:
        names = sorted(set(given)) if numbers is None else sorted(set(given), key=lambda text: (float(text), text))
        index = {text: place for place, text in enumerate(names)}
        places = [index[text] for text in given]
    left = iter(places)
    values = np.array([next(left) if text else len(names) for text in texts], dtype=np.int64)
    return Nuisance(name, (*names, MISSING) if len(given) < len(texts) else tuple(names), values)


def _numbers(given: Sequence[str]) -> NDArray[np.float64] | None:
    """All values as numbers; None where one is none, or not finite."""
    try:
        numbers = np.array([float(text) for text in given])
    except ValueError:
        return None
    return numbers if len(numbers) and np.isfinite(numbers).all() else None


def _quartiles(numbers: NDArray[np.float64]) -> tuple[list[str], list[int]]:
    """Names and number of the quartile of each; equal numbers share one, so that there may be fewer than four."""
    cuts = np.unique(np.quantile(numbers, [0.25, 0.5, 0.75]))
    cuts = cuts[cuts < numbers.max()]
    if not len(cuts):  # three of four are the largest
        cuts = np.array([numbers[numbers < numbers.max()].max()])
    ends = [f"{cut:.4g}" for cut in cuts]
    between = [f"above {a} to {b}" for a, b in pairwise(ends)]
    return [f"to {ends[0]}", *between, f"above {ends[-1]}"], np.searchsorted(cuts, numbers).tolist()
