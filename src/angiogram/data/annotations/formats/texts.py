"""Text files: read whole as UTF-8, or refused with the line that is not."""

from pathlib import Path

from angiogram.errors import InputError
from angiogram.imaging.printable import printable


def text_of(path: Path) -> str:
    """The text of a UTF-8 file, without a byte order mark.

    Raises:
        InputError: it cannot be read, or a line is not UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"'{printable(path)}' cannot be read: {error.strerror}.") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"Line {line} of '{printable(path)}' is not UTF-8 text; save the file as UTF-8.") from error
