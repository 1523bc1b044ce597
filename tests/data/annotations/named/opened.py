"""What a source makes of a download, as rows."""

from pathlib import Path
from typing import Any

from angiogram.data.annotations.named.source import Uncertain, open_named

LEFT_OUT = "Images that are not in this download, and are left out with what is asked of them: {} of {}."


def rows(name: str, folder: Path, task: str, uncertain: Uncertain = "ignore") -> list[dict[str, Any]]:
    """The entries of one task."""
    found = open_named(name, folder, uncertain).entries.collect()
    return [row for row in found.rows(named=True) if row["task"] == task]


def answers(name: str, folder: Path, task: str, *fields: str, uncertain: Uncertain = "ignore") -> list[tuple[Any, ...]]:
    """Fields of their answers, behind the name of the image's file."""
    return [
        (row["image"].rpartition("/")[2], *(row["answer"][field] for field in fields))
        for row in rows(name, folder, task, uncertain)
    ]
