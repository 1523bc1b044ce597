"""Every image is decoded once before any model sees it: what cannot be read is set aside with the reason."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.data.audit.thumbnail import SIDE, thumbnail
from angiogram.data.cases import Case, Cases
from angiogram.data.progress import silent
from angiogram.errors import InputError

_EVERY = 1000


@dataclass(frozen=True)
class Quarantined:
    """A case that takes no part, and why."""

    case: Case
    reason: str


class Examined(NamedTuple):
    """What came out of the examination.

    Attributes:
        cases: the readable cases, in their order.
        quarantined: the others.
        hashes: SHA-256 of the pixels (with their shape) of each readable case, 64 hex digits.
        shapes: (height, width) of each readable case.
        thumbnails: of each readable case, `[N, 32, 32]`: by them near-duplicates are found.
    """

    cases: Cases
    quarantined: tuple[Quarantined, ...]
    hashes: tuple[str, ...]
    shapes: tuple[tuple[int, int], ...]
    thumbnails: NDArray[np.uint8]


def pixel_hash(pixels: NDArray[np.uint8]) -> str:
    """SHA-256 over shape and pixels: the same picture has the same hash whatever file it came from.

    >>> pixel_hash(np.zeros((2, 3), np.uint8)) == pixel_hash(np.zeros((3, 2), np.uint8))
    False
    """
    digest = hashlib.sha256(str(pixels.shape).encode())
    digest.update(np.ascontiguousarray(pixels).tobytes())
    return digest.hexdigest()


def examine(cases: Cases, progress: Progress = silent) -> Examined:
    """Decode every image once.

    Raises:
        InputError: no image, none of a class, or none of one side of the set's own split can be read.
    """
    good: list[int] = []
    hashes: list[str] = []
    shapes: list[tuple[int, int]] = []
    thumbnails = np.empty((len(cases), SIDE, SIDE), dtype=np.uint8)
    bad: list[Quarantined] = []
    for i, case in enumerate(cases.rows):
        try:
            pixels = cases.read(case).pixels
        except InputError as error:
            bad.append(Quarantined(case, str(error)))
        else:
            thumbnails[len(good)] = thumbnail(pixels)
            good.append(i)
            hashes.append(pixel_hash(pixels))
            shapes.append((pixels.shape[0], pixels.shape[1]))
        if (i + 1) % _EVERY == 0 or i + 1 == len(cases):
            progress(f"images: {i + 1} of {len(cases)} looked at, {len(bad)} set aside")
    if not good:
        first = f"; the first: {bad[0].reason}" if bad else "."
        raise InputError(f"None of the {len(cases)} images of '{cases.name}' can be read{first}")
    readable = {cases.rows[i].label for i in good}
    for quarantined in bad:
        if (label := quarantined.case.label) not in readable:
            raise InputError(f"No image of the class '{label}' can be read; the first: {quarantined.reason}")
    kept = cases.select(good)
    if cases.has_split and not kept.has_split:
        raise InputError(f"One side of the split of '{cases.name}' has no readable image; the first: {bad[0].reason}")
    return Examined(kept, tuple(bad), tuple(hashes), tuple(shapes), thumbnails[: len(good)])
