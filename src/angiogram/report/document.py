"""A diagnosis or a comparison as plain JSON data, and back.

Both directions follow the dataclasses of `angiogram.diagnose` field by field, so a field added there travels without a
line here. JSON has no NaN and no infinity: they become null, and null comes back as NaN.
"""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from numbers import Integral, Real
from types import NoneType
from typing import Any, cast, get_args, get_origin, get_type_hints

from angiogram.compare.comparison import Comparison
from angiogram.diagnose.tell.diagnosis import Diagnosis
from angiogram.report.published import COMPARISON, REPORT


def to_document(result: Diagnosis | Comparison) -> dict[str, Any]:
    """The content of report.json or compare.json: `format`, `schema`, then every field of the result.

    >>> from angiogram.diagnose.terms import Interval
    >>> plain(Interval(0.5, float("nan"), 0.75))
    {'value': 0.5, 'low': None, 'high': 0.75}
    """
    published = REPORT if isinstance(result, Diagnosis) else COMPARISON
    return {"format": published.version, "schema": published.identifier, **plain(result)}


def from_document(document: Mapping[str, Any]) -> Diagnosis:
    """The diagnosis that a valid document holds; `angiogram.report.schema.validate` says whether it is one."""
    return cast(Diagnosis, _build(Diagnosis, document))


def comparison_from_document(document: Mapping[str, Any]) -> Comparison:
    """The comparison that a valid document holds."""
    return cast(Comparison, _build(Comparison, document))


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
    raise TypeError(f"A report cannot hold a {type(value).__name__}: {value!r}")


def _build(kind: Any, value: Any) -> Any:  # follows annotations, which have no type of their own
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{field.name: _build(hints[field.name], value[field.name]) for field in fields(kind)})
    arguments = get_args(kind)
    if get_origin(kind) is tuple:
        kinds = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(_build(item, entry) for item, entry in zip(kinds, value, strict=True))
    if NoneType in arguments:
        return None if value is None else _build(next(item for item in arguments if item is not NoneType), value)
    if kind is float:
        return math.nan if value is None else float(value)
    return value
