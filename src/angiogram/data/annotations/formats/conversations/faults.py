"""Why a conversation cannot be taken apart into questions and answers about one image."""

import polars as pl

from angiogram.data.annotations.formats.conversations.layout import HUMAN, IMAGE, MODEL, VOLUME
from angiogram.data.annotations.rules import REASON, ROW


def faults(items: pl.DataFrame, turns: pl.DataFrame) -> pl.DataFrame:
    """The items with the first fault of each as `reason`; null where there is none.

    Args:
        items: `row`, `reason` (where it is no object), `turns`, `paths`, `volumes`, `ours`, `unread`.
        turns: `row`, `at`, `from`, `value` of each turn.
    """
    asks = pl.col("at") % 2 == 0
    out_of_turn = pl.when(asks).then(~pl.col("from").is_in(HUMAN)).otherwise(~pl.col("from").is_in(MODEL))
    wrong = out_of_turn.fill_null(True)
    empty = pl.col("value").is_null() | (pl.col("value").str.strip_chars() == "")
    token = pl.col("value").str.contains("<image(3d)?>")
    of_turns = turns.group_by(ROW).agg(
        pl.col("at").filter(wrong).first().alias("wrong"),
        pl.col("from").filter(wrong).first().alias("speaker"),
        pl.col("at").filter(empty).first().alias("empty"),
        (token & ~asks).any().alias("shown"),
        _count(IMAGE).filter(asks).sum().alias("flat_tokens"),
        _count(VOLUME).filter(asks).sum().alias("deep_tokens"),
        pl.len().alias("count"),
    )
    known = items.join(of_turns, on=ROW, how="left", maintain_order="left")
    flat, deep = pl.col("paths").list.len(), pl.col("volumes").list.len()
    speaks = pl.when(pl.col("wrong") % 2 == 0).then(pl.lit("human")).otherwise(pl.lit("gpt"))
    ours = pl.col("ours").list.len()
    reasons = [
        pl.col(REASON),
        _said(pl.col("turns").is_null(), "its conversations are no list of turns, each with 'from' and 'value'"),
        _said(pl.col("count").is_null(), "it has no turns"),
        _said(
            pl.col("wrong").is_not_null(), "turn {} is of '{}', where '{}' must speak",
            pl.col("wrong") + 1, pl.col("speaker").fill_null(""), speaks,
        ),
        _said(pl.col("count") % 2 == 1, "its last question has no answer"),
        _said(pl.col("empty").is_not_null(), "turn {} is empty", pl.col("empty") + 1),
        _said(pl.col("paths").is_null() | pl.col("volumes").is_null(), "its image is neither a path nor a list"),
        _said(flat + deep > 1, "it has {} images; an entry is about one", flat + deep),
        _said(pl.col("shown"), "an answer holds an image token, which stands in questions only"),
        _said(pl.col("flat_tokens") != flat, "it has {} <image> tokens for {} images", pl.col("flat_tokens"), flat),
        _said(pl.col("deep_tokens") != deep, "it has {} <image3d> tokens for {} volumes", pl.col("deep_tokens"), deep),
        _said(pl.col("unread"), "what it says of its entries under 'angiogram' cannot be read"),
        _said(2 * ours != pl.col("count"), "it describes {} entries for {} questions", ours, pl.col("count") // 2),
    ]  # fmt: skip
    return known.with_columns(pl.coalesce(reasons).alias(REASON)).select(items.columns)


def _count(token: str) -> pl.Expr:
    return pl.col("value").str.count_matches(token, literal=True)


def _said(broken: pl.Expr, text: str, *values: pl.Expr) -> pl.Expr:
    return pl.when(broken).then(pl.format(text, *values) if values else pl.lit(text))
