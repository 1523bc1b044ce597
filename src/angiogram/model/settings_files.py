"""JSON files of a model that hold a table of settings, looked at before transformers reads them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from angiogram.errors import InputError
from angiogram.model.unreadable import reason

OF_THE_PROCESSOR = (
    "processor_config.json", "preprocessor_config.json", "tokenizer_config.json", "special_tokens_map.json",
    "added_tokens.json", "chat_template.json", "tokenizer.json", "vocab.json",
)  # fmt: skip


def check_tables(folder: Path, files: Iterable[str]) -> None:
    """See that those of the files that are there hold tables.

    Raises:
        InputError: names the first file that is damaged or holds something else.
    """
    for path in (folder / name for name in files):
        if not path.is_file():
            continue
        try:
            found: Any = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(f"'{path}' is damaged: {reason(error)}.") from error
        if not isinstance(found, dict):
            raise InputError(f"'{path}' holds no table of settings.")
