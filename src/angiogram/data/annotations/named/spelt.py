"""How a user names a named source: `NAME:FOLDER`."""

import re
from pathlib import Path

_SPELT = re.compile(r"([A-Za-z][\w.-]+):(.+)", re.DOTALL)


def name_and_folder(text: str) -> tuple[str, Path] | None:
    """The name of a source and the folder of its download; None for anything else, such as a path that exists.

    >>> name_and_folder("chexpert:downloads/chexpert")[0], name_and_folder("C:/chexpert"), name_and_folder("chexpert")
    ('chexpert', None, None)
    """
    found = _SPELT.fullmatch(text)
    if found is None or Path(text).exists():
        return None
    return found[1], Path(found[2]).expanduser()
