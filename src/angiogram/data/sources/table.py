"""A CSV or TSV table with one row an image: path, class and, where it has them, patient, split and further columns."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from angiogram.data.cases import Case, Cases, Split
from angiogram.data.sources.columns import Role, TableOptions, found_columns
from angiogram.data.sources.delimited import Delimited, read_delimited
from angiogram.data.sources.files import ImageFiles
from angiogram.data.sources.question import DEFAULT_QUESTION
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable
from angiogram.imaging.raster import read_raster

# A validation part is training data for us: what is tuned is tuned inside the training folds.
_SIDES: dict[str, Split] = {
    "train": "train", "training": "train", "val": "train", "valid": "train", "validation": "train", "dev": "train",
    "test": "test", "testing": "test",
}  # fmt: skip


def table_cases(path: Path, options: TableOptions | None = None) -> Cases:
    """The images that a table names.

    Paths start at the table's folder, and may lack folders and suffix where one image alone is meant. A row whose image
    is missing or cannot be read is quarantined later, with the reason; one without a class is left out.

    Raises:
        InputError: the file is no such table, a column is not found, the classes are one only or another for each row,
            the split says something else than training and test, or an image may be one of several files.
    """
    options = options or TableOptions()
    table = read_delimited(path)
    roles = found_columns(table.names, options, path)
    labels = table.column(roles["label"])
    kept = [i for i, label in enumerate(labels) if label]
    classes = _classes(path, roles["label"], [labels[i] for i in kept])
    splits, said = _splits(table, kept, roles.get("split"), options.split is not None, path)
    groups = table.column(roles["group"]) if "group" in roles else None
    further = [name for name in table.names if name and name not in _used(roles, splits is not None)]
    columns = {name: table.column(name) for name in further}
    images = table.column(roles["image"])
    files = ImageFiles(_folder(path, options.folder))

    rows: list[Case] = []
    found: dict[str, Path | None] = {}
    for i in kept:
        name = images[i] or f"row {i + 1}"
        identity = name if name not in found else f"{name} (row {i + 1})"
        found[identity] = files.find(images[i]) if images[i] else None
        where = found[identity]
        rows.append(
            Case(
                id=identity,
                path=identity if where is None else printable(where),
                label=labels[i],
                group=_group(groups, i, identity),
                split=None if splits is None else splits[i],
                columns=tuple((name, values[i]) for name, values in columns.items()),
            )
        )

    def read(case: Case) -> Image:
        file = found[case.id]
        if file is None:
            raise InputError(f"In '{printable(path.name)}' {case.id} names no image.")
        return read_raster(file)

    title = printable(f"{path.resolve().parent.name} {path.stem}")
    statements = [
        f"Images named in the table '{printable(path.name)}'; labels are its column '{roles['label']}'.",
        *said,
    ]
    if len(kept) < len(labels):
        statements.append(f"{len(labels) - len(kept)} of {len(labels)} rows have no class and are left out.")
    if groups is None:
        statements.append("Patients are unknown: each image is its own group, so one patient's may be on both sides.")
    else:
        statements.append(f"Groups are the column '{roles['group']}'.")
    return Cases(title, tuple(rows), classes, read, DEFAULT_QUESTION, tuple(statements))


def _group(groups: tuple[str, ...] | None, row: int, identity: str) -> str:
    """The patient; the case itself where that is not known, under a name that no patient has."""
    if groups is not None and groups[row]:
        return groups[row]
    return identity if groups is None else f"{identity}, of no known group"


def _folder(table: Path, given: Path | None) -> Path:
    if given is None:
        return table.parent
    for folder in (table.parent / given.expanduser(), given.expanduser()):
        if folder.is_dir():
            return folder
    raise InputError(f"There is no folder '{given}' (--image-folder), neither beside the table '{table}' nor here.")


def _used(roles: Mapping[Role, str], with_split: bool) -> set[str]:
    return {name for role, name in roles.items() if role != "split" or with_split}


def _classes(path: Path, column: str, labels: list[str]) -> tuple[str, ...]:
    counts = Counter(labels)
    if len(counts) < 2:
        holds = f"holds only the class '{labels[0]}'" if labels else "is empty"
        raise InputError(
            f"The column '{column}' of '{path}' {holds}; a classification needs at least two. Name another with "
            "--label-column."
        )
    if max(counts.values()) == 1:
        raise InputError(
            f"The column '{column}' of '{path}' has another value in each of its {len(labels)} rows, and no class has "
            "two cases; name the column of the class with --label-column."
        )
    return tuple(sorted(counts))


def _splits(
    table: Delimited, kept: list[int], column: str | None, asked: bool, path: Path
) -> tuple[dict[int, Split] | None, list[str]]:
    """The side of each kept row, None without a split; and what a reader must know of it."""
    if column is None:
        return None, ["The table brings no split of its own."]
    values = table.column(column)
    sides: dict[int, Split | None] = {i: _SIDES.get(values[i].lower()) for i in kept}
    unknown = sorted({values[i] for i, side in sides.items() if side is None})
    known: dict[int, Split] = {i: side for i, side in sides.items() if side is not None}
    if not unknown and len(set(known.values())) == 2:
        return known, [f"The split is the column '{column}'; validation rows are used for training."]
    if (known and unknown) or asked:
        what = f"holds '{unknown[0]}'" if unknown else f"holds only '{values[kept[0]]}'"
        raise InputError(
            f"The split column '{column}' of '{path}' {what}; it must say train or test in every row, with both there "
            "(training, val, valid, validation and dev count as train, testing as test)."
        )
    return None, [f"The column '{column}' does not divide training from test, and is no split here."]
