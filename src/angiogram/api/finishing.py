"""What a finished training is given: an evaluation on what it did not learn from, a model card, a place on the hub."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from angiogram.api.beginning import Trust
from angiogram.api.evaluating import evaluate_together
from angiogram.cache import Progress
from angiogram.data.annotations.as_cases import is_table_of_ours
from angiogram.data.annotations.given import judged
from angiogram.data.annotations.of_cases import entries_of_cases
from angiogram.data.annotations.table import Annotations, read_annotations, write_annotations
from angiogram.data.sources.options import SourceOptions
from angiogram.errors import InputError, reason_of
from angiogram.evaluate.opened import Chosen
from angiogram.evaluate.settings import EvaluationSettings
from angiogram.model.loading import Loading
from angiogram.model.origin import TRAINED_FILE, read_origin
from angiogram.model.parts import PARTS_FILE
from angiogram.train.recipe.settings import Recipe

if TYPE_CHECKING:
    from angiogram.evaluate.result import Evaluation

HELD_OUT = ("validation", "test")  # the first that a table has: what is chosen by it was not chosen by the test part
EVALUATION, HELD_OUT_TABLE = "evaluation", "held-out.parquet"
NOT_ASKED, NOTHING_LEFT = "it was not asked for", "no entries were left that it did not learn from"


def finish(
    recipe: Recipe,
    folders: Sequence[Path],
    evaluated: int,
    *,
    source: SourceOptions | None = None,
    trust: Trust | None = None,
    cache: Path,
    progress: Progress,
) -> "Evaluation | None":
    """Evaluate the last stage on the held-out part of its data, where there is one, and write all stages' cards.

    Args:
        recipe: that was run.
        folders: of its stages.
        evaluated: at most so many entries of each task; 0 for no evaluation.
        source: how images are opened, as in the training.
        trust: of the model that the recipe began with.
        cache: folder for converted models and images.
        progress: receives plain lines.

    Raises:
        InputError: the evaluation's folder holds another, or the disk is full.
    """
    from angiogram.report.model_card import CARD, write_card

    *before, last = folders
    if not evaluated and (last / CARD).is_file():
        return None  # what an evaluation found before stays in it
    source, trust = source or SourceOptions(), trust or Trust()
    table = _held_out(recipe, last, source, cache, progress) if evaluated else None
    found = None if table is None else _evaluated(last, table, evaluated, source, trust, cache, progress)
    why = NOTHING_LEFT if evaluated else NOT_ASKED
    for number, folder in enumerate(folders, 1):
        file = PARTS_FILE if (folder / PARTS_FILE).is_file() else TRAINED_FILE
        known = found or why
        if folder in before:
            known = f"the last stage, `{last.name}`, tells"
        write_card(folder, recipe, recipe.stages[:number], read_origin(folder, file), known)
    return found


def push(folder: Path, name: str, progress: Progress) -> str:
    """Put a folder on the hub, as a private repository where there is none of this name; the commit's address.

    Raises:
        InputError: the hub refuses it or cannot be reached.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalTokenNotFoundError

    from angiogram.hub import UNREACHED

    progress(f"pushing {folder} to {name}")
    try:
        api = HfApi()
        api.create_repo(name, private=True, exist_ok=True)
        return api.upload_folder(folder_path=folder, repo_id=name).commit_url
    except (HfHubHTTPError, HFValidationError, LocalTokenNotFoundError, *UNREACHED) as error:
        raise InputError(
            f"'{folder}' could not be pushed to '{name}': {reason_of(error)}; the folder is whole, push it later."
        ) from error


def _held_out(
    recipe: Recipe, folder: Path, source: SourceOptions, cache: Path, progress: Progress
) -> tuple[Path, str] | None:
    """A table and the split of it that was not learnt from; of labelled images one that is written beside the stage."""
    data = str(recipe.data)
    if Path(data).suffix == ".parquet" and is_table_of_ours(data):
        there = read_annotations(Path(data)).entries.select("split").unique().collect()["split"].to_list()
        split = next((part for part in HELD_OUT if part in there and part != recipe.split), None)
        return None if split is None else (Path(data), split)
    given = judged(entries_of_cases(data, cache, progress, source)).accepted
    tested = given.entries.filter(pl.col("split") == "test")
    if tested.limit(1).collect().is_empty():
        return None
    table = folder.with_name(f"{folder.name}.{HELD_OUT_TABLE}")
    write_annotations(Annotations(tested, given.images, given.statements), table)
    return table, "test"


def _evaluated(
    folder: Path,
    table: tuple[Path, str],
    most: int,
    source: SourceOptions,
    trust: Trust,
    cache: Path,
    progress: Progress,
) -> "Evaluation | None":
    path, split = table
    found = evaluate_together(
        str(folder),
        path,
        folder.with_name(f"{folder.name}.{EVALUATION}"),
        Chosen(split, (), most),
        EvaluationSettings(controls=False),
        how=source.how,
        loading=Loading(trust_remote_code=trust.remote_code, anatomy=trust.anatomy),
        cache=cache,
        progress=progress,
    )
    return None if found is None else found.evaluation
