"""A table with one row an image: path or picture, class and, where it has them, patient, split and further columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from angiogram.data.cases import UNKNOWN, Case, Cases
from angiogram.data.sources.groups import with_patients
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.series import patients, patients_said, series_doubts
from angiogram.data.sources.tabular.columns import found_columns
from angiogram.data.sources.tabular.contents import Contents
from angiogram.data.sources.tabular.files import ImageFiles, absent_said
from angiogram.data.sources.tabular.further import further_columns
from angiogram.data.sources.tabular.groups import groups_of
from angiogram.data.sources.tabular.held import HeldPictures
from angiogram.data.sources.tabular.labels import labels_of
from angiogram.data.sources.tabular.read import read_contents
from angiogram.data.sources.tabular.split import split_of
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
    splits, divided = split_of(contents, kept, roles.split, columns.split is not None, options.ignore_split, path)
    ids = _ids(contents.columns[roles.image], kept)
    names, held = contents.columns[roles.image], contents.pictures.get(roles.image)
    pictures = None if held is None else HeldPictures(held, names)
    places = dict(zip(ids.values(), kept, strict=True))
    apart = [i for i in kept if names[i] and (pictures is None or not pictures.holds(i))]
    known = ImageFiles(_folder(table.base, columns.folder), [names[i] for i in apart])
    files = {ids[i]: known.find(names[i], splits[i] if splits else None) for i in apart}
    absent = absent_said(list(files.values()), len(kept), path)
    groups, grouping = groups_of(contents, kept, roles, ids, options, cache)
    named = [None if groups is None else groups[i] for i in kept]
    found = with_patients(named, _patients(kept, ids, files, pictures, cache))
    if groups is None and any(found.names):
        grouping = [patients_said(found.names)]
    owners = dict(zip(kept, found.names, strict=True))
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
                group=owners[i] or (ids[i] if groups is None else f"{ids[i]}{UNKNOWN}"),
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

    kind = "named in" if pictures is None or len(apart) == len(kept) else "held by"
    moved = (f"Paths of images are read without their first folders, '{Path(*known.left_out)}'.",)
    statements = (
        f"Images {kind} the table '{printable(path.name)}'.",
        *(moved if known.left_out else ()),
        *labels.said,
        *absent,
        divided,
        *grouping,
        *found.said,
        *further.said,
    )
    doubts = series_doubts(files.values(), options.how.series)
    cases = Cases(table.title, tuple(rows), labels.classes, read, labels.question, statements, doubts)
    dicom = frozenset(ids[i] for i in kept if pictures is not None and pictures.is_dicom(i))
    return unnamed(cases, files, cache, dicom)


def _patients(
    kept: Sequence[int], ids: Mapping[int, str], files: Mapping[str, Path], pictures: HeldPictures | None, cache: Path
) -> list[str | None]:
    """The patient of each kept row that is DICOM, under a name that says nothing."""
    apart = patients([files.get(ids[i]) for i in kept], cache)
    if pictures is None:
        return apart
    return [one or pictures.patient(i, cache) for i, one in zip(kept, apart, strict=True)]


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
