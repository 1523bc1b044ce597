"""Slices of a folder -> series and time points, each of which can be one volume."""

import math
import re
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from angiogram.imaging.dicom.slice import Slice
from angiogram.imaging.dicom.unfit import UnfitError

_ALIKE = 5e-3  # between unit vectors, and between spacings as a part of them
_SAME_PLACE = 0.01  # mm
_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?")

Slices = tuple[Slice, ...]


def divided(slices: Sequence[Slice]) -> list[Slices]:
    """One part a series, orientation, size and time point, in the order of series number, then of time."""
    parts: list[list[Slice]] = []
    for slice_ in slices:
        part = next((part for part in parts if _belong_together(part[0], slice_)), None)
        if part is None:
            parts.append([slice_])
        else:
            part.append(slice_)
    parts.sort(key=lambda part: math.inf if part[0].number is None else part[0].number)
    return [times for part in parts for times in _time_points(tuple(part))]


def ordered(slices: Slices) -> Slices:
    """By position along the normal, from the one that lies most against it.

    Raises:
        UnfitError: several slices lie at one position, and nothing tells them apart.
    """
    along = _along(slices)
    repeats = sum(count - 1 for count in _at_each_place(along))
    if repeats:
        raise UnfitError(
            f"holds {len(slices)} slices at {len(slices) - repeats} positions, and nothing in their headers says which "
            "belong together"
        )
    return tuple(slices[i] for i in np.argsort(along, kind="stable"))


def _belong_together(one: Slice, other: Slice) -> bool:
    return (
        one.series == other.series
        and one.kind == other.kind
        and float(np.abs(one.directions - other.directions).max()) < _ALIKE
        and np.allclose(one.spacing, other.spacing, rtol=_ALIKE)
    )


def _time_points(slices: Slices) -> list[Slices]:
    """Parts in which no position is there twice; all in one where nothing divides them so.

    What divides has as many values as slices lie at the fullest position: a clock time that differs from slice to slice
    does not divide.
    """
    most = max(_at_each_place(_along(slices)))
    if most == 1:
        return [slices]
    keys = range(len(slices[0].times))
    for chosen in (*((key,) for key in keys), *combinations(keys, 2)):
        parts: dict[tuple[str, ...], list[Slice]] = {}
        for slice_ in slices:
            parts.setdefault(tuple(slice_.times[key] for key in chosen), []).append(slice_)
        if len(parts) == most and all(max(_at_each_place(_along(part))) == 1 for part in parts.values()):
            return [tuple(parts[key]) for key in sorted(parts, key=_in_time)]
    return [slices]


def _in_time(key: tuple[str, ...]) -> tuple[tuple[float, str], ...]:
    """Numbers by their size, words behind them by the alphabet."""
    return tuple((float(value), "") if _NUMBER.fullmatch(value) else (math.inf, value) for value in key)


def _along(slices: Sequence[Slice]) -> np.ndarray:
    """Position of each slice along the normal of the first, in mm, `[N]`."""
    normal = np.cross(*slices[0].directions)
    return np.array([slice_.position @ normal for slice_ in slices])


def _at_each_place(along: np.ndarray) -> list[int]:
    """How many slices lie at each position."""
    borders = np.flatnonzero(np.diff(np.sort(along)) > _SAME_PLACE)
    return np.diff(np.array([0, *(borders + 1), len(along)])).tolist()
