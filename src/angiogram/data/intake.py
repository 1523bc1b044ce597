"""Every image is decoded once before any model sees it: what cannot be read is set aside with the reason."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.data.audit.thumbnail import SIDE, thumbnail
from angiogram.data.cases import Case, Cases
from angiogram.data.progress import silent
from angiogram.errors import InputError
from angiogram.imaging.image import Image

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
        contents: the same of what each holds at its own depth, see `content_hash`: by them exact duplicates are found.
        shapes: (height, width) of each readable case.
        thumbnails: of each readable case, `[N, 32, 32]`, of a volume the mean of its slices: by them near-duplicates
            are found.
        made: how the image of each readable case was made, `Image.made`.
    """

    cases: Cases
    quarantined: tuple[Quarantined, ...]
    hashes: tuple[str, ...]
    contents: tuple[str, ...]
    shapes: tuple[tuple[int, int], ...]
    thumbnails: NDArray[np.float16]
    made: tuple[tuple[str, ...], ...]

    def select(self, indices: Sequence[int] | NDArray[np.int64]) -> "Examined":
        """Only these of the readable cases, in this order; the quarantined ones stay."""
        places = [int(i) for i in indices]
        return Examined(
            cases=self.cases.select(places),
            quarantined=self.quarantined,
            hashes=tuple(self.hashes[i] for i in places),
            contents=tuple(self.contents[i] for i in places),
            shapes=tuple(self.shapes[i] for i in places),
            thumbnails=self.thumbnails[places],
            made=tuple(self.made[i] for i in places),
        )


def pixel_hash(pixels: NDArray[Any]) -> str:
    """SHA-256 over shape and pixels: the same picture has the same hash whatever file it came from.

    >>> pixel_hash(np.zeros((2, 3), np.uint8)) == pixel_hash(np.zeros((3, 2), np.uint8))
    False
    """
    digest = hashlib.sha256(str(pixels.shape).encode())
    digest.update(np.ascontiguousarray(pixels).tobytes())
    return digest.hexdigest()


def content_hash(image: Image) -> str:
    """`pixel_hash` of what the file holds: of values before any window where it has more than 8 bits.

    The same values have the same hash whatever type they were stored in; values that fit into 8 bits are pixels.

    >>> content_hash(Image(np.zeros((1, 2), np.uint8), (), np.array([[-700.0, -600.0]]))) == content_hash(
    ...     Image(np.zeros((1, 2), np.uint8), (), np.array([[-700, -650]])))
    False
    """
    if image.values is None:
        return pixel_hash(image.pixels)
    values = image.values.astype(np.float64) + 0.0  # no -0.0
    if values.min() >= 0 and values.max() <= 255 and (values == np.rint(values)).all():
        return pixel_hash(values.astype(np.uint8))
    return pixel_hash(values)


def glance(cases: Cases, most: int) -> tuple[int, tuple[Quarantined, ...]]:
    """Try to read some cases, drawn evenly from all.

    Args:
        cases: a set.
        most: cases that are read.

    Returns:
        (how many were, those of them that cannot be read).
    """
    some = np.unique(np.linspace(0, len(cases) - 1, min(most, len(cases))).astype(int))
    bad: list[Quarantined] = []
    for place in some:
        try:
            cases.read(cases.rows[place])
        except InputError as error:
            bad.append(Quarantined(cases.rows[place], str(error)))
    return len(some), tuple(bad)


def examine(cases: Cases, progress: Progress = silent) -> Examined:
    """Decode every image once.

    Raises:
        InputError: no image, none of a class, or none of one side of the set's own split can be read.
    """
    good: list[int] = []
    hashes: list[str] = []
    contents: list[str] = []
    shapes: list[tuple[int, int]] = []
    thumbnails = np.empty((len(cases), SIDE, SIDE), dtype=np.float16)
    made: list[tuple[str, ...]] = []
    bad: list[Quarantined] = []
    for i, case in enumerate(cases.rows):
        try:
            image = cases.read(case)
        except InputError as error:
            bad.append(Quarantined(case, str(error)))
        else:
            thumbnails[len(good)] = thumbnail(_flat(image))
            good.append(i)
            hashes.append(pixel_hash(image.pixels))
            contents.append(content_hash(image))
            shapes.append(image.size)
            made.append(image.made)
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
    return Examined(
        cases=kept,
        quarantined=tuple(bad),
        hashes=tuple(hashes),
        contents=tuple(contents),
        shapes=tuple(shapes),
        thumbnails=thumbnails[: len(good)],
        made=tuple(made),
    )


def _flat(image: Image) -> NDArray[Any]:
    """What a thumbnail is made of."""
    if image.slices is not None:
        return image.pixels.mean(axis=0, dtype=np.float32).round().astype(np.uint8)
    return image.pixels if image.values is None else image.values
