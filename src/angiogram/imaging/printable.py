"""File names as text that can be written anywhere: Linux allows names that are not UTF-8."""

import os
from pathlib import Path


def printable(path: Path | str) -> str:
    r"""The path as text, every byte that is not UTF-8 as `\xNN`.

    >>> print(printable(Path(os.fsdecode(b"scans/x\xff.png"))))
    scans/x\xff.png
    """
    return os.fsencode(path).decode("utf-8", "backslashreplace")
