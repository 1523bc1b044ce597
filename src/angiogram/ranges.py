"""Numbers that a user gives, refused in one sentence where they lie outside of what is allowed."""

import math
from typing import Any

from angiogram.errors import InputError


def whole_number(name: str, value: Any, least: int) -> None:
    """Refuse what is no whole number, or too small a one.

    Raises:
        InputError: names it and the least that is allowed.

    >>> whole_number("size of a step", 0, 1)
    Traceback (most recent call last):
    angiogram.errors.InputError: The size of a step is 0; it must be a whole number of at least 1.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise InputError(f"The {name} is {value!r}; it must be a whole number of at least {least}.")


def number(name: str, value: Any, highest: float = math.inf) -> None:
    """Refuse what is no finite number from 0, or one above the highest.

    Raises:
        InputError: names it and what is allowed.

    >>> number("share", "half", 1.0)
    Traceback (most recent call last):
    angiogram.errors.InputError: The share is 'half'; it must be a number from 0 to 1.
    """
    if not _finite(value) or not 0 <= value <= highest:
        allowed = f"number from 0 to {highest:g}" if math.isfinite(highest) else "finite number of at least 0"
        raise InputError(f"The {name} is {value!r}; it must be a {allowed}.")


def number_above_0(name: str, value: Any) -> None:
    """Refuse what is no finite number above 0.

    Raises:
        InputError: names it.

    >>> number_above_0("rate", math.inf)
    Traceback (most recent call last):
    angiogram.errors.InputError: The rate is inf; it must be a finite number above 0.
    """
    if not _finite(value) or value <= 0:
        raise InputError(f"The {name} is {value!r}; it must be a finite number above 0.")


def _finite(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value)
