"""Members of an item, and what LLaVA and MedM-VL each expect in them."""

from typing import Literal

import polars as pl

from angiogram.data.annotations.schema import SCHEMA

Layout = Literal["llava", "medm-vl"]
"""llava: `image` is a path, its token `<image>`. medm-vl: `image` is a list of paths, as `image3d` is, with the token
`<image3d>`, for volumes."""
IMAGE, VOLUME = "<image>", "<image3d>"
CONVERSATIONS, OURS = "conversations", "angiogram"
SPELT = (CONVERSATIONS, "conversatons")
"""How files spell the member: the second as LLaVA-Med published its own."""
HUMAN, MODEL, SYSTEM = ("human", "user"), ("gpt", "assistant"), "system"
OF_ITEM = ("task", "source", "group", "study", "licence", "split")
"""Columns that are members of the item itself where all its entries have the same."""
OF_ENTRY = ("id", *OF_ITEM, "answer", "confidence", "conversation", "turn", "prompt")
"""Members of an entry of ours; the prompt only where it cannot be seen from the turn."""
ENTRY = pl.List(pl.Struct({name: SCHEMA[name] for name in OF_ENTRY}))
TURNS = pl.List(pl.Struct({"from": pl.String(), "value": pl.String()}))
MEMBERS = ("id", "image", "image3d", CONVERSATIONS, "answer", *OF_ITEM, OURS)
_VOLUMES = r"(?i)\.(nii|nii\.gz|npy)$"


def is_volume(image: pl.Expr) -> pl.Expr:
    """Whether a path is of a file that holds a volume."""
    return image.str.contains(_VOLUMES)
