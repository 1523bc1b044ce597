"""The columns of an annotation table and their types: version 1 of the format.

`docs/annotations.md` publishes it; a test keeps the two equal.
"""

import polars as pl

VERSION = 1
ANSWER = pl.Struct(
    {
        "label": pl.String(),
        "labels": pl.List(pl.String()),
        "unsure": pl.List(pl.String()),
        "options": pl.List(pl.String()),
        "named": pl.Boolean(),
        "box": pl.List(pl.Float64()),
        "quantity": pl.String(),
        "value": pl.Float64(),
        "unit": pl.String(),
    }
)
SCHEMA = pl.Schema(
    {
        "id": pl.String(),
        "image": pl.String(),
        "task": pl.String(),
        "prompt": pl.String(),
        "target": pl.String(),
        "source": pl.String(),
        "answer": ANSWER,
        "group": pl.String(),
        "study": pl.String(),
        "licence": pl.String(),
        "confidence": pl.Float64(),
        "split": pl.String(),
        "conversation": pl.String(),
        "turn": pl.Int64(),
    }
)
NEEDED = ("id", "image", "task", "prompt", "target")
"""Columns that a table must bring; the others are empty where they are missing."""
SPLITS = ("train", "validation", "test")
