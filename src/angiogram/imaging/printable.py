"""File names as text that can be written anywhere: Linux allows names that are not UTF-8, or hold line ends."""

import os
import re
from pathlib import Path

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def printable(path: Path | str) -> str:
    r"""The path as text, every byte that is not UTF-8 and every control character as `\xNN`.

    >>> print(printable(Path(os.fsdecode(b"scans/x\xff\n.png"))))
    scans/x\xff\x0a.png
    """
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
