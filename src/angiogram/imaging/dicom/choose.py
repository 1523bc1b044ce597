"""Rules by which one of several series, or time points, of a folder is taken."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from angiogram.errors import InputError, unknown
from angiogram.imaging.dicom.stack import Stack
from angiogram.imaging.dicom.unfit import UnfitError
from angiogram.imaging.planes import DISPLAY

LARGEST, THINNEST = "largest", "thinnest"
_LISTED = 6


@dataclass(frozen=True)
class SeriesRule:
    """Which series, or time point, is taken where a folder holds several.

    Attributes:
        words: taken one after another, each of what the one before left: a plane, `largest` (most slices), `thinnest`
            (closest slices), or a number from 1. None: only a series that is alone is taken.
    """

    words: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "SeriesRule":
        """The rule in words.

        Raises:
            InputError: a word is not known.

        >>> SeriesRule.parse("axial thinnest").words
        ('axial', 'thinnest')
        """
        words = tuple(text.lower().split())
        known = (*DISPLAY, LARGEST, THINNEST)
        for word in words:
            if word.isdecimal() and int(word) == 0:
                raise InputError("Series are counted from 1: there is no series 0.")
            if word not in known and not word.isdecimal():
                raise unknown("rule for the series", word, (*known, "a number from 1"))
        return cls(words)

    def __str__(self) -> str:
        return " ".join(self.words)

    def left(self, stacks: Sequence[Stack]) -> tuple[Stack, ...]:
        """The stacks that the rule leaves, in their order."""
        found = tuple(stacks)
        for word in self.words:
            if word.isdecimal():
                found = found[int(word) - 1 : int(word)]
            elif word == LARGEST:
                most = max((len(stack.slices) for stack in found), default=0)
                found = tuple(stack for stack in found if len(stack.slices) == most)
            elif word == THINNEST:
                least = min((_apart(stack) for stack in found), default=math.inf)
                found = tuple(stack for stack in found if math.isclose(_apart(stack), least, rel_tol=1e-3))
            else:
                found = tuple(stack for stack in found if stack.plane == word)
        return found


ALONE = SeriesRule()


def chosen(stacks: Sequence[Stack], rule: SeriesRule) -> tuple[Stack, tuple[str, ...]]:
    """The one stack that the rule leaves, and the choice as `Image.made` states it.

    Args:
        stacks: at least one, in their order.
        rule: that chooses.

    Raises:
        UnfitError: it leaves none, or several.
    """
    left = rule.left(stacks)
    if len(left) != 1:
        raise UnfitError(f"holds {listed(stacks, rule)}; say which is meant (--series)")
    if len(stacks) == 1:
        return left[0], ()
    number = 1 + next(i for i, stack in enumerate(stacks) if stack is left[0])
    return left[0], (f"series {number} of {len(stacks)} ({rule}): {left[0].name}",)


def listed(stacks: Sequence[Stack], rule: SeriesRule) -> str:
    """How many there are, what each is, and how many the rule leaves."""
    count = f"{len(stacks)} series or time points" if len(stacks) > 1 else "1 series"
    names = "; ".join(f"{number}: {stack.name}" for number, stack in enumerate(stacks[:_LISTED], start=1))
    more = f"; and {len(stacks) - _LISTED} more" if len(stacks) > _LISTED else ""
    left = len(rule.left(stacks))
    leaves = f", of which '{rule}' leaves {left or 'none'}" if rule.words else ""
    return f"{count} ({names}{more}){leaves}"


def _apart(stack: Stack) -> float:
    return math.inf if stack.apart is None else stack.apart
