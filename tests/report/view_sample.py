"""Both views of a small table whose texts try to be more than text."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from report_sample import HOSTILE
from tests.data.annotations.entries import entry

from angiogram.data.annotations.entry import Answer, Entry, frame_of
from angiogram.data.annotations.table import Annotations
from angiogram.data.annotations.tasks import ON_IMAGES
from angiogram.data.views.build import build_views
from angiogram.data.views.view import Asked
from angiogram.data.views.write import write_views

IMAGES = 14
SIMULATED = "Simulated from the CT of one patient."
ATTACK = f"</title></svg></style></script>{HOSTILE}<img src=x onerror=document.title='taken'>"
ADDRESS = "data:text/html,<script>document.title='taken'</script>"


def sample_rows() -> list[Entry]:
    """Images with two to seven tasks; the first ones with three boxes, two of which are one place."""
    rows: list[Entry] = []
    for i in range(IMAGES):
        source = ("ours", "theirs", f"{HOSTILE}")[i % 3]
        split = "train" if i < IMAGES - 2 else "test"
        for task in ON_IMAGES[-(2 + i % 6) :]:
            rows.append(replace(entry(i, task, source=source, split=split), id=f"{i}-{task}"))
        small = Answer(label="mass", box=(0.26, 0.52, 0.4, 0.7))
        rows.append(
            replace(
                entry(i, "rec", prompt=f"Where is {ATTACK}?", target=ADDRESS, split=split), id=f"{i}-box", answer=small
            )
        )
    return [*rows, entry(90, "text_qa"), entry(91, target=""), entry(92, "rec", prompt="", split="train")]


def sample_folder(folder: Path, rows: list[Entry] | None = None, **asked: Any) -> Path:
    """A folder with view.json and both tables; its images are grey steps, the third cannot be read."""
    rows = sample_rows() if rows is None else rows
    (folder / "images").mkdir(parents=True)
    for name in {row.image for row in rows} - {None, "2.png"}:
        pixels = np.add.outer(np.arange(60), np.arange(90)).astype(np.uint8)
        Image.fromarray(pixels).save(folder / "images" / str(name))
    table = Annotations(frame_of(rows), folder / "images", (SIMULATED, f"Known: {ATTACK}"))
    views = build_views(table, "table.parquet", Asked(**asked))
    write_views(views, table, folder / "views")
    return folder / "views"


def sample_document(folder: Path, **asked: Any) -> dict[str, Any]:
    """The content of its view.json."""
    return json.loads((sample_folder(folder, **asked) / "view.json").read_text("utf-8"))
