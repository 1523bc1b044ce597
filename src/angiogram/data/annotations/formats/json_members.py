"""The members of JSON objects as cells of text, read whole columns at a time; what is broken is found by halving.

Before Polars reads a text, every string in it gets a mark at both ends and every number becomes a string that has both
marks in front. So a text that begins with a bracket is told from a list, a number keeps its spelling, and no member's
name is one of ours.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

import polars as pl

from angiogram.data.annotations.rules import MARKS, NO_CHARACTERS

SCALAR = r'"((?:[^"\\]|\\.)*)"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|NaN|-?Infinity)'
"""Finds the strings (first group, between their quotes) and the numbers (second group) of a JSON text."""
_BEFORE, _BEHIND = "\ufdd2", "\ufdd3"  # marks stand in no text: they are no characters
_NUMBER = f'"{_BEFORE}{_BEHIND}([^"]+)"'
_ESCAPE = r"\\([tbfr]|u00[01][0-9a-fA-F]|u005[cC])"
_ESCAPES = r"\\\\|" + _ESCAPE
_BACKSLASH, _OTHER = "\ufdd1", "\ufdd0"
_DEEP = r"^[\[{]"
_SPELT_MARK = r"\\u[fF][dD][dD][0-3]"
_SURROGATE = r"\\u[dD][89a-fA-F]"
_PAIR = r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
NO_OBJECT = "it is no JSON object"


class Members(NamedTuple):
    """What N texts hold.

    Attributes:
        cells: a String column a name, null where an object has no such member.
        faults: why a text is no object that can be read; null where it is one.
    """

    cells: pl.DataFrame
    faults: pl.Series


def members(texts: pl.Series, names: Sequence[str]) -> Members:
    """The members of JSON objects as text: of strings the text itself, of all else its JSON.

    Args:
        texts: N objects; an empty text is an object without members.
        names: of the members; others are passed over.

    >>> cells, faults = members(pl.Series(['{"a": [1, 2.50], "b": "[x"}', "[1]"]), ["a", "b"])
    >>> cells.rows(), faults.to_list()
    ([('[1, 2.50]', '[x'), (None, None)], [None, 'it is no JSON object'])
    """
    held = texts.str.replace_all(r"[\r\n]", " ")
    empty = held.is_null() | (held.str.strip_chars() == "")
    unsound = not_text(held)
    read = pl.select(pl.when(empty | unsound.is_not_null()).then(pl.lit("{}")).otherwise(held)).to_series()
    found = _members(read, names)
    return Members(found.cells, pl.select(pl.coalesce(unsound, found.faults)).to_series())


def not_text(texts: pl.Series) -> pl.Series:
    """Why a JSON text holds what is no character; null where it does not."""
    half = texts.str.contains(_SURROGATE) & texts.str.replace_all(_PAIR, "").str.contains(_SURROGATE)
    said = [
        pl.when(half).then(pl.lit("it holds half of a surrogate pair (such as \\ud800), which is no character")),
        pl.when(texts.str.contains(f"{MARKS}|{_SPELT_MARK}")).then(pl.lit(NO_CHARACTERS)),
    ]
    return pl.select(pl.coalesce(said)).to_series()


def _members(texts: pl.Series, names: Sequence[str]) -> Members:
    none = pl.Series([None], dtype=pl.String)
    schema = dict.fromkeys(names, pl.String())
    if texts.is_empty():
        return Members(pl.DataFrame(schema=schema), none.clear())
    try:
        cells = _read(texts, names)
        if cells.height == len(texts):
            return Members(cells, none.new_from_index(0, len(texts)))
    except pl.exceptions.ComputeError:
        pass
    if len(texts) == 1:
        return Members(pl.DataFrame({name: [None] for name in names}, schema), pl.Series([NO_OBJECT]))
    half = len(texts) // 2
    first, second = _members(texts[:half], names), _members(texts[half:], names)
    return Members(pl.concat([first.cells, second.cells]), pl.concat([first.faults, second.faults]))


def _read(texts: pl.Series, names: Sequence[str]) -> pl.DataFrame:
    """The members with all escapes in lists and objects.

    Polars writes backslashes, tabs and the like in what is deeper than a string without escaping them anew, so that
    such texts are read once more with marks in their place.
    """
    marked = texts.str.replace_all(SCALAR, f'"{_BEFORE}${{1}}{_BEHIND}${{2}}"')
    found = _parsed(marked, names)
    few = texts.str.contains(_ESCAPES)
    deep = [name for name in names if found[name].str.contains(_DEEP).any()]
    if few.any() and deep:
        escaped = marked.filter(few).str.replace_all("\\\\", _BACKSLASH, literal=True)
        again = _parsed(escaped.str.replace_all(_ESCAPE, f"{_OTHER}${{1}}"), deep).select(
            _unescaped(name) for name in deep
        )
        at = few.arg_true()
        found = found.with_columns(
            found[name].scatter(at, pl.select(pl.coalesce(again[name], found[name].filter(few))).to_series())
            for name in deep
        )
    return found.select(_unmarked(name) for name in names)


def _unescaped(name: str) -> pl.Expr:
    text = pl.col(name).str.replace_all(_BACKSLASH, "\\\\", literal=True).str.replace_all(_OTHER, "\\", literal=True)
    return pl.when(pl.col(name).str.contains(_DEEP)).then(text).alias(name)


def _unmarked(name: str) -> pl.Expr:
    text = pl.col(name)
    numbers = pl.when(text.str.contains(_DEEP)).then(text.str.replace_all(_NUMBER, "${1}")).otherwise(text)
    return numbers.str.replace_all(f"[{_BEFORE}{_BEHIND}]", "").alias(name)


def _parsed(texts: pl.Series, names: Sequence[str]) -> pl.DataFrame:
    schema = {f"{_BEFORE}{name}{_BEHIND}": pl.String() for name in names}
    found = pl.read_ndjson(BytesIO(texts.str.join("\n").item().encode()), schema=schema)
    return found.rename(dict(zip(schema, names, strict=True)))
