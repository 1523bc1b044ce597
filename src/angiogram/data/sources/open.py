"""From what the user types to a labelled image set."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.data.progress import silent
from angiogram.data.sources.annotated import annotated_cases, annotated_findings, is_annotated
from angiogram.data.sources.archive import SUFFIX as ZIP
from angiogram.data.sources.archive import unpacked
from angiogram.data.sources.class_names import with_names
from angiogram.data.sources.folder import folder_cases
from angiogram.data.sources.hub import is_hub_id, place_on_hub
from angiogram.data.sources.npz import npz_cases, npz_findings
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.place import Place
from angiogram.data.sources.tabular import shards
from angiogram.data.sources.tabular.columns import TableOptions, found_columns
from angiogram.data.sources.tabular.image_folder import metadata_files, read_image_folder
from angiogram.data.sources.tabular.in_folder import read_all, tables_of
from angiogram.data.sources.tabular.labels import findings_of
from angiogram.data.sources.tabular.read import SUFFIXES
from angiogram.data.sources.tabular.stray import stray
from angiogram.data.sources.tabular.table import Table, cases_of, read_table
from angiogram.errors import InputError, unknown
from angiogram.imaging.printable import printable
from angiogram.registry import registered

# What the user types -> "module:attribute", imported when it is asked for
_NAMED = {
    "phantom": "angiogram.data.phantom:phantom_cases",
    "phantom-shifted": "angiogram.data.phantom:phantom_shifted_cases",
    "phantom-volumes": "angiogram.data.phantom:phantom_volume_cases",
    "radiographs": "angiogram.data.radiographs.cases:radiograph_cases",
}


Kind = Literal["named", "folder", "table", "npz", "annotations"]


def open_cases(
    name_or_path: str, cache: Path, progress: Progress = silent, options: SourceOptions | None = None
) -> Cases:
    """Open a named set, a folder of images, a table, a zip of such a folder, an `.npz` or a hub id.

    Named sets are "phantom", "phantom-shifted", "phantom-volumes" (for models that take volumes) and "radiographs".

    An annotation table, or a named source as `NAME:FOLDER`, opens where it asks for a class or for findings.
    A name wins over a folder of the same name; write `./phantom` for the folder. Where there is no such path, an id of
    the Hugging Face hub, `owner/name` or `owner/name@revision`, is a data set there. Classes are named as a person
    would say them.

    Raises:
        InputError: nothing has this name, what has it cannot be read as a labelled image set, an option is given that
            says nothing of such a set, or a finding is not named of several.
    """
    options = options or SourceOptions()
    kind, place = _source(name_or_path, cache, progress, options)
    if kind == "table":
        cases = cases_of(_table(place), cache, options)
    elif kind == "annotations":
        cases = annotated_cases(name_or_path, cache, options)
    elif kind == "named":
        cases = registered("image set", name_or_path, _NAMED)(cache, progress)
    elif kind == "folder":
        cases = folder_cases(place.path, cache, options, place.title)
        cases = replace(cases, statements=(*cases.statements, *_not_read(place.path)))
    else:
        cases = npz_cases(place.path, options.finding, options.how)
    cases = place.named(cases)
    if options.ignore_split:
        cases = _without_split(cases)
    return with_names(cases, options.class_names)


def open_findings(
    name_or_path: str, cache: Path, progress: Progress = silent, options: SourceOptions | None = None
) -> tuple[str, ...]:
    """Names of the findings of a set in which an image may show several; none where each image has one label.

    Raises:
        InputError: as `open_cases`.
    """
    options = options or SourceOptions()
    kind, place = _source(name_or_path, cache, progress, options)
    if kind == "annotations":
        return annotated_findings(name_or_path, options)
    if kind == "npz":
        found = npz_findings(place.path)
    elif kind == "table":
        table = _table(place)
        found = findings_of(table.contents, found_columns(table.contents, options.table, table.path))
    else:
        return ()
    return () if found is None else found.names


def _source(name_or_path: str, cache: Path, progress: Progress, options: SourceOptions) -> tuple[Kind, Place]:
    """What kind of set this is, and where it lies; options that say nothing of such a set are refused."""
    place = Place(Path(name_or_path).expanduser())
    annotated = name_or_path not in _NAMED and is_annotated(name_or_path, options)
    if not annotated and name_or_path not in _NAMED and not place.path.exists() and is_hub_id(name_or_path):
        place = place_on_hub(name_or_path, cache, progress)
    if place.path.suffix.lower() == ZIP and place.path.is_file():
        place = unpacked(place, place.path, cache, progress)
    kind = "annotations" if annotated else "named" if name_or_path in _NAMED else _kind(place.path, options)
    if kind is None:
        raise _no_set(name_or_path, place.path)
    if kind not in ("table", "annotations") and options.table != TableOptions():
        raise InputError(
            f"'{name_or_path}' is no table; columns and an image folder are named of {', '.join(SUFFIXES)} only."
        )
    if kind != "folder" and options.folders is not None:
        raise InputError(f"'{name_or_path}' is no folder of images; --folders says what the folders above them mean.")
    if kind != "folder" and options.masks != "auto":
        raise InputError(f"'{name_or_path}' is no folder of images; --masks says which files of one are masks.")
    if kind == "annotations" and options.group_pattern is not None:
        raise InputError(f"'{name_or_path}' says itself what a group is; --group-pattern is for other sets.")
    if kind in ("named", "npz") and options.group_pattern is not None:
        raise InputError(f"'{name_or_path}' has no file names, in which --group-pattern could find the patient.")
    if kind in ("named", "folder") and options.finding is not None:
        raise InputError(f"'{name_or_path}' has one label an image; a finding names one of several.")
    return kind, place


def _kind(path: Path, options: SourceOptions) -> Kind | None:
    if path.is_dir():  # by its table, where a column of it is named
        named = options.table != TableOptions()
        tabular = named or (shards.is_dataset(path) and not stray(path)) or metadata_files(path)
        return "table" if tabular else "folder"
    if path.suffix.lower() == ".npz":
        return "npz"
    return "table" if path.suffix.lower() in SUFFIXES and path.is_file() else None


def _not_read(folder: Path) -> list[str]:
    if not shards.is_dataset(folder):
        return []
    return [
        "A Parquet table beside the folders has no columns that are usually the image and the class, and is not read; "
        "--image-column and --label-column name them."
    ]


def _table(place: Place) -> Table:
    """The table at this place, or in this folder."""
    path = place.path
    if not path.is_dir():
        return read_table(path)
    title = place.title or printable(path.resolve().name)  # also for "."
    if shards.is_dataset(path):
        return Table(shards.read_dataset(path), Path(place.title or path), path, title)
    if metadata := metadata_files(path):
        return Table(read_image_folder(path), metadata[0], path, title)
    tables = tables_of(path)
    return Table(read_all(tables), tables.paths[0], path, title)


def _without_split(cases: Cases) -> Cases:
    if not cases.has_split:
        return cases
    rows = tuple(replace(row, split=None) for row in cases.rows)
    return replace(cases, rows=rows, statements=(*cases.statements, "That split is not used, as asked."))


def _no_set(name_or_path: str, path: Path) -> InputError:
    if path.exists():
        return InputError(
            f"'{path}' is not a labelled image set; allowed are a folder with one subfolder a class or a {ZIP} of it, "
            f"a table ({', '.join(SUFFIXES)}), a MedMNIST .npz, a hub id, {' or '.join(_NAMED)}."
        )
    if len(path.parts) > 1 or path.is_absolute():
        return InputError(f"There is no folder or file '{path}'.")
    return unknown("image set, folder or file", name_or_path, _NAMED)
