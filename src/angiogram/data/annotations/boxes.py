"""How a box is said: `[left, top, right, bottom]` in whole percent of the image's width and height, 0 to 100.

Origin is the image's top left corner. Targets are written and answers are read by this file alone, so that both keep
one convention.
"""

import math
import re

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as shares of the image's width and height, 0 to 1."""
PARTS = 100
ASKED = "Answer with the box [left, top, right, bottom] in whole percent of the image's width and height."
"""What a prompt says so that a model can know the convention."""
_SIDE = r"\s*([-+]?[\d.]+)\s*"
_FOUR = re.compile(rf"[\[(]{_SIDE},{_SIDE},{_SIDE},{_SIDE}[\])]")


def spoken(box: Box) -> str:
    """A box in words, each side to the nearest percent; one too thin for that is said one percent wide.

    >>> spoken((0.118, 0.3, 0.552, 0.8))
    '[12, 30, 55, 80]'
    >>> spoken((0.501, 0.0, 0.504, 1.0))
    '[50, 0, 51, 100]'
    """
    left, right = _sides(box[0], box[2])
    top, bottom = _sides(box[1], box[3])
    return f"[{left}, {top}, {right}, {bottom}]"


def read_box(text: str) -> Box | None:
    """The one box that a text names, as shares 0 to 1; None where there is none, several, or one that is none.

    Square or round brackets; a box said twice is one. Nothing is guessed: not what numbers without brackets mean, nor
    shares and pixels, nor sides beyond 100, nor a turned box, nor which of several is meant.

    >>> read_box("The heart lies in [40, 35, 75, 70].")
    (0.4, 0.35, 0.75, 0.7)
    >>> [read_box(said) for said in ("40 35 75 70", "[75, 35, 40, 70]", "[0, 0, 9, 500]", "[1, 2, 3, 4], [5, 6, 7, 8]")]
    [None, None, None, None]
    """
    found = {match.groups() for match in _FOUR.finditer(text)}
    if len(found) != 1:
        return None
    sides = found.pop()
    if not all(side.isascii() and side.isdigit() and len(side) <= 3 for side in sides):
        return None
    left, top, right, bottom = (int(side) / PARTS for side in sides)
    return (left, top, right, bottom) if left < right <= 1 and top < bottom <= 1 else None


def _sides(low: float, high: float) -> tuple[int, int]:
    first, last = round(low * PARTS), round(high * PARTS)
    if first < last:
        return first, last
    first = min(math.floor(low * PARTS), PARTS - 1)
    return first, first + 1
