"""The `imagefolder` of Hugging Face: images with a `metadata.csv`, `.jsonl` or `.parquet` that says their classes.

A metadata file names images by paths from its own folder, in the column `file_name`. It stands at the top, for all
images, or in the folder of each side of the split.
"""

from pathlib import Path, PurePosixPath

from angiogram.data.sources.sides import sides
from angiogram.data.sources.tabular.columns import TableOptions, found_columns
from angiogram.data.sources.tabular.contents import SPLIT, Contents, joined
from angiogram.data.sources.tabular.read import read_contents
from angiogram.errors import InputError

_FILES = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
_NAME = "file_name"
_BELOW = ("", "*/", "data/*/")


def metadata_files(folder: Path) -> tuple[Path, ...]:
    """The metadata files of the highest level that has any, in order; none where they do not say the classes."""
    for below in _BELOW:
        if found := tuple(sorted(path for name in _FILES for path in folder.glob(f"{below}{name}"))):
            return found if all(map(_says_classes, found)) else ()
    return ()


def read_image_folder(folder: Path) -> Contents:
    """All rows, with paths from `folder`; where the first folder of every path is a side of the split, it is the split.

    Raises:
        InputError: a metadata file cannot be read, or they have other columns.
    """
    files = metadata_files(folder)
    tables = [_from(read_contents(file), file.parent.relative_to(folder)) for file in files]
    contents = joined(tables, files, [""] * len(files))
    words = [_side_folder(path) for path in contents.columns[_NAME]]
    if SPLIT in contents.columns or sides(set(words)) is None:
        return contents
    columns = {**contents.columns, SPLIT: tuple(words)}
    return Contents(columns, contents.pictures, "the first folder of each path")


def _says_classes(file: Path) -> bool:
    try:
        contents = read_contents(file)
        return _NAME in contents.names and bool(found_columns(contents, TableOptions(image=_NAME), file).label)
    except InputError:
        return False


def _from(contents: Contents, folder: Path) -> Contents:
    paths = tuple((folder / name).as_posix() if name else "" for name in contents.columns[_NAME])
    return Contents({**contents.columns, _NAME: paths}, contents.pictures)


def _side_folder(path: str) -> str:
    """The first folder of a path, "data" passed over; "" where there is none."""
    folders = [part for part in PurePosixPath(path).parent.parts if part != "data"]
    return folders[0] if folders else ""
