"""A table with one row an image: path or picture, class and, where it has them, patient, split and further columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from angiogram.data.cases import UNKNOWN, Case, Cases, Split
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.patients import grouped, proposal
from angiogram.data.sources.salt import salt_of, short_name
from angiogram.data.sources.series import patients, patients_said, series_doubts
from angiogram.data.sources.sides import WORDS, is_side, sides
from angiogram.data.sources.tabular.columns import Columns, found_columns
from angiogram.data.sources.tabular.contents import Contents
from angiogram.data.sources.tabular.files import ImageFiles
from angiogram.data.sources.tabular.further import further_columns
from angiogram.data.sources.tabular.held import HeldPictures
from angiogram.data.sources.tabular.labels import labels_of
from angiogram.data.sources.tabular.personal import is_register
from angiogram.data.sources.tabular.read import read_contents
from angiogram.data.sources.unnamed import unnamed
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable
from angiogram.imaging.read import read_image


@dataclass(frozen=True)
class Table:
    """A table and where it stands.

    Attributes:
        contents: its values.
        path: of the file, or of the first of several.
        base: the folder where paths of images start, if the options name no other.
        title: name of the set.
    """

    contents: Contents
    path: Path
    base: Path
    title: str


def read_table(path: Path) -> Table:
    """Read one file.

    Raises:
        InputError: it is no such table.
    """
    return Table(read_contents(path), path, path.parent, printable(f"{path.resolve().parent.name} {path.stem}"))


def cases_of(table: Table, cache: Path, options: SourceOptions) -> Cases:
    """The images that a table names or holds.

    Paths start at a folder, and may lack folders and suffix where one image alone is meant. A row whose image is
    missing or cannot be read is quarantined later, with the reason; one without a class is left out.

    Raises:
        InputError: a column is not found, the classes are one only or another for each row, the split says something
            else than training and test, an image may be one of several files, or a finding is to be named.
    """
    contents, path, columns = table.contents, table.path, options.table
    roles = found_columns(contents, columns, path)
    labels = labels_of(contents, roles, options.finding, path)
    kept = labels.rows
    splits, divided = _splits(contents, kept, roles.split, columns.split is not None, path)
    ids = _ids(contents.columns[roles.image], kept)
    names, held = contents.columns[roles.image], contents.pictures.get(roles.image)
    pictures = None if held is None else HeldPictures(held, names)
    places = dict(zip(ids.values(), kept, strict=True))
    files: dict[str, Path] = {}
    if pictures is None:
        known = ImageFiles(_folder(table.base, columns.folder))
        files = {ids[i]: known.find(names[i], splits[i] if splits else None) for i in kept if names[i]}

    groups, grouping = _groups(contents, kept, roles, ids, options, cache)
    if groups is None and any(found := _patients(kept, ids, files, pictures, cache)):
        groups, grouping = dict(zip(kept, found, strict=True)), [patients_said(found)]
    used = {roles.image, *labels.columns, *(roles.group if groups is not None else ())}
    if splits is not None and roles.split is not None:
        used.add(roles.split)
    further = further_columns(contents, used, kept)

    rows: list[Case] = []
    for i in kept:
        file = files.get(ids[i])
        rows.append(
            Case(
                id=ids[i],
                path=printable(file) if file is not None else f"{printable(path.name)}#{ids[i]}",
                label=labels.values[i],
                group=ids[i] if groups is None else groups[i] or f"{ids[i]}{UNKNOWN}",
                split=None if splits is None else splits[i],
                columns=tuple((name, values[i]) for name, values in further.columns.items()),
            )
        )

    def read(case: Case) -> Image:
        if case.id in files:
            return read_image(files[case.id], options.how)
        row = places[case.id]
        if pictures is None or not pictures.holds(row):
            raise InputError(f"In '{printable(path.name)}' {case.id} names no image.")
        return pictures.read(row, options.how, case.path)

    kind = "named in" if pictures is None else "held by"
    statements = (f"Images {kind} the table '{printable(path.name)}'.", *labels.said, divided, *grouping, *further.said)
    doubts = series_doubts(files.values(), options.how.series)
    cases = Cases(table.title, tuple(rows), labels.classes, read, labels.question, statements, doubts)
    dicom = frozenset(ids[i] for i in kept if pictures is not None and pictures.is_dicom(i))
    return unnamed(cases, files, cache, dicom)


def _patients(
    kept: Sequence[int], ids: Mapping[int, str], files: Mapping[str, Path], pictures: HeldPictures | None, cache: Path
) -> list[str | None]:
    """The patient of each kept row that is DICOM, under a name that says nothing."""
    if pictures is None:
        return patients([files.get(ids[i]) for i in kept], cache)
    return [pictures.patient(i, cache) for i in kept]


def _ids(images: Sequence[str], kept: Sequence[int]) -> dict[int, str]:
    """A name of each kept row that no other has: its image's, or its number."""
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for i in kept:
        name = images[i] or f"row {i + 1}"
        ids[i] = f"{name} (row {i + 1})" if name in taken else name
        taken.add(ids[i])
    return ids


