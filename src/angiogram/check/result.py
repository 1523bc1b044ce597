"""What one check found."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "warning", "wrong", "not applicable"]


ONE_IMAGE = "This model is given one image at a time, so that nothing is padded or shared."


@dataclass(frozen=True)
class Finding:
    """What a check measured.

    Attributes:
        figure: the one number of the check; None where there is none.
        tolerance: what the figure is held against; None where there is no figure.
        verdict: a diagnosis of this model is sound (ok), sound with a caveat (warning), or not to be trusted (wrong).
        reason: one or two sentences, with the place where it is worst.
    """

    figure: float | None
    tolerance: float | None
    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Result:
    """A finding under the name of its check.

    Attributes:
        name: of the check.
        measured: what the figure is, in words and with its unit.
        finding: what came out.
    """

    name: str
    measured: str
    finding: Finding


def first_few(names: list[str], most: int = 3) -> str:
    """The first names of a list that may be long.

    >>> first_few(["a", "b", "c", "d", "e"])
    'a, b, c and 2 more'
    """
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
