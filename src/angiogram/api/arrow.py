"""Lists of frozen dataclasses as Arrow tables: one row each, one column a field.

An interval becomes three columns: `accuracy`, `accuracy_low`, `accuracy_high`. A number that could not be computed is
null, as in report.json.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa

from angiogram.plain import plain
from angiogram.statistics.interval import Interval

_PLAIN = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}
INTERVAL_ENDS = {"value": "", "low": "_low", "high": "_high"}
SCALARS = (str, bool, int, float, Interval)


def table_of(kind: type, rows: Sequence[object], only: Sequence[str] | None = None) -> pa.Table:
    """The table of these rows, which are all of one dataclass; its columns are there without any row, too.

    Args:
        kind: the dataclass.
        rows: of the table.
        only: the fields that become columns; all where it is None.

    >>> from angiogram.diagnose.read.measured import Stage
    >>> table = table_of(Stage, [Stage("V", "Vision", "encoder.out", Interval(0.5, 0.25, 0.75), "")])
    >>> table.column_names
    ['key', 'title', 'tap', 'accuracy', 'accuracy_low', 'accuracy_high', 'note']
    >>> table["accuracy_high"].to_pylist()
    [0.75]
    """
    columns: dict[str, pa.Array] = {}
    hints = get_type_hints(kind)
    for name in only or [field.name for field in fields(kind)]:
        hint, values = without_none(hints[name]), [getattr(row, name) for row in rows]
        if hint is Interval:
            for end, suffix in INTERVAL_ENDS.items():
                numbers = [None if value is None else plain(getattr(value, end)) for value in values]
                columns[name + suffix] = pa.array(numbers, pa.float64())
        else:
            columns[name] = pa.array([plain(value) for value in values], arrow_type(hint))
    return pa.table(columns)


def arrow_type(hint: Any) -> pa.DataType:  # an annotation, which has no type of its own
    """The Arrow type of an annotated field: texts, numbers, lists of one kind, and dataclasses as structs.

    >>> str(arrow_type(tuple[str, ...])), str(arrow_type(int | None))
    ('list<item: string>', 'int64')
    """
    hint = without_none(hint)
    arguments = get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_dataclass(hint) and isinstance(hint, type):
        hints: Mapping[str, Any] = get_type_hints(hint)
        return pa.struct([(field.name, arrow_type(hints[field.name])) for field in fields(hint)])
    if get_origin(hint) is tuple and len({a for a in arguments if a is not Ellipsis}) == 1:
        return pa.list_(arrow_type(arguments[0]))
    if arguments and all(isinstance(argument, str) for argument in arguments):  # a Literal
        return pa.string()
    if get_origin(hint) is tuple:
        kinds = {arrow_type(argument) for argument in arguments}
        if len(kinds) == 1:
            return pa.list_(kinds.pop())
    raise TypeError(f"no Arrow type for {hint!r}")


def without_none(hint: Any) -> Any:  # an annotation
    """`X` of `X | None`; anything else as it is.

    >>> without_none(Interval | None) is Interval
    True
    """
    arguments = get_args(hint)
    if NoneType not in arguments:
        return hint
    (kind,) = (argument for argument in arguments if argument is not NoneType)
    return kind
