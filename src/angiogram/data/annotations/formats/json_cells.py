"""JSON in cells as values, and values as JSON, whole columns at a time; what is broken is found by halving."""

import ast

import polars as pl

from angiogram.data.annotations.formats.json_members import SCALAR, not_text
from angiogram.data.annotations.table import made


def decoded(texts: pl.Series, kind: pl.DataType) -> pl.Series:
    """JSON texts as values of one type; null where a text is none of it.

    Numbers where the type has texts keep their spelling.

    >>> decoded(pl.Series(['["a"]', "['b']", "[2.50]", "[", None]), pl.List(pl.String)).to_list()
    [['a'], ['b'], ['2.50'], None, None]
    """
    known = pl.select(pl.when(not_text(texts).is_null()).then(texts).alias(texts.name)).to_series()
    return _decoded(known, known.str.replace_all(SCALAR, '"${1}${2}"') if _of_texts(kind) else known, kind)


def _decoded(texts: pl.Series, quoted: pl.Series, kind: pl.DataType) -> pl.Series:
    try:
        return quoted.str.json_decode(kind)
    except pl.exceptions.ComputeError:
        if len(texts) == 1:
            return _as_python(texts[0], kind).alias(texts.name)
    half = len(texts) // 2
    return _decoded(texts[:half], quoted[:half], kind).append(_decoded(texts[half:], quoted[half:], kind))


def _of_texts(kind: pl.DataType) -> bool:
    """Whether a type, whatever its depth, holds texts alone."""
    if isinstance(kind, pl.Struct):
        return all(_of_texts(made(field.dtype)) for field in kind.fields)
    return _of_texts(made(kind.inner)) if isinstance(kind, pl.List) else kind == pl.String()


def _as_python(text: str, kind: pl.DataType) -> pl.Series:
    """A list as Python prints it, which tables made with pandas hold; null for anything else."""
    try:
        return pl.Series([ast.literal_eval(text)], dtype=kind, strict=True)
    except (ValueError, TypeError, SyntaxError, OverflowError, RecursionError, MemoryError, pl.exceptions.PolarsError):
        return pl.Series([None], dtype=kind)


def encoded(value: pl.Expr) -> pl.Expr:
    """Values as JSON text; null stays null.

    >>> pl.select(encoded(pl.lit('a "b"'))).item()
    '"a \\\\"b\\\\""'
    """
    text = pl.struct(value.alias("_")).struct.json_encode()
    return pl.when(value.is_not_null()).then(text.str.slice(5, text.str.len_chars() - 6))
