"""Slices that are there twice."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from angiogram.imaging.dicom.decode import frames, pixels
from angiogram.imaging.dicom.file import open_dicom
from angiogram.imaging.dicom.slice import Slice
from angiogram.imaging.dicom.unfit import UnfitError

Slices = tuple[Slice, ...]


def without_copies(slices: Iterable[Slice]) -> tuple[Slices, Slices]:
    """The slices that are each there once, and the further copies of them.

    A copy says the same of itself, place and time among it, and has the same pixels. Its name alone shows nothing: who
    makes files anonymous may give one to all. Pixels are read where headers leave a doubt.
    """
    once: list[Slice] = []
    copies: list[Slice] = []
    alike: dict[object, list[Slice]] = {}
    shown: dict[Path, bytes] = {}
    for slice_ in slices:
        before = alike.setdefault(_said(slice_), [])
        if before and any(_digest(slice_.path, shown) == _digest(other.path, shown) for other in before):
            copies.append(slice_)
        else:
            before.append(slice_)
            once.append(slice_)
    return tuple(once), tuple(copies)


def _said(slice_: Slice) -> object:
    """What copies say alike."""
    place = (*slice_.position.tolist(), *slice_.directions.ravel().tolist(), *slice_.spacing)
    return slice_.instance, slice_.index, slice_.series, slice_.kind, slice_.times, place


def _digest(path: Path, known: dict[Path, bytes]) -> bytes:
    """SHA-256 over all that a file shows; over the file itself where it cannot be decoded."""
    if path not in known:
        known[path] = _shown(path) or hashlib.sha256(path.read_bytes()).digest()
    return known[path]


def _shown(path: Path) -> bytes | None:
    digest = hashlib.sha256()
    try:
        dataset = open_dicom(path)
        for index in range(frames(dataset)):
            digest.update(pixels(dataset, index).array.tobytes())
    except UnfitError:
        return None
    return digest.digest()
