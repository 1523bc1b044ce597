"""Cases whose own names may name a patient go by short ones that say nothing.

These are DICOM files and folders, whose names often are those of patients, and sets whose groups look like names. Which
short name is which file stands in the cache alone.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from angiogram.data.cases import UNKNOWN, Case, Cases
from angiogram.data.sources.salt import salt_of, short_name
from angiogram.data.sources.series import is_dicom
from angiogram.data.sources.sides import is_side
from angiogram.data.sources.telling import look_like_names
from angiogram.errors import InputError
from angiogram.files import atomic_file
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable

_LETTERS = 2
_SHORT = re.compile(r"patient-[0-9a-f]{16}")  # of `patient_group`


def unnamed(cases: Cases, files: Mapping[str, Path], cache: Path, dicom: Collection[str] = ()) -> Cases:
    """The same set, cases and groups that may name a patient under short names; what is said of them, too.

    Args:
        cases: with their own names; a case of no known patient is its own group.
        files: by the ids of cases; what is not in it has no file.
        cache: keeps the salt, and which name is which file.
        dicom: ids of cases that are DICOM and have no file of their own.

    Raises:
        InputError: the cache cannot be written.
    """
    named = {row.group for row in cases.rows if not _alone(row)}
    telling = look_like_names(named)
    hidden = [row for row in cases.rows if telling or row.id in dicom or (row.id in files and is_dicom(files[row.id]))]
    if not hidden:
        return cases
    salt = salt_of(cache)
    short = {row.id: short_name("case", row.id, salt) for row in hidden}
    _keep({name: printable(files.get(own, Path(own))) for own, name in short.items()}, salt, cache)
    rows = tuple(_renamed(row, short[row.id], salt) if row.id in short else row for row in cases.rows)
    own = {name: row for row in hidden for name in [short[row.id]]}
    words = _words(hidden, cases.classes)

    def read(case: Case) -> Image:
        known = own.get(case.id)
        if known is None:
            return cases.read(case)
        try:
            return cases.read(known)
        except InputError as error:
            problem = _without(str(error), known, files.get(known.id), case.id)
        raise InputError(problem)  # here, so that the exception that has the path is not its context

    said = f"{len(hidden)} cases go by short names that say nothing; which file each is stands in the cache alone."
    return replace(
        cases,
        rows=rows,
        read=read,
        statements=(*_quoting(cases.statements, words), said),
        doubts=_quoting(cases.doubts, words),
    )


def _alone(row: Case) -> bool:
    """Whether a case of no known patient is its own group."""
    return row.group == row.id or row.group == f"{row.id}{UNKNOWN}"


def _renamed(row: Case, name: str, salt: bytes) -> Case:
    if _alone(row):
        group = name
    elif _SHORT.fullmatch(row.group):
        group = row.group
    else:
        group = short_name("group", row.group, salt)
    return replace(row, id=name, path=name, group=group)


def _words(hidden: Sequence[Case], classes: Sequence[str]) -> set[str]:
    """Names of the files and folders, and groups, of these cases: but for classes and sides of the split."""
    parts = {part for row in hidden for part in PurePath(row.id).parts} | {row.group for row in hidden}
    parts |= {PurePath(part).stem for part in parts}
    return {part for part in parts if part not in classes and not is_side(part)}


def _quoting(sentences: Sequence[str], words: set[str]) -> tuple[str, ...]:
    """The sentences without quoted names of these cases."""
    quoted = [f"'{word}'" for word in words]
    found: list[str] = []
    for sentence in sentences:
        for word in quoted:
            sentence = sentence.replace(word, "'...'")
        found.append(sentence)
    return tuple(found)


def _without(message: str, known: Case, file: Path | None, name: str) -> str:
    """The message with the short name in place of the path; nothing else of it where more of the path is in it."""
    if file is not None:
        message = message.replace(printable(file), name)
    message = message.replace(known.path, name).replace(f"'{known.id}'", f"'{name}'")
    telling = [word for word in _words([known], (known.label,)) if sum(map(str.isalpha, word)) >= _LETTERS]
    rest = message.replace(name, "")
    return f"'{name}' cannot be read." if any(word in rest for word in telling) else message


def _keep(files: Mapping[str, str], salt: bytes, cache: Path) -> None:
    """Write down which short name is which file, for the user's eyes alone."""
    text = json.dumps(files, indent=1, ensure_ascii=False)
    path = cache / f"{short_name('case-names', min(files), salt)}.json"
    if path.is_file() and path.read_text("utf-8") == text:
        return
    with atomic_file(path) as temporary:
        temporary.touch(mode=0o600)
        temporary.write_text(text, "utf-8")
