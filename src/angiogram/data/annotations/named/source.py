"""What a named source is, and how uncertain labels are taken."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from angiogram.data.annotations.table import Annotations
from angiogram.errors import InputError
from angiogram.registry import registered

Uncertain = Literal["ignore", "negative", "positive"]
"""What becomes of findings that a source calls uncertain (-1): named as unsure and not judged, absent, or present.

The policies U-Ignore, U-Zeros and U-Ones of Irvin et al., "CheXpert", AAAI 2019, arXiv 1901.07031.
"""
TAKEN = {
    "ignore": "Findings that the source calls uncertain are neither present nor absent (U-Ignore).",
    "negative": "Findings that the source calls uncertain are taken for absent (U-Zeros).",
    "positive": "Findings that the source calls uncertain are taken for present (U-Ones).",
}
_NAMED: dict[str, str] = {}  # name -> "module:attribute"
NAMES = tuple(_NAMED)


@dataclass(frozen=True)
class NamedSource:
    """A published set, in the layout that it is downloaded in.

    Attributes:
        name: what users type, and the `source` of its entries.
        title: in full.
        licence: of images and annotations, as its authors state it.
        get: one sentence: what is to be downloaded, from where, and what must then lie in the folder.
        read: from the folder to entries; raises InputError, whose message the caller ends with `get`, where files are
            missing.
        uncertain: whether the source has uncertain labels.
    """

    name: str
    title: str
    licence: str
    get: str
    read: Callable[[Path, Uncertain], Annotations]
    uncertain: bool = False


def open_named(name: str, folder: Path, uncertain: Uncertain = "ignore") -> Annotations:
    """The entries of a named source in the user's download of it.

    Raises:
        InputError: there is no such source, or its files are not in the folder; the message says what to download.
    """
    source: NamedSource = registered("named source", name, _NAMED)
    if not folder.is_dir():
        raise InputError(f"There is no folder '{folder}'. {source.get}")
    try:
        table = source.read(folder, uncertain)
    except MissingFilesError as error:
        raise InputError(f"{error} {source.get}") from error
    policy = (TAKEN[uncertain],) if source.uncertain else ()
    return replace(table, statements=(f"{source.title} ({source.licence}).", *policy, *table.statements))


class MissingFilesError(InputError):
    """What a source is made of does not lie in its folder."""


def needed(folder: Path, *names: str) -> Path:
    """The first of these names that is there, in this folder.

    Raises:
        MissingFilesError: none is.
    """
    for name in names:
        if (path := folder / name).exists():
            return path
    raise MissingFilesError(f"'{folder}' holds no {' or '.join(names)}.")
