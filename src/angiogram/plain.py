"""Dataclasses as plain JSON data, and back.

Both directions follow the dataclasses field by field, so that a field added there travels without a line here. JSON has
no NaN and no infinity: they become null, and null comes back as NaN.
"""

import math
from dataclasses import fields, is_dataclass
from numbers import Integral, Real
from types import NoneType
from typing import Any, cast, get_args, get_origin, get_type_hints


def plain(value: object) -> Any:  # JSON data
    """`value` as dictionaries, lists, strings, integers, finite floats, booleans and None."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        return [plain(item) for item in cast(list[Any], value)]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"JSON cannot hold a {type(value).__name__}: {value!r}")


def built(kind: Any, value: Any) -> Any:  # follows annotations, which have no type of their own
    """What `plain` made plain, by the annotations of its dataclasses.

    Raises:
        KeyError, TypeError, ValueError: it is of another kind; what is merely of another type is not noticed.

    >>> from angiogram.statistics.interval import Interval
    >>> built(Interval, plain(Interval(0.5, 0.25, 0.75)))
    Interval(value=0.5, low=0.25, high=0.75)
    """
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{field.name: built(hints[field.name], value[field.name]) for field in fields(kind)})
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(built(item, entry) for item, entry in zip(kinds, value, strict=True))
    if NoneType in arguments:
        return None if value is None else built(next(item for item in arguments if item is not NoneType), value)
    if kind is float:
        return math.nan if value is None else float(value)
    return value
