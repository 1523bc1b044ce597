"""What is true of a radiograph, measured on the projected masks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.annotations.boxes import Box
from angiogram.data.radiographs.geometry import FRONTAL, View
from angiogram.data.radiographs.shadows import LUNGS, SHADOWS, named

VISIBLE = 0.5
"""A structure is visible where at least this share of its projection lies in the field of view."""
ENTIRE = 0.995
MIN_PIXELS = 12
DECIMALS = 2
"""Of the CTR, wherever it stands: number, sentence, grade and question follow the ratio as it is said. A pixel at
either side of a heart moves the CTR of a picture of 224 pixels by more than half a hundredth."""
GRADES: tuple[tuple[str, float], ...] = (
    ("normal", 0.50), ("mildly enlarged", 0.55), ("moderately enlarged", 0.60), ("severely enlarged", np.inf),
)  # fmt: skip
"""Grade of heart size and the CTR up to which it reaches. Above 0.50 a heart counts as enlarged (Danzer, Am. J. Med.
Sci. 157, 1919); the steps of 0.05 above it are our own, there is no standard for them."""
GRADE_NAMES = tuple(name for name, _ in GRADES)


@dataclass(frozen=True)
class Seen:
    """One structure in the picture.

    Attributes:
        name: of the shadow.
        share: of its projection that lies in the field of view, 0 to 1.
        box: around what of it lies there.
        area: share of the picture that it covers.
    """

    name: str
    share: float
    box: Box
    area: float

    @property
    def visible(self) -> bool:
        """Whether enough of it is there."""
        return self.share >= VISIBLE


@dataclass(frozen=True)
class Measured:
    """The truth about one radiograph.

    Attributes:
        view: PA, AP or left lateral.
        seen: the structures of which anything is in the picture, in the order of `SHADOWS`.
        ctr: cardiothoracic ratio to two decimals; None in lateral views and where heart or chest wall are cut off.
        cpar: cardio-pulmonary area ratio; None in lateral views and where heart or lungs are cut off.
    """

    view: View
    seen: tuple[Seen, ...]
    ctr: float | None
    cpar: float | None

    @property
    def visible(self) -> tuple[Seen, ...]:
        """The structures that count as visible."""
        return tuple(each for each in self.seen if each.visible)

    @property
    def grade(self) -> str | None:
        """Of heart size, where the CTR is known."""
        return None if self.ctr is None else grade_of(self.ctr)

    def find(self, name: str) -> Seen | None:
        """The structure of this name, where anything of it is in the picture."""
        return next((each for each in self.seen if each.name == name), None)


def grade_of(ctr: float) -> str:
    """The grade of heart size.

    >>> [grade_of(ctr) for ctr in (0.43, 0.5, 0.51, 0.58, 0.7)]
    ['normal', 'normal', 'mildly enlarged', 'moderately enlarged', 'severely enlarged']
    """
    return next(name for name, most in GRADES if ctr <= most)


def measured(view: View, shown: NDArray[np.int32], around: NDArray[np.int32], wider: float) -> Measured:
    """Measure one picture.

    Args:
        view: of the picture.
        shown: `[H, W]` bits of what the picture's rays cross.
        around: `[n, n]` the same, coarser, of a wider field with the same centre.
        wider: its width in fields.
    """
    seen: list[Seen] = []
    inner = _inner(len(around), wider)
    for shadow in SHADOWS:
        mask = shadow.mask(shown)
        if mask.sum() < MIN_PIXELS:
            continue
        whole = shadow.mask(around)
        total = int(whole.sum())
        share = float(whole[inner].sum() / total) if total else 0.0
        seen.append(Seen(shadow.name, share, box_of(mask), float(mask.mean())))
    if view not in FRONTAL:
        return Measured(view, tuple(seen), None, None)
    heart, right, left = (named(name).mask(shown) for name in ("heart", *LUNGS))
    ctr = cardiothoracic(heart, right, left)
    said = None if ctr is None else round(ctr, DECIMALS)
    return Measured(view, tuple(seen), said, cardiopulmonary(heart, right | left))


def box_of(mask: NDArray[np.bool_]) -> Box:
    """The smallest box that holds every pixel of a mask, as shares of width and height.

    >>> mask = np.zeros((4, 10), dtype=bool)
    >>> mask[1:3, 2:5] = True
    >>> box_of(mask)
    (0.2, 0.25, 0.5, 0.75)
    """
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    height, width = mask.shape
    return (
        float(columns[0] / width),
        float(rows[0] / height),
        float((columns[-1] + 1) / width),
        float((rows[-1] + 1) / height),
    )


def cardiothoracic(heart: NDArray[np.bool_], right: NDArray[np.bool_], left: NDArray[np.bool_]) -> float | None:
    """CTR = transverse diameter of the heart / inner diameter of the chest; frontal masks, `[H, W]` each.

    The heart's is the distance between its rightmost and its leftmost point, on whatever level each lies. The chest's
    is the longest horizontal line from the outer border of one lung to that of the other, which lie on the inner
    margin of the ribs (Danzer 1919). None where the heart, or a lung at a side, is cut off.
    """
    if _touches(heart) or not (heart.any() and right.any() and left.any()):
        return None
    lungs = right | left
    if lungs[:, [0, -1]].any():
        return None
    both = right.any(axis=1) & left.any(axis=1)
    if not both.any():
        return None
    rows = lungs[both]
    width = (rows.shape[1] - rows[:, ::-1].argmax(axis=1) - rows.argmax(axis=1)).max()
    return float(np.ptp(np.flatnonzero(heart.any(axis=0))) + 1) / float(width)


def cardiopulmonary(heart: NDArray[np.bool_], lungs: NDArray[np.bool_]) -> float | None:
    """CPAR = projected area of the heart / projected area of both lungs; None where either is cut off.

    The lungs' projection is all of it, with what lies behind heart and diaphragm. The paper that names the ratio (Zhu
    et al., arXiv 2504.09967) gives no formula; this one is our own.
    """
    if _touches(heart) or _touches(lungs) or not (heart.any() and lungs.any()):
        return None
    return float(heart.sum() / lungs.sum())


def _touches(mask: NDArray[np.bool_]) -> bool:
    """Whether a mask reaches the picture's edge, where it may be cut off."""
    return bool(mask[[0, -1]].any() or mask[:, [0, -1]].any())


def _inner(pixels: int, wider: float) -> tuple[slice, slice]:
    """The part of the wider field that the picture shows."""
    start = round((pixels - pixels / wider) / 2)
    return slice(start, pixels - start), slice(start, pixels - start)
