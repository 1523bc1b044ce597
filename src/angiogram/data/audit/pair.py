"""One pair of duplicates in names, as it is printed, written and shown."""

from dataclasses import dataclass
from typing import Literal

Finding = Literal["leak", "labels", "joined"]


@dataclass(frozen=True)
class ListedPair:
    """Two cases that show one picture.

    Attributes:
        finding: "leak" (the first is tested, the second teaches), "labels" (the two have different labels) or "joined"
            (the groups of both became one).
        match: "exact" where all pixels are equal, else "near".
        correlation: of what is fine in both, 1 for equal pixels.
        case, other: ids of the cases.
        image, other_image: where their pixels come from.
        label, other_label: their classes.
    """

    finding: Finding
    match: Literal["exact", "near"]
    correlation: float
    case: str
    image: str
    label: str
    other: str
    other_image: str
    other_label: str
