"""From what the user types to a labelled image set."""

from pathlib import Path

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.data.progress import silent
from angiogram.data.sources.columns import TableOptions
from angiogram.data.sources.delimited import SUFFIXES
from angiogram.data.sources.folder import folder_cases
from angiogram.data.sources.npz import npz_cases
from angiogram.data.sources.table import table_cases
from angiogram.errors import InputError, unknown
from angiogram.registry import registered

# What the user types -> "module:attribute", imported when it is asked for
_NAMED = {
    "phantom": "angiogram.data.phantom:phantom_cases",
    "phantom-shifted": "angiogram.data.phantom:phantom_shifted_cases",
}


def open_cases(name_or_path: str, cache: Path, progress: Progress = silent, table: TableOptions | None = None) -> Cases:
    """Open a named set ("phantom", "phantom-shifted"), a folder with one subfolder a class, a table or a MedMNIST file.

    A name wins over a folder of the same name; write `./phantom` for the folder. `table` is for a `.csv` or `.tsv`.

    Raises:
        InputError: nothing has this name, what has it cannot be read as a labelled image set, or columns are named of
            what is no table.
    """
    if Path(name_or_path).suffix.lower() in SUFFIXES and Path(name_or_path).expanduser().is_file():
        return table_cases(Path(name_or_path).expanduser(), table)
    if table is not None and table != TableOptions():
        raise InputError(f"'{name_or_path}' is no table; columns and an image folder are named of a .csv or .tsv only.")
    if name_or_path in _NAMED:
        return registered("image set", name_or_path, _NAMED)(cache, progress)
    path = Path(name_or_path).expanduser()
    if path.is_dir():
        return folder_cases(path)
    if path.suffix.lower() == ".npz":
        return npz_cases(path)
    if path.exists():
        raise InputError(
            f"'{path}' is not a labelled image set; allowed are a folder with one subfolder a class, "
            f"a table (.csv, .tsv), a MedMNIST .npz, {' or '.join(_NAMED)}."
        )
    if len(path.parts) > 1 or path.is_absolute():
        raise InputError(f"There is no folder or file '{path}'.")
    raise unknown("image set, folder or file", name_or_path, _NAMED)
