"""A table with one row an image: path or picture, class and, where it has them, patient, split and further columns."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from angiogram.data.cases import UNKNOWN, Case, Cases, Split
from angiogram.data.missing import is_missing
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.patients import grouped, proposal
from angiogram.data.sources.series import patients, patients_said, series_doubts
from angiogram.data.sources.sides import WORDS, is_side, sides
from angiogram.data.sources.tabular.columns import Columns, found_columns
from angiogram.data.sources.tabular.contents import Contents
from angiogram.data.sources.tabular.files import ImageFiles
from angiogram.data.sources.tabular.labels import labels_of
from angiogram.data.sources.tabular.read import read_contents
from angiogram.data.sources.telling import is_telling
from angiogram.data.sources.unnamed import unnamed
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable
from angiogram.imaging.raster import decode_raster
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
    splits, divided = _splits(contents, kept, roles.split, columns.split is not None, options.ignore_split, path)
    ids = _ids(contents.columns[roles.image], kept)
    pictures = contents.pictures.get(roles.image)
    places = dict(zip(ids.values(), kept, strict=True))
    names = contents.columns[roles.image]
    apart = [i for i in kept if names[i] and (pictures is None or pictures[i] is None)]
    known = ImageFiles(_folder(table.base, columns.folder), [names[i] for i in apart])
    files = {ids[i]: known.find(names[i], splits[i] if splits else None) for i in apart}
    absent = _absent(files, len(kept), path)
    groups, grouping = _groups(contents, kept, roles, ids, options)
    if groups is None and any(named := patients([files.get(ids[i]) for i in kept], cache)):
        groups, grouping = dict(zip(kept, named, strict=True)), [patients_said(named)]
    used = {roles.image, *labels.columns, *(roles.group if groups is not None else ())}
    used |= {roles.split} if splits is not None else set()
    further = [name for name in contents.names if name not in used and not is_telling(name)]

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
                columns=tuple((name, contents.columns[name][i]) for name in further),
            )
        )

    def read(case: Case) -> Image:
        if case.id in files:
            return read_image(files[case.id], options.how)
        picture = None if pictures is None else pictures[places[case.id]]
        if picture is None:
            raise InputError(f"In '{printable(path.name)}' {case.id} names no image.")
        return decode_raster(BytesIO(picture), case.path)

    kind = "named in" if pictures is None or len(apart) == len(kept) else "held by"
    telling = [name for name in contents.names if name not in used and is_telling(name)]
    left = (f"What may name a patient is not kept: {', '.join(telling)}.",) if telling else ()
    moved = (f"Paths of images are read without their first folders, '{Path(*known.left_out)}'.",)
    statements = (
        f"Images {kind} the table '{printable(path.name)}'.",
        *(moved if known.left_out else ()),
        *labels.said,
        *absent,
        divided,
        *grouping,
        *left,
    )
    doubts = series_doubts(files.values(), options.how.series)
    cases = Cases(table.title, tuple(rows), labels.classes, read, labels.question, statements, doubts)
    return unnamed(cases, files, cache)


def _ids(images: Sequence[str], kept: Sequence[int]) -> dict[int, str]:
    """A name of each kept row that no other has: its image's, or its number."""
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for i in kept:
        name = images[i] or f"row {i + 1}"
        ids[i] = f"{name} (row {i + 1})" if name in taken else name
        taken.add(ids[i])
    return ids


def _absent(files: Mapping[str, Path], rows: int, path: Path) -> list[str]:
    """What is to be said of images that are not where the table says.

    Raises:
        InputError: none is.
    """
    absent = sum(not _is_there(file) for file in files.values())
    if absent == rows:
        raise InputError(
            f"None of the {rows} images that '{printable(path)}' names is there; say where their paths start with "
            "--image-folder."
        )
    return [f"{absent} of {rows} rows name an image that is not there; they are set aside."] if absent else []


def _is_there(path: Path) -> bool:
    with suppress(OSError):  # a name that is too long is none
        return path.exists()
    return False


def _folder(base: Path, given: Path | None) -> Path:
    if given is None:
        return base
    for folder in (base / given.expanduser(), given.expanduser()):
        if folder.is_dir():
            return folder
    raise InputError(f"There is no folder '{given}' (--image-folder), neither in '{base}' nor here.")


def _groups(
    contents: Contents, kept: Sequence[int], roles: Columns, ids: Mapping[int, str], options: SourceOptions
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
    joined = {i: None if any(is_missing(v[i]) for v in values) else ", ".join(v[i] for v in values) for i in kept}
    plural = "s" if len(roles.group) > 1 else ""
    columns = " and ".join(f"'{name}'" for name in roles.group)
    said = f"Groups are the column{plural} {columns}{', joined' if plural else ''}"
    alone = sum(group is None for group in joined.values())
    return joined, [f"{said}; {alone} rows name none, and are a group each." if alone else f"{said}."]


def _splits(
    contents: Contents, kept: Sequence[int], column: str | None, asked: bool, ignored: bool, path: Path
) -> tuple[dict[int, Split] | None, str]:
    """The side of each kept row, None without a split; and what a reader must know of it."""
    if column is None:
        return None, "The table brings no split of its own."
    values = contents.columns[column]
    words = {values[i] for i in kept}
    found = sides(words)
    if found is not None:
        said = f"; {found.said}" if found.said else ""
        where = contents.split_from or f"the column '{column}'"
        return {i: found.of[values[i]] for i in kept}, f"The split is {where}{said}."
    if not ignored and (asked or any(map(is_side, words))):
        other = sorted(word for word in words if not is_side(word))
        what = f"holds '{other[0]}'" if other else f"holds only '{values[kept[0]]}'"
        raise InputError(
            f"The split column '{column}' of '{path}' {what}; it must say train or test in every row, with both there "
            f"(known are {', '.join(WORDS)}), or --ignore-split leaves it aside."
        )
    return None, f"The column '{column}' does not divide training from test, and is no split here."
