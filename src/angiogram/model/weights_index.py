"""The index of a model's weights: which files they are in."""

import json
from pathlib import Path
from typing import Any

from angiogram.errors import InputError

INDEX = "model.safetensors.index.json"


def indexed_files(folder: Path) -> list[str]:
    """The names of the weights files, sorted.

    Raises:
        InputError: the index is damaged, or a file's name in it is none.
    """
    path = folder / INDEX
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))["weight_map"].values()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"The index of weights '{path}' is damaged.") from error
    if odd := [file for file in found if not isinstance(file, str)]:
        raise InputError(f"The index of weights '{path}' is damaged: {odd[0]!r} is no file's name.")
    return sorted(set(found))
