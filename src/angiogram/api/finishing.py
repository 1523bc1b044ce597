"""What a finished training is given: an evaluation on what it did not learn from, a model card, a place on the hub."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from angiogram.api.evaluating import evaluate_together
from angiogram.cache import Progress
from angiogram.data.annotations.as_cases import is_table_of_ours
from angiogram.data.annotations.table import read_annotations
from angiogram.errors import InputError, reason_of
from angiogram.evaluate.opened import Chosen
from angiogram.evaluate.settings import EvaluationSettings
from angiogram.model.origin import TRAINED_FILE, read_origin
from angiogram.model.parts import PARTS_FILE
from angiogram.train.recipe.settings import Recipe

if TYPE_CHECKING:
    from angiogram.evaluate.result import Evaluation

HELD_OUT = ("validation", "test")  # the first that a table has: what is chosen by it was not chosen by the test part
EVALUATION = "evaluation"


def finish(
    recipe: Recipe, folders: Sequence[Path], evaluated: int, *, cache: Path, progress: Progress
) -> "Evaluation | None":
    """Evaluate the last stage on a held-out part of its table, where there is one, and write all stages' cards.

    Args:
        recipe: that was run.
        folders: of its stages.
        evaluated: at most so many entries of each task; 0 for no evaluation.
        cache: folder for converted models.
        progress: receives plain lines.

    Raises:
        InputError: the evaluation's folder holds another, or the disk is full.
    """
    from angiogram.report.model_card import write_card

    found = _evaluated(recipe, folders[-1], evaluated, cache, progress) if evaluated else None
    for number, folder in enumerate(folders, 1):
        file = PARTS_FILE if (folder / PARTS_FILE).is_file() else TRAINED_FILE
        last = number == len(folders)
        write_card(folder, recipe, recipe.stages[:number], read_origin(folder, file), found if last else None)
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


def _evaluated(recipe: Recipe, folder: Path, most: int, cache: Path, progress: Progress) -> "Evaluation | None":
    table = Path(str(recipe.data))
    if table.suffix != ".parquet" or not is_table_of_ours(str(table)):
        return None
    there = read_annotations(table).entries.select("split").unique().collect()["split"].to_list()
    split = next((part for part in HELD_OUT if part in there and part != recipe.split), None)
    if split is None:
        return None
    found = evaluate_together(
        str(folder),
        table,
        folder.with_name(f"{folder.name}.{EVALUATION}"),
        Chosen(split, (), most),
        EvaluationSettings(controls=False),
        cache=cache,
        progress=progress,
    )
    return None if found is None else found.evaluation
