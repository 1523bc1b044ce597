"""A small annotation table on disk, of several tasks about drawn pictures."""

from pathlib import Path

import numpy as np

from angiogram.data.annotations.entry import Answer, Entry, frame_of
from angiogram.data.annotations.table import Annotations, write_annotations

SIDES = ("left", "right")


def write_table(folder: Path, count: int = 4, held_out: int = 0) -> Path:
    """`count` entries of each of four tasks, one of them without images, and `held_out` more of each for validation."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = np.random.default_rng(0)
    whole = count + held_out
    pixels = chance.integers(0, 90, (whole, 56, 56), dtype=np.uint8)
    entries: list[Entry] = []
    for number in range(whole):
        side = number % 2
        pixels[number, :, 28 * side : 28 * (side + 1)] += 120
        said, image = SIDES[side], f"pictures.npz#{number}"
        more = {"group": f"p{number}", "split": "train" if number < count else "validation"}
        options = Answer(label=said, options=SIDES)
        entries += [
            Entry(f"class{number}", image, "multi_class", "Which lung is bright?", said, "drawn", options, **more),
            Entry(f"report{number}", image, "report", "Describe the image.", f"The {said} lung.", "drawn", **more),
            Entry(f"open{number}", image, "vqa", "What is bright?", f"a lung {number}", "drawn", **more),
            Entry(f"text{number}", None, "text_qa", "What organ breathes?", "the lung", "drawn", **more),
        ]
    np.savez(folder / "pictures.npz", images=pixels)
    write_annotations(Annotations(frame_of(entries), folder), folder / "table.parquet")
    return folder / "table.parquet"
