"""The repairs that are trained by a recipe, on the question that the diagnosis asked."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.diagnose.phrases import listed
from angiogram.errors import InputError
from angiogram.files import sha256_of_text
from angiogram.mend.repairs import FOLDERS, RECIPES, Repair
from angiogram.model.load import LoadedModel, load_model
from angiogram.model.loading import Loading
from angiogram.train.draws.of_cases import entries_of
from angiogram.train.recipe import Recipe, Stage, read_recipe
from angiogram.train.stages import Beginning, Learnt, run_recipe
from angiogram.train.trained_parts import precision_of


def own_recipe(given: str) -> Recipe:
    """A user's recipe for a repair: model, images and question are those of the diagnosis.

    Raises:
        InputError: there is no such recipe, it cannot be read, or it says what is no matter of a repair.
    """
    recipe = read_recipe(given)
    plain = Recipe(recipe.name, recipe.seed, recipe.stages)
    said = [key for key in ("model", "parts", "data", "split") if getattr(recipe, key) != getattr(plain, key)]
    said += [key for key in ("text", "prompts", "closed_form") if any(getattr(each, key) for each in recipe.stages)]
    if said:
        raise InputError(
            "A repair trains the model that was diagnosed, on its training cases and their question; leave "
            f"{listed(said)} out of the recipe '{recipe.name}'."
        )
    for stage in recipe.stages[:-1]:
        if stage.name in FOLDERS:
            raise InputError(
                f"A stage of the recipe '{recipe.name}' is named '{stage.name}', as a folder of the mend is; choose "
                "another name."
            )
    return recipe


def recipe_of(repair: Repair, given: str | None, name: str) -> Recipe:
    """The recipe of a repair, or the user's own; its last stage writes the folder `name`.

    Raises:
        InputError: there is no such recipe, it cannot be read, or it trains something else than the repair does.
    """
    ours = read_recipe(RECIPES[repair])
    recipe = ours if given is None else own_recipe(given)
    wanted, trained = (sorted({part for stage in each.stages for part in stage.trained()}) for each in (ours, recipe))
    if trained != wanted:
        raise InputError(
            f"The repair {repair} trains the {listed(wanted)}, and the recipe '{recipe.name}' the {listed(trained)}; "
            "give one that trains it alone, or choose another --repair."
        )
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
