"""Folders among the classes that hold no image."""

from collections.abc import Sequence
from pathlib import Path

from angiogram.data.sources.levels import Levels
from angiogram.data.sources.scan import passed_over, subfolders
from angiogram.errors import InputError
from angiogram.imaging.printable import printable
from angiogram.imaging.read import SUFFIXES

_PAPERS = (
    ".txt", ".md", ".rst", ".pdf", ".doc", ".docx", ".html", ".csv", ".tsv", ".xls", ".xlsx", ".json", ".jsonl",
    ".parquet", ".xml", ".yaml", ".yml", ".py", ".ipynb",
)  # fmt: skip


def imageless(root: Path, files: Sequence[Path], levels: Levels, classes: Sequence[str], given: bool) -> list[str]:
    """One sentence that names those that are left out: of tables and texts, or any where the user says the levels.

    Args:
        root: the folder of the set.
        files: the images and masks below it.
        levels: what its levels mean, one of them the class.
        classes: the names of the class folders that hold images.
        given: whether the user says what the levels mean.

    Raises:
        InputError: such a folder is empty or holds something else, which is more likely a fault than nothing.
    """
    before = levels.roles.index("class")
    if any(role == "group" for role in levels.roles[:before]):
        return []
    parents = {root.joinpath(*file.relative_to(root).parts[:before]) for file in files}
    without = [
        folder
        for parent in sorted(parents)
        for folder in subfolders(parent)
        if printable(folder.name) not in classes and not any(file.is_relative_to(folder) for file in files)
    ]  # fmt: skip
    for folder in without:
        if not given and not _papers_only(folder):
            raise InputError(
                f"The class '{printable(folder.name)}' in '{root}' has no images; known are "
                f"{', '.join(sorted(SUFFIXES))}. If it is no class, say --folders {'/'.join(levels.roles)}."
            )
    names = dict.fromkeys(f"'{printable(folder.name)}'" for folder in without)
    return [f"Folders without images are left out: {', '.join(names)}."] if names else []


def _papers_only(folder: Path) -> bool:
    found = [path for path in folder.rglob("*") if path.is_file() and not passed_over(path.name)]
    return bool(found) and all(path.suffix.lower() in _PAPERS for path in found)
