"""The repairs that are trained by a recipe, on the question that the diagnosis asked."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.diagnose.phrases import listed
from angiogram.files import sha256_of_text
from angiogram.mend.repairs import RECIPES, Repair
from angiogram.model.load import LoadedModel, load_model
from angiogram.model.loading import Loading
from angiogram.train.draws.of_cases import entries_of
from angiogram.train.recipe import Recipe, Stage, read_recipe
from angiogram.train.stages import Beginning, Learnt, run_recipe
from angiogram.train.trained_parts import precision_of


def recipe_of(repair: Repair, given: str | None, name: str) -> Recipe:
    """The recipe of a repair, or the user's own; its last stage writes the folder `name`.

    Raises:
        InputError: there is no such recipe, or it cannot be read.
    """
    recipe = read_recipe(given or RECIPES[repair])
    *before, last = recipe.stages
    return replace(recipe, stages=(*before, replace(last, name=name)))


def mend_by_training(
    recipe: Recipe,
    model: str,
    cases: Cases,
    hashes: Sequence[str],
    identity: str,
    loading: Loading,
    folder: Path,
    cache: Path,
    progress: Progress,
) -> str:
    """Train the recipe's stages, once; the last one writes `folder`.

    Args:
        recipe: see `recipe_of`.
        model: by its name.
        cases: with a split; the training side teaches.
        hashes: of their images.
        identity: of the model's weights.
        loading: code, anatomy and base of the model.
        folder: of the mended model; an interrupted training in its place goes on.
        cache: for converted models.
        progress: receives plain lines.

    Returns:
        What was done, one sentence.

    Raises:
        InputError: the folder holds something else, an entry cannot be learnt from, or the disk is full.
    """

    def load(before: Path | None, stage: Stage) -> LoadedModel:
        own = replace(loading, device="cpu", precision=precision_of(stage.parts), spread=False)
        if before is not None:
            return load_model(str(before), cache, progress, replace(own, base=None))
        return load_model(model, cache, progress, own)

    known = [[row.id, row.label, each] for row, each in zip(cases.rows, hashes, strict=True) if row.split == "train"]
    source = entries_of(cases)  # which are read as the model takes them: it was diagnosed on them
    learnt = Learnt(cases.name, sha256_of_text(json.dumps([cases.ask(), known])), lambda slices: source)
    run_recipe(replace(recipe, model=model), Beginning(model, identity), learnt, load, folder.parent, progress)
    stages = [f"{_parts(stage)} for {stage.steps} steps of {stage.batch_size}" for stage in recipe.stages]
    return f"Trained by the recipe '{recipe.name}' on {len(known)} training cases: {', then '.join(stages)}."


def _parts(stage: Stage) -> str:
    ways = {"full": "all weights", "lora": "low-rank factors"}
    return listed([f"{ways[part.train]} of the {name}" for name, part in stage.trained().items()])
