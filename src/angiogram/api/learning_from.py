"""What a recipe learns from, from what a user names."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.cache import Progress
from angiogram.data.annotations.as_cases import is_table_of_ours
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.sources import open_cases
from angiogram.data.sources.options import SourceOptions
from angiogram.evaluate.opened import Chosen, opened
from angiogram.files import sha256, sha256_of_text
from angiogram.imaging.read import Preparation
from angiogram.train.recipe.settings import PHANTOM, Recipe

if TYPE_CHECKING:
    from angiogram.train.draws.phantom import PhantomTexts
    from angiogram.train.stages import Learnt

PREPARATION = "preparation of images"


def learnt_from(recipe: Recipe, source: SourceOptions, cache: Path, progress: Progress) -> "Learnt":
    """The texts of the phantom, the sound entries of a table, or the training part of labelled images.

    Raises:
        InputError: they cannot be opened, or there is nothing to learn from.
    """
    from angiogram.train.draws.of_cases import entries_of
    from angiogram.train.draws.table import Entries
    from angiogram.train.stages import Learnt

    data = str(recipe.data)
    if data == PHANTOM and recipe.stages[0].text is not None:
        texts = _phantom(cache, progress)
        return Learnt(PHANTOM, PHANTOM, lambda slices: texts)
    if Path(data).suffix == ".parquet" and is_table_of_ours(data):
        table = opened(Path(data), Chosen(recipe.split))
        if table.set_aside:
            progress(f"{len(table.set_aside)} of {table.given} entries break a rule and are left out")
        if later := sum(bool(entry.turn) for entry in table.entries):
            progress(f"{later} entries are later turns of a conversation; each is learnt without what came before")

        def of_table(slices: int | None) -> Entries:
            how = source.how.taken_by(slices)
            return Entries(table.entries, lambda name: read_picture(table.images, name, how))

        identity = f"{sha256(Path(data))}:{recipe.split}{_told(source.how)}"
        return Learnt(table.name, identity, of_table, {PREPARATION: str(source.how)})
    cases = open_cases(data, cache, progress, source)
    entries = entries_of(cases)
    known = [[entry.id, entry.image, entry.target] for entry in entries.entries]

    def of_cases(slices: int | None) -> Entries:
        if slices is None:
            return entries
        return entries_of(open_cases(data, cache, progress, replace(source, how=source.how.taken_by(slices))))

    identity = sha256_of_text(json.dumps([cases.revision, cases.ask(), known])) + _told(source.how)
    return Learnt(cases.name, identity, of_cases, {PREPARATION: str(source.how)})


def _told(how: Preparation) -> str:
    """Behind an identity; nothing where the files say it, so that the digests of such trainings stay what they are."""
    return "" if how == Preparation() else f":{how}"


def _phantom(cache: Path, progress: Progress) -> "PhantomTexts":
    from angiogram.data.phantom import phantom_annotation, phantom_cases
    from angiogram.train.draws.phantom import PhantomTexts

    cases = phantom_cases(cache, progress)
    cases = cases.select([i for i, case in enumerate(cases.rows) if case.split == "train"])
    annotation = phantom_annotation(cache, progress)
    return PhantomTexts(cases, annotation.of(cases), annotation.names)
