"""Values of attributes as plain numbers and words."""

import math
from typing import TYPE_CHECKING, Any

from angiogram.imaging.dicom.unfit import UnfitError, attempt

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def numbers(dataset: "Dataset", keyword: str) -> tuple[float, ...]:
    """The attribute's numbers, none where it is absent or empty.

    Raises:
        UnfitError: it holds something else.
    """
    if keyword not in dataset:
        return ()
    found = attempt(lambda: tuple(float(value) for value in _several(dataset[keyword].value)))
    if found is None or not all(map(math.isfinite, found)):
        raise UnfitError(f"has a {keyword} that is no number")
    return found


def number(dataset: "Dataset", keyword: str) -> float | None:
    """The attribute's first number, None where it is absent or empty.

    Raises:
        UnfitError: it holds something else.
    """
    found = numbers(dataset, keyword)
    return found[0] if found else None


def whole(dataset: "Dataset", keyword: str, missing: int | None = None) -> int:
    """The attribute's first number, which must be a whole one.

    Raises:
        UnfitError: it holds something else, or is absent where `missing` gives no number for that.
    """
    found = number(dataset, keyword)
    if found is None and missing is not None:
        return missing
    if found is None or found != int(found):
        raise UnfitError(f"has no {keyword}" if found is None else f"has a {keyword} that is no whole number")
    return int(found)


def words(dataset: "Dataset", keyword: str) -> tuple[str, ...]:
    """The attribute's values as text, upper case and without blanks around; none where it is absent or unreadable."""
    if keyword not in dataset:
        return ()
    return attempt(lambda: tuple(str(value).strip().upper() for value in _several(dataset[keyword].value))) or ()


def word(dataset: "Dataset", keyword: str) -> str:
    """The first of `words`, empty where there is none."""
    found = words(dataset, keyword)
    return found[0] if found else ""


def items(dataset: "Dataset", keyword: str) -> "tuple[Dataset, ...]":
    """The data sets of a sequence; none where it is absent or unreadable."""
    if keyword not in dataset:
        return ()
    return attempt(lambda: tuple(dataset[keyword].value)) or ()


def _several(value: Any) -> list[Any]:
    if value is None or value == "":
        return []
    return list(value) if hasattr(value, "__iter__") and not isinstance(value, str | bytes) else [value]
