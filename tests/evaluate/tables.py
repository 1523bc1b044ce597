"""A small annotation table of all tasks on drawn pictures."""

from pathlib import Path

import numpy as np
import PIL.Image

from angiogram.data.annotations.entry import Answer, Entry, frame_of
from angiogram.data.annotations.table import Annotations, write_annotations
from angiogram.data.annotations.tasks import TASKS
from tests.data.annotations.entries import entry

PICTURES = 4


def write_table(folder: Path, *more: Entry) -> Path:
    """Every task on four pictures of two patients, and an open question that has its image inside; `more` entries."""
    rng = np.random.default_rng(0)
    entries: list[Entry] = []
    for i in range(PICTURES):
        pixels = rng.integers(0, 255, (56, 56 + 14 * (i % 2)), dtype=np.uint8)
        PIL.Image.fromarray(pixels).save(folder / f"{i}.png")
        changes = {"group": f"patient {i // 2}"}
        entries += [entry(i, task, id=f"{task}{i}", **changes) for task in TASKS]
        entries.append(entry(i, "vqa", id=f"open{i}", prompt="In <image> what is seen?", answer=Answer(), **changes))
    path = folder / "table.parquet"
    write_annotations(Annotations(frame_of([*entries, *more]), folder, ("Drawn.",)), path)
    return path
