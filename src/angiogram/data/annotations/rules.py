"""What makes an entry sound, as expressions over whole columns: each rule names the rows that break it, and says why.

The first broken rule of a row is its reason. Rows that break one are set aside, never mended: accepted + set aside =
given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from angiogram.data.annotations.schema import ANSWER, SCHEMA, SPLITS
from angiogram.data.annotations.tasks import TASKS

UNITS = {"CTR": "ratio", "CPAR": "ratio"}
"""The unit of quantities that are known by name; any other has the unit that most of its rows name."""
ROW, REASON = "row", "reason"
LEAVES = r"^([/\\~]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)"
"""Finds paths that leave the folder in which they start."""
ADDRESS = r"^[A-Za-z][A-Za-z0-9+.-]+://"
"""Finds URLs."""
MARKS = r"[\x{fdd0}-\x{fdd3}]"
"""Finds what Unicode keeps for a program's own use: our reader of JSON marks texts with it, and no text may hold it."""
NO_CHARACTERS = "it holds U+FDD0 to U+FDD3, which are no characters"


@dataclass(frozen=True)
class Rule:
    """One way to be wrong.

    Attributes:
        broken: true where a row is wrong; null counts as false.
        reason: what is wrong, a sentence without its full stop.
    """

    broken: pl.Expr
    reason: pl.Expr


class Checked(NamedTuple):
    """All rows of a table, each in one of the two.

    Attributes:
        accepted: the sound rows, with the columns that were given.
        set_aside: `row` (from 1), `id` and `reason` of the others, and what columns they have beside the schema's.
    """

    accepted: pl.LazyFrame
    set_aside: pl.LazyFrame


def checked(frame: pl.LazyFrame) -> Checked:
    """Divide the rows of a table into sound ones and others.

    Args:
        frame: with the columns of the schema. It may bring `row`, the number that each has in its file, and `reason`,
            why a cell of it could not be read: such a row is set aside for that.

    >>> from angiogram.data.annotations.entry import Entry, frame_of
    >>> given = [Entry("a", "a.png", "vqa", "Fluid?", "no", "ours"), Entry("b", "../b.png", "vqa", "Fluid?", "no", "x")]
    >>> checked(frame_of(given)).set_aside.collect().row(0)
    (2, 'b', "the image '../b.png' leaves the table's folder")
    """
    given = frame.collect_schema()
    unread = [pl.col(REASON)] if REASON in given else []
    reasons = pl.coalesce(*unread, *(pl.when(rule.broken).then(rule.reason) for rule in RULES))
    numbered = frame if ROW in given else frame.with_row_index(ROW, 1)
    judged = numbered.with_columns(reasons.alias(REASON))
    sound = pl.col(REASON).is_null()
    more = [name for name in given if name not in (*SCHEMA, ROW, REASON)]
    return Checked(judged.filter(sound).drop(ROW, REASON), judged.filter(~sound).select(ROW, "id", REASON, *more))


def _answer(name: str) -> pl.Expr:
    return pl.col("answer").struct.field(name)


def _task(*names: str) -> pl.Expr:
    return pl.col("task").is_in(names)


def _empty(column: pl.Expr) -> pl.Expr:
    return column.is_null() | (column.str.strip_chars() == "")


def _said(text: str, *columns: pl.Expr) -> pl.Expr:
    return pl.format(text, *(column.fill_null("") for column in columns))


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} or {names[-1]}"


_image, _box = pl.col("image"), _answer("box")
_left, _top, _right, _bottom = (_box.list.get(i, null_on_oob=True) for i in range(4))
_spoken_box = _box.cast(pl.List(pl.String)).list.join(", ", ignore_nulls=False).fill_null("with empty values")
_of_quantity = _answer("unit").drop_nulls().mode().sort().first().over(_answer("quantity"))
_unit = _answer("quantity").replace_strict(UNITS, default=_of_quantity)


def _texts() -> list[pl.Expr]:
    """Every text of an entry, lists of texts as one."""
    fields = {name: _answer(name) for name in ANSWER.to_schema()} | {name: pl.col(name) for name in SCHEMA}
    kinds = {**SCHEMA, **ANSWER.to_schema()}
    lists = [text.list.join("") for name, text in fields.items() if kinds[name] == pl.List(pl.String())]
    return [text for name, text in fields.items() if kinds[name] == pl.String()] + lists


def _stranger(name: str) -> Rule:
    """A list of labels holds one that is no option."""
    strange = _answer(name).list.set_difference(_answer("options"))
    options = _answer("options").list.join(", ")
    return Rule(
        strange.list.len() > 0, _said("the label '{}' is none of the options {}", strange.list.first(), options)
    )