def _folder(base: Path, given: Path | None) -> Path:
    if given is None:
        return base
    for folder in (base / given.expanduser(), given.expanduser()):
        if folder.is_dir():
            return folder
    raise InputError(f"There is no folder '{given}' (--image-folder), neither in '{base}' nor here.")


def _groups(
    contents: Contents,
    kept: Sequence[int],
    roles: Columns,
    ids: Mapping[int, str],
    options: SourceOptions,
    cache: Path,
) -> tuple[dict[int, str | None] | None, list[str]]:
    """The patient of each kept row, None where it is not known; and what a reader must know of it."""
    pattern, names = options.group_pattern, list(ids.values())
    if pattern is not None and options.table.group:
        raise InputError("Either --group-column or --group-pattern says what the patient is, not both.")
    if pattern is not None:
        found, said = grouped(names, pattern)
        return dict(zip(kept, found, strict=True)), [said]
    if not roles.group:
        unknown = "Patients are unknown: each image is its own group, so one patient's may be on both sides."
        return None, [unknown, *filter(None, [proposal(names)])]
    values = [contents.columns[name] for name in roles.group]
    joined = {i: ", ".join(value[i] for value in values) if all(value[i] for value in values) else None for i in kept}
    plural = "s" if len(roles.group) > 1 else ""
    columns = " and ".join(f"'{name}'" for name in roles.group)
    said = f"Groups are the column{plural} {columns}{', joined' if plural else ''}"
    if any(map(is_register, roles.group)):
        salt = salt_of(cache)
        joined = {i: name and short_name("patient", name, salt) for i, name in joined.items()}
        said += ", under names that say nothing"
    return joined, [f"{said}."]


def _splits(
    contents: Contents, kept: Sequence[int], column: str | None, asked: bool, path: Path
) -> tuple[dict[int, Split] | None, str]:
    """The side of each kept row, None without a split; and what a reader must know of it."""
    if column is None:
        return None, "The table brings no split of its own."
    values = contents.columns[column]
    words = {values[i] for i in kept}
    found = sides(words)
    if found is not None:
        said = f"; {found.said}" if found.said else ""
        return {i: found.of[values[i]] for i in kept}, f"The split is the column '{column}'{said}."
    if asked or any(map(is_side, words)):
        other = sorted(word for word in words if not is_side(word))
        what = f"holds '{other[0]}'" if other else f"holds only '{values[kept[0]]}'"
        raise InputError(
            f"The split column '{column}' of '{path}' {what}; it must say train or test in every row, with both there "
            f"(known are {', '.join(WORDS)})."
        )
    return None, f"The column '{column}' does not divide training from test, and is no split here."
