"""Columns of a published table -> rows of the schema."""

from collections.abc import Sequence

import polars as pl

from angiogram.data.annotations.schema import ANSWER, SCHEMA
from angiogram.data.annotations.tasks import Task

_OF_THE_IMAGE = ("image", "group", "study", "split")
_FIELDS = {field.name: field.dtype for field in ANSWER.fields}


def rows(
    frame: pl.LazyFrame,
    source: str,
    task: Task,
    prompt: pl.Expr,
    target: pl.Expr,
    answer: pl.Expr,
    number: pl.Expr | None = None,
) -> pl.LazyFrame:
    """One row of the schema for each row of a frame.

    Args:
        frame: with `image`, and with `group`, `study` and `split` where they are known; whatever else the expressions
            need.
        source: its name, with which ids begin.
        task: of all rows.
        prompt: the question.
        target: the right answer in words.
        answer: as `answer` makes it.
        number: tells rows of one image apart where it has several of this task.
    """
    of_the_image = [name for name in _OF_THE_IMAGE if name in frame.collect_schema()]
    name = pl.concat_str(
        pl.lit(f"{source}:"), pl.col("image").fill_null(""), pl.lit(f":{task}"),
        *(() if number is None else (pl.lit("-"), number.cast(pl.String))),
    )  # fmt: skip
    given = {
        "id": name,
        "task": pl.lit(task),
        "prompt": prompt,
        "target": target,
        "source": pl.lit(source),
        "answer": answer,
        **{name: pl.col(name) for name in of_the_image},
    }
    return frame.select(given.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in SCHEMA.items())


def answer(**fields: pl.Expr) -> pl.Expr:
    """The answer with these fields, the others empty.

    >>> pl.select(answer(label=pl.lit("cyst"))).to_series()[0]["label"]
    'cyst'
    """
    return pl.struct(fields.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in _FIELDS.items())


def multi_class(frame: pl.LazyFrame, source: str, shown: str, options: Sequence[str]) -> pl.LazyFrame:
    """Entries that ask which of these classes an image shows.

    Args:
        frame: as in `rows`, with the class in words as `label`.
        source: its name.
        shown: what an image is, such as "chest radiograph".
        options: all classes.
    """
    truth = answer(label=pl.col("label"), options=pl.lit(list(options)))
    question = pl.lit(f"Which of these does the {shown} show: {either(options)}?")
    return rows(frame, source, "multi_class", question, pl.col("label"), truth)


def either(names: Sequence[str]) -> str:
    """Names as a choice.

    >>> either(["normal", "benign", "malignant"])
    'normal, benign or malignant'
    """
    return f"{', '.join(names[:-1])} or {names[-1]}"
