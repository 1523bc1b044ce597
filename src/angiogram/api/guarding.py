"""The cases that a repair must not harm, from what a user names."""

from pathlib import Path

from angiogram.cache import Progress
from angiogram.data.annotations.as_cases import is_table_of_ours
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.evaluate.opened import opened
from angiogram.imaging.read import Preparation
from angiogram.mend.guard import Guard
from angiogram.train.draws.of_cases import entries_among
from angiogram.train.draws.table import Entries

PARQUET = ".parquet"


def open_guard(name: str, how: Preparation, cache: Path, progress: Progress) -> Guard:
    """The test part of an annotation table or of a labelled image set; all of it where it has none.

    Args:
        name: what the user named.
        how: pictures are made of what has more than 8 bits or two dimensions.
        cache: of what is unpacked.
        progress: receives plain lines.

    Raises:
        InputError: nothing has this name, or nothing in it can be asked.
    """
    if Path(name).suffix == PARQUET and is_table_of_ours(name):
        table = opened(Path(name))
        if table.set_aside:
            progress(f"guard: {len(table.set_aside)} of {table.given} entries break a rule and are left out")
        if later := sum(bool(entry.turn) for entry in table.entries):
            progress(f"guard: {later} entries are later turns of a conversation; each is read without what came before")
        return Guard(table.name, Entries(table.entries, lambda image: read_picture(table.images, image, how)))
    cases = open_cases(name, cache, progress, SourceOptions(how=how))
    tested = [row for row in cases.rows if row.split == "test"] if cases.has_split else cases.rows
    return Guard(cases.name, entries_among(cases, tested))
