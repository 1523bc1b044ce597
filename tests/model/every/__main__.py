"""Walks model types and writes their rows: `python -m tests.model.every docs/families.md [TYPE...]`.

Without types, all of them. The page is written anew behind each, so that a run that is stopped keeps what it has.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from transformers.utils import logging

from angiogram.files import atomic_file
from tests.model.every.checkpoint import NotBuiltError
from tests.model.every.table import TYPES, page, row, rows
from tests.model.every.walk import walk
from tests.model.every.write import starred, write_type


def main(file: Path, wanted: tuple[str, ...]) -> None:
    """Walk these types; one that breaks is said on the error stream, keeps no row, and the end is status 1."""
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    kept = rows(file.read_text(encoding="utf-8")) if file.is_file() else {}
    broken = False
    for model_type in wanted:
        kept.pop(model_type, None)
        with TemporaryDirectory() as place:
            folder = Path(place)
            try:
                write_type(model_type, folder)
                found = walk(folder, folder)
            except NotBuiltError as error:
                kept[model_type] = f"| {model_type} | not tried: {error} |"
            except Exception as error:  # of a checkpoint not yet built as its classes want it, or of ours: to be mended
                broken = True
                print(f"{model_type}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            else:
                print(f"{model_type}: {found.outcome} {found.said}", file=sys.stderr, flush=True)
                broken |= found.outcome == "fails"
                if found.outcome != "fails":
                    kept[model_type] = row(model_type, found, starred(model_type))
        with atomic_file(file) as path:
            path.write_text(page(kept), encoding="utf-8")
    sys.exit(broken)


if __name__ == "__main__":
    main(Path(sys.argv[1]), tuple(sys.argv[2:]) or TYPES)
