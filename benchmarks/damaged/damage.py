"""Ways in which bytes are damaged, drawn by hypothesis: the same ones in every run."""

import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

HEADER = 512  # bytes at the start, where a flipped bit tells most
EXTREMES = tuple(
    struct.pack(kind, value)
    for kind, values in (
        ("<H", (0, 0x7FFF, 0xFFFF)),
        ("<I", (0, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)),
        (">I", (1, 0x7FFFFFFF, 0x80000000)),
        ("<f", (float("nan"), float("inf"), -1.0)),
    )
    for value in values
)
"""What a field of a header says that nobody means."""

T = TypeVar("T")


def _place(draw: st.DrawFn, length: int) -> int:
    """A place in the bytes, every second time in the header."""
    header = min(HEADER, length)
    return draw(st.one_of(st.integers(0, header), st.integers(0, length)))


def _truncated(draw: st.DrawFn, whole: bytes) -> bytes:
    return whole[: _place(draw, len(whole))]


def _flipped(draw: st.DrawFn, whole: bytes) -> bytes:
    found = bytearray(whole)
    for _ in range(draw(st.integers(1, 16))):
        if found:
            found[_place(draw, len(found) - 1)] ^= 1 << draw(st.integers(0, 7))
    return bytes(found)


def _inserted(draw: st.DrawFn, whole: bytes) -> bytes:
    at = _place(draw, len(whole))
    return whole[:at] + draw(st.binary(min_size=1, max_size=16)) + whole[at:]


def _removed(draw: st.DrawFn, whole: bytes) -> bytes:
    at = _place(draw, len(whole))
    return whole[:at] + whole[at + draw(st.integers(1, 64)) :]


def _zeroed(draw: st.DrawFn, whole: bytes) -> bytes:
    at = _place(draw, len(whole))
    end = min(len(whole), at + draw(st.integers(1, 4096)))
    return whole[:at] + bytes(end - at) + whole[end:]


def _extreme(draw: st.DrawFn, whole: bytes) -> bytes:
    at, value = _place(draw, len(whole)), draw(st.sampled_from(EXTREMES))
    return whole[:at] + value + whole[at + len(value) :]


def _repeated(draw: st.DrawFn, whole: bytes) -> bytes:
    at = _place(draw, len(whole))
    return whole[:at] + whole[at : at + draw(st.integers(1, 256))] + whole[at:]


_WAYS: tuple[Callable[[st.DrawFn, bytes], bytes], ...] = (
    _truncated, _flipped, _inserted, _removed, _zeroed, _extreme, _repeated,
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, wholes: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The name of one of the files, and its bytes after one to three damages."""
    name = draw(st.sampled_from(sorted(wholes)))
    found = wholes[name]
    for way in draw(st.lists(st.sampled_from(_WAYS), min_size=1, max_size=3)):
        found = way(draw, found)
    return name, found


class _EnoughError(Exception):
    """Ends the drawing."""


def drawn(strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """So many different examples, the same in every run."""
    found: dict[T, None] = {}

    @settings(
        max_examples=20 * count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: T) -> None:
        if len(found) == count:
            raise _EnoughError
        found[example] = None

    with suppress(_EnoughError):
        collect()
    return list(found)
