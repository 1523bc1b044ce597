"""Reading a batch so that one bad image does not take the others with it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from angiogram.errors import InputError
from angiogram.tap.prefetch import Rows
from angiogram.tap.work import Ready

T = TypeVar("T")


def read_ready(rows: Rows, read: Callable[[int], T], prepared: Callable[[Sequence[T]], Any]) -> Ready:
    """These cases as `Ready`, without those that cannot be read and those that the model's processor refuses.

    Args:
        rows: of the cases; one may stand there several times.
        read: one case; raises InputError where it cannot be read, which the runner marks.
        prepared: what `Work.run` takes of some cases; raises InputError where it cannot prepare one of them.
    """
    found: list[tuple[int, T]] = []
    for row in rows:
        with suppress(InputError):
            found.append((row, read(row)))
    if not found:
        return Ready((), None)
    try:
        return Ready(tuple(row for row, _ in found), prepared([item for _, item in found]))
    except InputError:
        fine = [(row, item) for row, item in found if not _refuses(prepared, item)]
        refused = {row for row, _ in found} - {row for row, _ in fine}
        content = prepared([item for _, item in fine]) if fine else None
        return Ready(tuple(row for row, _ in fine), content, tuple(sorted(refused)))


def _refuses(prepared: Callable[[Sequence[T]], Any], item: T) -> bool:
    try:
        prepared([item])
    except InputError:
        return True
    return False
