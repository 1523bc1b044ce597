"""JSON in cells and lines, read whole columns at a time; what is broken is found by halving the column."""

import ast
from collections.abc import Sequence
from io import BytesIO

import polars as pl


def members(texts: pl.Series, names: Sequence[str]) -> pl.DataFrame:
    """The members of JSON objects as text: of strings the text itself, of anything deeper its JSON.

    Args:
        texts: N objects; an empty text is an object without members.
        names: of the members; others are passed over.

    Returns:
        N rows, a String column a name, null where an object has no such member, and `is_object`.

    >>> members(pl.Series(['{"a": [1, 2], "b": "x"}', "[1]"]), ["a", "b"]).rows()
    [('[1, 2]', 'x', True), (None, None, False)]
    """
    schema = dict.fromkeys(names, pl.String())
    held = texts.str.replace_all(r"[\r\n]", " ")
    empty = held.is_null() | (held.str.strip_chars() == "")
    return _members(pl.select(pl.when(empty).then(pl.lit("{}")).otherwise(held)).to_series(), schema)


def _members(texts: pl.Series, schema: dict[str, pl.String]) -> pl.DataFrame:
    if texts.is_empty():
        return pl.DataFrame(schema={**schema, "is_object": pl.Boolean()})
    try:
        found = pl.read_ndjson(BytesIO(texts.str.join("\n").item().encode()), schema=schema)
        if found.height == len(texts):
            return _inner(found, texts).with_columns(pl.lit(True).alias("is_object"))
    except pl.exceptions.ComputeError:
        pass
    if len(texts) == 1:
        return pl.DataFrame({name: [None] for name in schema}, schema).with_columns(pl.lit(False).alias("is_object"))
    half = len(texts) // 2
    return pl.concat([_members(texts[:half], schema), _members(texts[half:], schema)])


def _inner(found: pl.DataFrame, texts: pl.Series) -> pl.DataFrame:
    """The members with lists and objects in them as they stand in the text.

    Polars writes what is deeper than a string without escaping backslashes anew, so that where there are any it is
    looked up instead.
    """
    escaped = texts.str.contains("\\", literal=True)
    if not escaped.any():
        return found
    rows, few = found.with_row_index("_"), texts.filter(escaped)
    held = rows.filter(escaped)
    columns: list[pl.Series] = [held["_"]]
    for name in found.columns:
        deep = held[name].str.contains(r"^[\[{]").fill_null(False)
        if deep.any():
            looked_up = pl.select(pl.when(deep).then(few.str.json_path_match(f"$['{name}']"))).to_series()
            columns.append(looked_up.alias(name))
    return rows.update(pl.DataFrame(columns), on="_").drop("_")


def decoded(texts: pl.Series, kind: pl.DataType) -> pl.Series:
    """JSON texts as values of one type; null where a text is none of it.

    >>> decoded(pl.Series(['["a"]', "['b']", "[", None]), pl.List(pl.String)).to_list()
    [['a'], ['b'], None, None]
    """
    try:
        return texts.str.json_decode(kind)
    except pl.exceptions.ComputeError:
        if len(texts) == 1:
            return _as_python(texts[0], kind).alias(texts.name)
    half = len(texts) // 2
    return decoded(texts[:half], kind).append(decoded(texts[half:], kind))


def _as_python(text: str, kind: pl.DataType) -> pl.Series:
    """A list as Python prints it, which tables made with pandas hold; null for anything else."""
    try:
        return pl.Series([ast.literal_eval(text)], dtype=kind, strict=True)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError, pl.exceptions.PolarsError):
        return pl.Series([None], dtype=kind)


def encoded(value: pl.Expr) -> pl.Expr:
    """Values as JSON text; null stays null.

    >>> pl.select(encoded(pl.lit('a "b"'))).item()
    '"a \\\\"b\\\\""'
    """
    text = pl.struct(value.alias("_")).struct.json_encode()
    return pl.when(value.is_not_null()).then(text.str.slice(5, text.str.len_chars() - 6))