RULES = (
    Rule(pl.any_horizontal(text.str.contains(MARKS) for text in _texts()), pl.lit(NO_CHARACTERS)),
    Rule(_empty(pl.col("id")), pl.lit("it has no id")),
    Rule(~pl.col("id").is_first_distinct(), _said("the id '{}' stands in an earlier row", pl.col("id"))),
    Rule(_empty(pl.col("task")), pl.lit("it has no task")),
    Rule(~_task(*TASKS), _said(f"there is no task '{{}}'; known are {_listed(TASKS)}", pl.col("task"))),
    Rule(_empty(_image) & ~_task("text_qa"), pl.lit("it names no image")),
    Rule(_image.is_not_null() & _task("text_qa"), pl.lit("a text_qa question has no image, and this one names one")),
    Rule(
        _image.str.contains(LEAVES),
        _said("the image '{}' leaves the table's folder", _image),
    ),
    Rule(
        _image.str.contains(ADDRESS),
        _said("the image '{}' is an address, and nothing is downloaded: name a file", _image),
    ),
    Rule(_empty(pl.col("prompt")), pl.lit("the prompt is empty")),
    Rule(_empty(pl.col("target")), pl.lit("the target is empty")),
    Rule(
        pl.col("prompt").str.count_matches("<image>", literal=True) > _image.is_not_null().cast(pl.UInt32),
        _said(
            "its prompt has {} image tokens for {} image",
            pl.col("prompt").str.count_matches("<image>", literal=True).cast(pl.String),
            _image.is_not_null().cast(pl.Int8).cast(pl.String),
        ),
    ),
    Rule(
        pl.col("prompt").str.contains("<image3d>", literal=True),
        pl.lit("its prompt holds '<image3d>'; the token of an image is '<image>', whether it is flat or not"),
    ),
    Rule(
        pl.col("target").str.contains("<image(3d)?>"),
        pl.lit("its target holds an image token, which stands in questions only"),
    ),
    Rule(
        ~pl.col("split").is_in(SPLITS),
        _said(f"there is no split '{{}}'; known are {_listed(SPLITS)}", pl.col("split")),
    ),
    Rule(
        ~pl.col("confidence").is_between(0, 1),
        _said("a confidence is from 0 to 1, not {}", pl.col("confidence").cast(pl.String)),
    ),
    Rule(
        (pl.col("turn").is_null() != pl.col("conversation").is_null()) | (pl.col("turn") < 0),
        pl.lit("a turn of a conversation needs the conversation's name and a number from 0"),
    ),
    Rule(_task("multi_class") & _empty(_answer("label")), pl.lit("a multi_class answer needs a label")),
    Rule(_task("multi_label") & _answer("labels").is_null(), pl.lit("a multi_label answer needs labels")),
    Rule(
        _task("multi_class", "multi_label") & (_answer("options").list.len().fill_null(0) == 0),
        _said("a {} answer needs the options that it is one of", pl.col("task")),
    ),
    Rule(
        _answer("options").list.n_unique() < _answer("options").list.len(),
        _said("one option stands twice in {}", _answer("options").list.join(", ")),
    ),
    Rule(
        _answer("label").is_not_null() & ~_answer("options").list.contains(_answer("label")),
        _said("the label '{}' is none of the options {}", _answer("label"), _answer("options").list.join(", ")),
    ),
    _stranger("labels"),
    _stranger("unsure"),
    Rule(
        _answer("labels").list.set_intersection(_answer("unsure")).list.len() > 0,
        pl.lit("a finding is named as there and as unsure"),
    ),
    Rule(_task("rec", "reg") & _box.is_null(), _said("a {} answer needs a box", pl.col("task"))),
    Rule(
        (_box.list.len() != 4) | (_box.list.eval(pl.element().is_finite()).list.sum().fill_null(0) != _box.list.len()),
        _said("a box is left, top, right and bottom, not {}", _spoken_box),
    ),
    Rule((_left >= _right) | (_top >= _bottom), _said("the box {} is turned or empty", _spoken_box)),
    Rule(
        (_left < 0) | (_top < 0) | (_right > 1) | (_bottom > 1),
        _said("the box {} leaves the image, whose sides are 0 to 1", _spoken_box),
    ),
    Rule(
        _task("calculation") & (_empty(_answer("quantity")) | _answer("value").is_null() | _empty(_answer("unit"))),
        pl.lit("a calculation needs a quantity, a value and a unit ('ratio' where it has none)"),
    ),
    Rule(
        _answer("value").is_not_null() & ~_answer("value").is_finite(),
        _said("the value {} is no number", _answer("value").cast(pl.String)),
    ),
    Rule(
        _answer("unit") != _unit,
        _said("the unit of {} is '{}', not '{}'", _answer("quantity"), _unit, _answer("unit")),
    ),
    Rule(
        (_answer("quantity") == "CTR") & ~_answer("value").is_between(0, 1),
        _said("the value {} is no CTR, which is a ratio from 0 to 1", _answer("value").cast(pl.String)),
    ),
)
"""In the order in which they are asked."""
