"""From entries to conversations."""

from pathlib import Path

import polars as pl

from angiogram.data.annotations.columns import FIELDS
from angiogram.data.annotations.formats.conversations.layout import (
    CONVERSATIONS,
    IMAGE,
    OF_ENTRY,
    OF_ITEM,
    OURS,
    VOLUME,
    Layout,
    is_volume,
)  # fmt: skip
from angiogram.data.annotations.formats.json_cells import encoded
from angiogram.data.annotations.table import Annotations
from angiogram.files import atomic_file


def write_conversations(table: Annotations, path: Path, layout: Layout = "llava") -> None:
    """Write the entries as a JSON list of conversations, whole or not at all.

    Turns of one conversation are one item as long as they are about one image, which is shown once: what it shows anew
    begins an item of its own. Where no prompt says where the image stands, it stands in front of the first.

    Args:
        table: of sound entries.
        path: of the file.
        layout: whose readers the file is for.

    Raises:
        InputError: the disk is full or the folder cannot be written.
    """
    items = _items(_entries(table.entries.collect(), layout), layout)
    with atomic_file(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        file.write("[\n")
        for number, part in enumerate(items.iter_slices(10_000)):
            file.write(",\n" if number else "")
            file.write(part["text"].str.join(",\n").item())
        file.write("\n]\n")


def _entries(entries: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The entries in the order of their conversations: `part` is the number of the item, `value` what is asked."""
    token = pl.col("prompt").str.contains(IMAGE, literal=True)
    key = pl.coalesce(pl.format("of {}", "conversation"), pl.format("at {}", "at"))
    shown = token.cum_sum().clip(lower_bound=1).over("key")
    ordered = (
        entries.with_row_index("at")
        .with_columns(key=key)
        .with_columns(begins=pl.col("at").min().over("key"))
        .sort("begins", "turn", "at", nulls_last=True)
        .with_columns(part=pl.struct("key", "image", shown.alias("shown")).rle_id())
    )
    first = pl.int_range(pl.len()).over("part") == 0
    in_front = first & pl.col("image").is_not_null() & ~token.any().over("part")
    value = pl.when(in_front).then(pl.format(f"{IMAGE}\n{{}}", "prompt")).otherwise("prompt")
    hidden = first & ~in_front & pl.col("prompt").str.starts_with(f"{IMAGE}\n")
    spoken = pl.when(is_volume(pl.col("image"))).then(value.str.replace(IMAGE, VOLUME, literal=True)).otherwise(value)
    return ordered.with_columns(
        value=value if layout == "llava" else spoken,
        hidden=hidden,
        alone=pl.col("part").n_unique().over("key") == 1,
        **{f"same.{name}": pl.col(name).n_unique().over("part") == 1 for name in OF_ITEM},
    )


def _items(entries: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The JSON text of each item."""
    said = {name: pl.col(name) for name in OF_ENTRY}
    said |= {name: pl.when(~pl.col(f"same.{name}")).then(name) for name in OF_ITEM}
    said["prompt"] = pl.when("hidden").then("prompt")
    own = {name: encoded(value) for name, value in said.items()}
    own["answer"] = _answer()
    texts = entries.with_columns(
        asked=_object({"from": pl.lit('"human"'), "value": encoded(pl.col("value"))}),
        told=_object({"from": pl.lit('"gpt"'), "value": encoded(pl.col("target"))}),
        own=_object(own),
    )
    name = pl.when(pl.col("alone") & pl.col("conversation").is_not_null()).then("conversation").otherwise("id")
    image = encoded(pl.col("image"))
    listed, deep = _list(image), is_volume(pl.col("image"))
    shown = (
        {"image": image}
        if layout == "llava"
        else {"image": pl.when(~deep).then(listed), "image3d": pl.when(deep).then(listed)}
    )
    first = {"id": encoded(name), **shown, **{each: encoded(pl.when(f"same.{each}").then(each)) for each in OF_ITEM}}
    return (
        texts.group_by("part", maintain_order=True)
        .agg(
            *(value.first().alias(member) for member, value in first.items()),
            _list(pl.concat_str("asked", "told", separator=", ").str.join(", ")).alias(CONVERSATIONS),
            _list(pl.col("own").str.join(", ")).alias(OURS),
        )
        .select(text=_object({member: pl.col(member) for member in (*first, CONVERSATIONS, OURS)}))
    )


def _answer() -> pl.Expr:
    """What is known of the answer; null where nothing is."""
    fields = {name: pl.col("answer").struct.field(name) for name in FIELDS}
    known = pl.any_horizontal(value.is_not_null() for value in fields.values())
    return pl.when(known).then(_object({name: encoded(value) for name, value in fields.items()}))


def _object(members: dict[str, pl.Expr]) -> pl.Expr:
    """A JSON object of members that are JSON; those that are null are left out."""
    parts = [pl.lit(f'"{name}": ') + value for name, value in members.items()]
    return pl.lit("{") + pl.concat_str(parts, separator=", ", ignore_nulls=True) + pl.lit("}")


def _list(members: pl.Expr) -> pl.Expr:
    """A JSON list of what is JSON, divided by commas; null stays null."""
    return pl.lit("[") + members + pl.lit("]")
