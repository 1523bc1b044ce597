"""A folder with one subfolder a class, or with `train/` and `test/` that each hold one subfolder a class."""

from pathlib import Path

from angiogram.data.cases import Case, Cases, Split
from angiogram.data.sources.question import DEFAULT_QUESTION
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable
from angiogram.imaging.raster import SUFFIXES, read_raster

# A validation part is training data for us: what is tuned is tuned inside the training folds.
_SPLITS: dict[str, Split] = {"train": "train", "val": "train", "test": "test"}


def folder_cases(root: Path) -> Cases:
    r"""The images under `root`; the class is the subfolder's name, the group is the image itself.

    Hidden files and folders and files that are not PNG, JPEG, TIFF or BMP by their suffix are passed over. When the
    top holds `train` and `test` (and perhaps `val`, taken as training) and nothing else, that is the set's own split.
    Bytes of a name that are not UTF-8 stand in the rows as `\xNN`.

    Raises:
        InputError: there is no such folder, or it holds no images, no subfolders, an empty class or only one class.
    """
    if not root.is_dir():
        raise InputError(f"There is no folder '{root}'.")
    top = _subfolders(root)
    if not top:
        holds = f"holds {_count(root)} images but no subfolders" if _count(root) else "is empty"
        raise InputError(f"The folder '{root}' {holds}; it needs one subfolder a class, each with images.")
    names = {folder.name for folder in top}
    official = {"train", "test"} <= names <= set(_SPLITS)
    parts: list[tuple[Path, Split | None]] = [(root, None)]
    if official:
        parts = [(part, _SPLITS[part.name]) for part in top]

    found: list[tuple[Path, Path, Split | None]] = [
        (part, path, split) for part, split in parts for path in _images_of_classes(part)
    ]
    rows = tuple(_case(root, part, path, split) for part, path, split in found)
    files = {row.id: path for row, (_, path, _) in zip(rows, found, strict=True)}
    classes = tuple(sorted({printable(folder.name) for part, _ in parts for folder in _subfolders(part)}))
    for label in classes:
        if not any(row.label == label for row in rows):
            raise InputError(f"The class '{label}' in '{root}' has no images; known are {', '.join(sorted(SUFFIXES))}.")
    if len(classes) < 2:
        few = f"only the class '{classes[0]}'" if classes else "no class"
        raise InputError(f"The folder '{root}' has {few}; a classification needs at least two, one subfolder each.")

    name = printable(root.resolve().name)  # also for "."

    def read(case: Case) -> Image:
        return read_raster(files[case.id])

    statements = (
        f"Images from the folder '{name}'; labels are the names of its subfolders.",
        "The split is the folder's own." if official else "The folder brings no split of its own.",
        "Patients are unknown: each image is its own group, so one patient's images may be on both sides.",
    )
    return Cases(name, rows, classes, read, DEFAULT_QUESTION, statements)


def _case(root: Path, part: Path, path: Path, split: Split | None) -> Case:
    name = printable(path.relative_to(root))
    return Case(name, printable(path), printable(path.relative_to(part).parts[0]), group=name, split=split)


def _subfolders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def _images_of_classes(part: Path) -> list[Path]:
    return [path for folder in _subfolders(part) for path in sorted(folder.rglob("*")) if _is_image(path, folder)]


def _is_image(path: Path, folder: Path) -> bool:
    hidden = any(name.startswith(".") for name in path.relative_to(folder).parts)
    return path.suffix.lower() in SUFFIXES and not hidden and path.is_file()


def _count(folder: Path) -> int:
    return sum(_is_image(path, folder) for path in folder.iterdir())
