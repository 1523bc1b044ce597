"""JSON in cells and lines, read whole columns at a time; what is broken is found by halving the column."""

import ast
from collections.abc import Sequence
from io import BytesIO

import polars as pl

_ESCAPE = r"\\([tbfr]|u00[01][0-9a-fA-F]|u005[cC])"
_ESCAPES = r"\\\\|" + _ESCAPE
_BACKSLASH, _OTHER = "\ufdd1", "\ufdd0"  # which stand in no text: they are no characters
_DEEP = r"^[\[{]"


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
        found = _parsed(texts, schema)
        if found.height == len(texts):
            return _escaped(found, texts, schema).with_columns(pl.lit(True).alias("is_object"))
    except pl.exceptions.ComputeError:
        pass
    if len(texts) == 1:
        return pl.DataFrame({name: [None] for name in schema}, schema).with_columns(pl.lit(False).alias("is_object"))
    half = len(texts) // 2
    return pl.concat([_members(texts[:half], schema), _members(texts[half:], schema)])


def _parsed(texts: pl.Series, schema: dict[str, pl.String]) -> pl.DataFrame:
    return pl.read_ndjson(BytesIO(texts.str.join("\n").item().encode()), schema=schema)


def _escaped(found: pl.DataFrame, texts: pl.Series, schema: dict[str, pl.String]) -> pl.DataFrame:
    """The members with all escapes in lists and objects.

    Polars writes backslashes, tabs and the like in what is deeper than a string without escaping them anew, so that
    such texts are read once more with marks in their place.
    """
    few = texts.str.contains(_ESCAPES)
    deep = [name for name in schema if found[name].str.contains(_DEEP).any()]
    if not (few.any() and deep):
        return found
    marked = texts.filter(few).str.replace_all("\\\\", _BACKSLASH, literal=True).str.replace_all(_ESCAPE, f"{_OTHER}$1")
    again = _parsed(marked, {name: schema[name] for name in deep}).select(
        pl.when(pl.col(name).str.contains(_DEEP)).then(
            pl.col(name).str.replace_all(_BACKSLASH, "\\\\", literal=True).str.replace_all(_OTHER, "\\", literal=True)
        ).alias(name)
        for name in deep
    )  # fmt: skip
    rows = found.with_row_index("_")
    return rows.update(again.with_columns(rows.filter(few)["_"]), on="_").drop("_")


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
