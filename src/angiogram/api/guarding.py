"""The cases that a repair must not harm, from what a user names."""

from pathlib import Path

from angiogram.cache import Progress
from angiogram.data.annotations.as_cases import is_table_of_ours
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.sources import open_cases
from angiogram.evaluate.opened import opened
from angiogram.mend.guard import Guard
from angiogram.train.draws.of_cases import entries_among
from angiogram.train.draws.table import Entries

PARQUET = ".parquet"


def open_guard(name: str, cache: Path, progress: Progress) -> Guard:
    """The test part of an annotation table or of a labelled image set; all of it where it has none.

    Raises:
        InputError: nothing has this name, or nothing in it can be asked.
    """
    if Path(name).suffix == PARQUET and is_table_of_ours(name):
        table = opened(Path(name))
        return Guard(table.name, Entries(table.entries, lambda image: read_picture(table.images, image)))
    cases = open_cases(name, cache, progress)
    tested = [row for row in cases.rows if row.split == "test"] if cases.has_split else cases.rows
    return Guard(cases.name, entries_among(cases, tested))
