"""From what the user types to a labelled image set."""

from dataclasses import replace
from pathlib import Path

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.data.progress import silent
from angiogram.data.sources.archive import SUFFIX as ZIP
from angiogram.data.sources.archive import unpacked
from angiogram.data.sources.class_names import with_names
from angiogram.data.sources.folder import folder_cases
from angiogram.data.sources.npz import npz_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular import shards
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.data.sources.tabular.in_folder import read_all, tables_of
from angiogram.data.sources.tabular.read import SUFFIXES
from angiogram.data.sources.tabular.table import cases_of, table_cases
from angiogram.errors import InputError, unknown
from angiogram.imaging.printable import printable
from angiogram.registry import registered

# What the user types -> "module:attribute", imported when it is asked for
_NAMED = {
    "phantom": "angiogram.data.phantom:phantom_cases",
    "phantom-shifted": "angiogram.data.phantom:phantom_shifted_cases",
}


def open_cases(
    name_or_path: str, cache: Path, progress: Progress = silent, options: SourceOptions | None = None
) -> Cases:
    """Open a named set ("phantom", "phantom-shifted"), a folder of folders of images or its zip, a table or an `.npz`.

    A name wins over a folder of the same name; write `./phantom` for the folder. Classes are named as a person would
    say them.

    Raises:
        InputError: nothing has this name, what has it cannot be read as a labelled image set, or an option is given
            that says nothing of such a set.
    """
    options = options or SourceOptions()
    path = Path(name_or_path).expanduser()
    if path.suffix.lower() == ZIP and path.is_file():
        path = unpacked(path, cache, progress)
    is_dataset = name_or_path not in _NAMED and path.is_dir() and shards.is_dataset(path)
    is_table = is_dataset or (path.suffix.lower() in SUFFIXES and path.is_file())
    is_folder = not is_table and name_or_path not in _NAMED and path.is_dir()
    has_columns = options.table != TableOptions()
    if not (is_table or is_folder) and has_columns:
        raise InputError(
            f"'{name_or_path}' is no table; columns and an image folder are named of {', '.join(SUFFIXES)} only."
        )
    if not is_folder and options.folders is not None:
        raise InputError(f"'{name_or_path}' is no folder of images; --folders says what the folders above them mean.")
    if not (is_folder or is_table) and options.group_pattern is not None:
        raise InputError(f"'{name_or_path}' has no file names, in which --group-pattern could find the patient.")
    title = printable(path.resolve().name)  # also for "."
    if is_dataset:
        cases = cases_of(shards.read_dataset(path), path, path, title, options.table, options.group_pattern)
    elif is_table:
        cases = table_cases(path, options.table, options.group_pattern)
    elif is_folder and has_columns:
        tables = tables_of(path)
        cases = cases_of(read_all(tables), tables.paths[0], path, title, options.table, options.group_pattern)
    elif name_or_path in _NAMED:
        cases = registered("image set", name_or_path, _NAMED)(cache, progress)
    elif is_folder:
        cases = folder_cases(path, options.folders, options.group_pattern)
    elif path.suffix.lower() == ".npz":
        cases = npz_cases(path)
    else:
        raise _no_set(name_or_path, path)
    if options.ignore_split:
        cases = _without_split(cases)
    return with_names(cases, options.class_names)


def _without_split(cases: Cases) -> Cases:
    if not cases.has_split:
        return cases
    rows = tuple(replace(row, split=None) for row in cases.rows)
    return replace(cases, rows=rows, statements=(*cases.statements, "That split is not used, as asked."))


def _no_set(name_or_path: str, path: Path) -> InputError:
    if path.exists():
        return InputError(
            f"'{path}' is not a labelled image set; allowed are a folder with one subfolder a class or a {ZIP} of it, "
            f"a table ({', '.join(SUFFIXES)}), a MedMNIST .npz, {' or '.join(_NAMED)}."
        )
    if len(path.parts) > 1 or path.is_absolute():
        return InputError(f"There is no folder or file '{path}'.")
    return unknown("image set, folder or file", name_or_path, _NAMED)
