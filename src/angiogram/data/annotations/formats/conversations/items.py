"""From conversations to entries."""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.columns import FIELDS
from angiogram.data.annotations.formats.conversations.faults import faults
from angiogram.data.annotations.formats.conversations.layout import (
    CONVERSATIONS,
    ENTRY,
    HUMAN,
    IMAGE,
    MEMBERS,
    OF_ITEM,
    OURS,
    SPELT,
    SYSTEM,
    TURNS,
    VOLUME,
)  # fmt: skip
from angiogram.data.annotations.formats.json_cells import decoded
from angiogram.data.annotations.formats.lines import cells_of, keys_of
from angiogram.data.annotations.given import Given
from angiogram.data.annotations.rules import REASON, ROW
from angiogram.data.annotations.schema import SCHEMA

_FREE = ("report", "vqa")
"""Tasks on an image that an item of others may name, since their answers need no form that can be counted."""
_SHOWN = 10


def read_items(objects: pl.DataFrame, path: Path, images: Path, statements: tuple[str, ...] = ()) -> Given:
    """The entries of conversations.

    An item without a task asks `vqa`, or `text_qa` where it has no image. A first turn of the system is left out, and
    said. Items of others that share an id are told apart by numbers behind it.

    Args:
        objects: `row` and `text` of each item.
        path: of the file.
        images: the folder where paths of images start.
        statements: what is known of the file already.

    Returns:
        An entry a question; those of a conversation that cannot be read share its reason.
    """
    keys = keys_of(objects)
    spelt = next((name for name in SPELT if name in keys), CONVERSATIONS)
    cells = cells_of(objects, [spelt if name == CONVERSATIONS else name for name in MEMBERS])
    items = _items(cells.rename({spelt: CONVERSATIONS}))
    turns = _turns(items)
    items = faults(items, turns)
    entries = pl.concat([_sound(items, turns), _broken(items, turns)])
    strange = [key for key in keys if key not in (*MEMBERS, spelt)]
    said = (
        *statements,
        *([f"Its member '{spelt}' is taken for '{CONVERSATIONS}'."] if spelt != CONVERSATIONS else ()),
        *_said_of_systems(items),
        *_said_of_tasks(items),
        *([f"Members of its items that are not kept: {', '.join(strange[:_SHOWN])}."] if strange else ()),
    )
    return Given(entries.lazy(), images, said, "conversation")


def _items(cells: pl.DataFrame) -> pl.DataFrame:
    """A row an item: `row`, `name`, `paths`, `volumes`, `turns`, `ours` and its other members."""
    turns = decoded(cells[CONVERSATIONS], TURNS)
    ours = decoded(cells[OURS], ENTRY)
    items = cells.with_columns(
        turns.alias("turns"), ours.alias("ours"), unread=cells[OURS].is_not_null() & ours.is_null(),
        paths=_paths(cells["image"]), volumes=_paths(cells["image3d"]),
    )  # fmt: skip
    system = pl.col("turns").list.first().struct.field("from") == SYSTEM
    unanswered = (pl.col("turns").list.len() % 2 == 1) & pl.col("answer").is_not_null()
    answer = pl.concat_list(pl.struct(pl.lit("gpt").alias("from"), pl.col("answer").alias("value")))
    named = pl.coalesce("id", pl.col(ROW).cast(pl.String))
    earlier = pl.col("name").cum_count().over("name", "theirs") - 1
    return (
        items.with_columns(name=named, theirs=pl.col("ours").is_null(), has_system=system.fill_null(False))
        .with_columns(turns=pl.when("has_system").then(pl.col("turns").list.slice(1)).otherwise("turns"))
        .with_columns(turns=pl.when(unanswered).then(pl.col("turns").list.concat(answer)).otherwise("turns"))
        .with_columns(
            name=pl.when(pl.col("theirs") & (earlier > 0))
            .then(pl.format("{} ({})", "name", earlier + 1))
            .otherwise("name")
        )
        .drop(CONVERSATIONS, OURS, "id", "image", "image3d", "answer")
    )


def _paths(cells: pl.Series) -> pl.Series:
    """Paths of a member that is one path, or a list of several; an empty text is no path."""
    frame = cells.to_frame("cell")
    is_list = pl.col("cell").str.contains(r"(?s)^\[.*\]$")
    listed = frame.select(pl.when(is_list).then("cell")).to_series()
    none = pl.col("cell").is_null() | (pl.col("cell").str.strip_chars() == "")
    alone = frame.select(
        pl.when(none).then(pl.lit([], pl.List(pl.String))).otherwise(pl.concat_list("cell"))
    ).to_series()
    return decoded(listed, pl.List(pl.String())).zip_with(listed.is_not_null(), alone)


