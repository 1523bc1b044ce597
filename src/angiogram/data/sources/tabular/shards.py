"""A folder of Hugging Face `datasets`: Parquet files as the hub stores them, or what `save_to_disk` wrote."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from angiogram.data.sources.tabular.contents import Contents, joined
from angiogram.data.sources.tabular.parquet import read_parquet
from angiogram.errors import InputError, reason_of
from angiogram.imaging.present import need_file
from angiogram.imaging.printable import printable

_SHARD = re.compile(r"^(?P<part>[A-Za-z]\w*?)(?:-\d{5}-of-\d{5}(?:-\w+)?)?\.parquet$")
_STATE = "state.json"


def is_dataset(folder: Path) -> bool:
    """Whether the folder holds a data set of `datasets` rather than folders of images."""
    return bool(shards_of(folder))


def read_dataset(folder: Path) -> Contents:
    """All rows, the part that each stands in as a column `split`.

    Raises:
        InputError: a file is missing or damaged, or the parts have other columns.
    """
    shards = shards_of(folder)
    paths = [path for _, path in shards]
    return joined([read_parquet(path) for path in paths], paths, [part for part, _ in shards])


def shards_of(folder: Path) -> Sequence[tuple[str, Path]]:
    """(part, file) of each file of the data set, in order."""
    saved = [state for pattern in (_STATE, f"*/{_STATE}") for state in sorted(folder.glob(pattern))]
    if saved:
        return [(state.parent.name, file) for state in saved for file in _saved(state)]
    parquets = sorted(file for below in ("", "data") for file in (folder / below).glob("*.parquet"))
    return [(match["part"], file) for file in parquets if (match := _SHARD.match(file.name))]


def _saved(state: Path) -> list[Path]:
    name = printable(state)
    need_file(state, name, "file")
    try:
        content: Any = json.loads(state.read_text())
        return [state.parent / file["filename"] for file in content["_data_files"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(f"'{name}' is not what `datasets` writes: {reason_of(error)}.") from error
