"""Whether a file stands at a path: opening a pipe or a device would wait for ever."""

import os
from pathlib import Path

from angiogram.errors import InputError

_SHOWN = 80  # characters of a name that is too long


def need_file(path: Path, name: str, kind: str, or_folder: bool = False) -> None:
    """Pass over files in silence.

    Args:
        path: where one is wanted.
        name: how messages call it.
        kind: what is wanted, in words.
        or_folder: whether a folder will do.

    Raises:
        InputError: nothing is there, or something else than a file.
    """
    try:
        if path.is_file():
            return
        folder = path.is_dir()
        if folder and or_folder:
            return
    except OSError as error:  # such as a name that is too long
        raise InputError(f"'{name[:_SHOWN]}...' cannot be read: {error.strerror}.") from error
    if folder:
        raise InputError(f"'{name}' is a folder, not a file.")
    if os.path.lexists(path):
        raise InputError(f"'{name}' is no file but a pipe, a device, or a link that leads nowhere.")
    raise InputError(f"There is no {kind} '{name}'.")