def _turns(items: pl.DataFrame) -> pl.DataFrame:
    """A row a turn: `row`, `at` (from 0), `from`, `value`; none of an item without turns."""
    lists = items.select(ROW, "turns").filter(pl.col("turns").list.len() > 0)
    at = pl.int_ranges(pl.col("turns").list.len())
    return lists.with_columns(at=at).explode("turns", "at").unnest("turns")


def _sound(items: pl.DataFrame, turns: pl.DataFrame) -> pl.DataFrame:
    """The entries of the items that have no fault."""
    said = turns.with_columns(target=pl.col("value").shift(-1).over(ROW)).filter(pl.col("at") % 2 == 0)
    sound = items.filter(pl.col(REASON).is_null())
    ours = sound.filter(~pl.col("theirs")).select(ROW, "ours", at=pl.int_ranges(0, 2 * pl.col("ours").list.len(), 2))
    inner = ours.explode("ours", "at").unnest("ours").rename({name: f"own.{name}" for name in _members()})
    rows = (
        said.join(sound.drop("turns", "ours", REASON), on=ROW, maintain_order="left")
        .join(inner, on=[ROW, "at"], how="left", maintain_order="left")
        .with_columns(pl.col("at").floordiv(2).alias("number"))
    )
    image = pl.coalesce(pl.col("paths").list.first(), pl.col("volumes").list.first())
    theirs, several = pl.col("theirs"), pl.col("number").max().over(ROW) > 0
    seen = pl.col("value").str.replace(VOLUME, IMAGE, literal=True)
    rest = seen.str.strip_prefix(f"{IMAGE}\n")
    prompt = pl.when((pl.col("at") == 0) & (rest.str.strip_chars() != "")).then(rest).otherwise(seen)
    default = pl.when(image.is_null()).then(pl.lit("text_qa")).otherwise(
        pl.when(pl.col("task").is_in(_FREE)).then("task").otherwise(pl.lit("vqa"))
    )  # fmt: skip
    own_id = pl.when(several).then(pl.format("{}#{}", "name", "number")).otherwise("name")
    return rows.select(
        id=pl.when(theirs).then(own_id).otherwise("own.id"),
        image=image,
        task=pl.when(theirs).then(default).otherwise(pl.coalesce("own.task", "task")),
        prompt=pl.coalesce("own.prompt", prompt),
        target="target",
        **{name: pl.coalesce(f"own.{name}", name) for name in OF_ITEM if name != "task"},
        answer=pl.struct(pl.col("own.answer").struct.field(name) for name in FIELDS),
        confidence="own.confidence",
        conversation=pl.when(theirs).then("name").otherwise("own.conversation"),
        turn=pl.when(theirs).then(pl.col("number").cast(pl.Int64)).otherwise("own.turn"),
        row=pl.col(ROW).cast(pl.Int64),
        reason=pl.lit(None, pl.String),
    ).select(*SCHEMA, ROW, REASON)


def _members() -> list[str]:
    inner = ENTRY.inner
    assert isinstance(inner, pl.Struct)
    return [field.name for field in inner.fields]


def _broken(items: pl.DataFrame, turns: pl.DataFrame) -> pl.DataFrame:
    """A row for each question of an item with a fault; one where it has none."""
    asked = turns.filter(pl.col("from").is_in(HUMAN)).group_by(ROW).len("asked")
    rows = (
        items.filter(pl.col(REASON).is_not_null())
        .join(asked, on=ROW, how="left", maintain_order="left")
        .with_columns(number=pl.int_ranges(pl.col("asked").fill_null(1)), several=pl.col("asked") > 1)
        .explode("number")
    )
    empty = {name: pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name != "id"}
    return rows.select(
        pl.when("several").then(pl.format("{}#{}", "name", "number")).otherwise("name").alias("id"),
        *empty.values(), pl.col(ROW).cast(pl.Int64), REASON,
    ).select(*SCHEMA, ROW, REASON)  # fmt: skip


def _said_of_systems(items: pl.DataFrame) -> tuple[str, ...]:
    count = items["has_system"].sum()
    return (f"{count} conversations begin with a turn of the system, which is not kept.",) if count else ()


def _said_of_tasks(items: pl.DataFrame) -> tuple[str, ...]:
    """That tasks of others, which an item may name for their own training, are not ours."""
    other = items.filter(pl.col("theirs") & pl.col("task").is_not_null() & ~pl.col("task").is_in([*_FREE, "text_qa"]))
    names = other["task"].unique(maintain_order=True).to_list()
    if not names:
        return ()
    return (f"{other.height} conversations name a task that is taken for vqa: {', '.join(names[:_SHOWN])}.",)
