"""Annotation tables and named sources as labelled image sets; what reads them is imported when one is opened.

The rooms know each other: a table takes images from here, and here tables are opened.
"""

from dataclasses import replace
from pathlib import Path

from angiogram.data.cases import Cases
from angiogram.data.sources.options import SourceOptions
from angiogram.data.sources.tabular import shards
from angiogram.data.sources.tabular.columns import TableOptions
from angiogram.data.sources.tabular.read import SUFFIXES

_JSON = ".json"


def is_annotated(name_or_path: str, options: SourceOptions) -> bool:
    """Whether this is an annotation table or `NAME:FOLDER`; a table whose columns the user names is taken as any."""
    if replace(options.table, folder=None) != TableOptions():
        return False
    path = Path(name_or_path).expanduser()
    if path.is_dir() and not shards.is_dataset(path):
        return False
    if path.is_file() and path.suffix.lower() not in (*SUFFIXES, _JSON):
        return False
    if not path.exists() and ":" not in name_or_path:
        return False
    from angiogram.data.annotations.as_cases import is_table_of_ours

    return is_table_of_ours(name_or_path)


def annotated_cases(name_or_path: str, cache: Path, options: SourceOptions) -> Cases:
    """The images that the table's question with classes, or one of its findings, is asked about.

    Raises:
        InputError: it cannot be read, asks no such question, or the question must be named.
    """
    from angiogram.data.annotations.as_cases import cases_of, opened

    return cases_of(opened(name_or_path, options.table.folder), cache, options)


def annotated_findings(name_or_path: str, options: SourceOptions) -> tuple[str, ...]:
    """What the table may be asked for by name; nothing where it asks one question with classes.

    Raises:
        InputError: it cannot be read.
    """
    from angiogram.data.annotations.as_cases import opened

    return opened(name_or_path, options.table.folder).names
