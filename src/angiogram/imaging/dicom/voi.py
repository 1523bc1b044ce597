"""Measured values -> grey, as the file itself wants to be shown (PS3.3 C.11.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.functional import holder
from angiogram.imaging.dicom.lut import read_table
from angiogram.imaging.dicom.rescale import may_be_negative
from angiogram.imaging.dicom.unfit import UnfitError
from angiogram.imaging.dicom.values import items, numbers, word

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_MACRO = "FrameVOILUTSequence"
_NAMED = 4
Function = Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"]
_FUNCTIONS: dict[str, Function] = {
    "": "LINEAR",
    "LINEAR": "LINEAR",
    "LINEAR_EXACT": "LINEAR_EXACT",
    "SIGMOID": "SIGMOID",
}


class Shown(Protocol):
    """A way to grey, with its name."""

    @property
    def made(self) -> str:
        """This step as `Image.made` states it."""
        ...

    def grey(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Grey values of the same shape."""
        ...


@dataclass(frozen=True)
class FileWindow:
    """A window of the file's own, by one of the standard's three functions (PS3.3 C.11.2.1.2, C.11.2.1.3).

    LINEAR maps centre - 0.5 to the middle over width - 1; LINEAR_EXACT maps the centre over the width itself; SIGMOID
    is 255 / (1 + exp(-4 (x - centre) / width)).

    >>> FileWindow(40, 400, "LINEAR").grey(np.array([-128, 65, 194])).tolist()
    [20, 144, 226]
    """

    centre: float
    width: float
    function: Function

    @property
    def made(self) -> str:
        """This step as `Image.made` states it."""
        name = {"LINEAR": "linear", "LINEAR_EXACT": "linear exact", "SIGMOID": "sigmoid"}[self.function]
        return f"the file's window, centre {self.centre:g} width {self.width:g}, {name}, to grey 0..255"

    @property
    def is_allowed(self) -> bool:
        """Whether the standard allows the width: at least 1 for LINEAR, above 0 for the others."""
        return self.width >= 1 if self.function == "LINEAR" else self.width > 0

    def grey(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Grey values of the same shape, rounded to the nearest."""
        x = np.asarray(values, dtype=np.float64)
        if self.function == "SIGMOID":
            part = 1 / (1 + np.exp(np.clip(-4 * (x - self.centre) / self.width, -700, 700)))
        elif self.function == "LINEAR_EXACT":
            part = (x - self.centre) / self.width + 0.5
        elif self.width == 1:  # a step: the middle branch has no width
            part = (x > self.centre - 0.5).astype(np.float64)
        else:
            part = (x - (self.centre - 0.5)) / (self.width - 1) + 0.5
        return np.rint(np.clip(part, 0, 1) * 255).astype(np.uint8)


def voi(dataset: "Dataset", index: int) -> tuple[Shown | None, tuple[str, ...]]:
    """The file's own way to grey, None where it has none that is allowed; and what was passed over.

    A table goes before windows (both may be there: the standard leaves the choice), the first sound table and the first
    allowed window before the others. A window takes the place of tables that are all broken.

    Args:
        dataset: the object.
        index: of the frame.

    Raises:
        UnfitError: every table contradicts itself and there is no window, or its function is none of the standard's.
    """
    at = holder(dataset, index, _MACRO, "VOILUTSequence")
    tables = items(at, "VOILUTSequence")
    passed: list[str] = []
    for number, item in enumerate(tables, start=1):
        try:
            table = read_table(item, may_be_negative(dataset, index))
        except UnfitError as unfit:
            passed.append(unfit.reason)
        else:
            beside = ("the file's window beside its table is not used",) if "WindowCenter" in at else ()
            return table, (*_broken(passed), *_more(len(tables) - number), *beside)
    window, said = _window(dataset, index)
    if passed and window is None:
        raise UnfitError(passed[0])
    return window, (*_broken(passed), *said)


def _broken(reasons: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"a VOI table is passed over: the file {reason}" for reason in reasons)


def _more(count: int) -> tuple[str, ...]:
    return (f"{count} further VOI {'table' if count == 1 else 'tables'} of the file not used",) if count else ()


def _window(dataset: "Dataset", index: int) -> tuple[Shown | None, tuple[str, ...]]:
    """The first allowed window, None where there is none."""
    at = holder(dataset, index, _MACRO, "WindowCenter")
    said = word(at, "VOILUTFunction")
    if said not in _FUNCTIONS:
        raise UnfitError("has a VOI LUT function that the standard does not know")
    windows = [
        FileWindow(centre, width, _FUNCTIONS[said])
        for centre, width in zip(numbers(at, "WindowCenter"), numbers(at, "WindowWidth"), strict=False)
    ]
    allowed = next((window for window in windows if window.is_allowed), None)
    passed = windows[: windows.index(allowed)] if allowed else windows
    refused = tuple(f"the file's window of width {window.width:g} is not allowed" for window in passed)
    return allowed, (*refused, *_others(windows, allowed))


def _others(windows: Sequence[FileWindow], taken: FileWindow | None) -> tuple[str, ...]:
    """That a header has more windows than the one that is taken, and which."""
    others = list(dict.fromkeys(window for window in windows if window.is_allowed and window != taken))
    if not others:
        return ()
    named = ", ".join(f"centre {window.centre:g} width {window.width:g}" for window in others[:_NAMED])
    more = f", and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return (f"the file's other windows are not used: {named}{more}",)
