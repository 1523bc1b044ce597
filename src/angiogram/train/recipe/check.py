"""Refuse what cannot be trained, before anything is loaded."""

from pathlib import Path
from typing import Any

from angiogram.data.annotations.tasks import TASKS
from angiogram.errors import InputError, unknown
from angiogram.ranges import number, number_above_0, whole_number
from angiogram.seed import check_seed
from angiogram.train.aggregation import NAMES
from angiogram.train.draws.mixture import check_mixture
from angiogram.train.recipe.parts import check_parts
from angiogram.train.recipe.settings import PHANTOM, START, TEXTS, WAYS, PartTraining, Recipe, Stage
from angiogram.train.schedule import PRECISIONS


def check_recipe(recipe: Recipe) -> None:
    """See that a recipe can be run.

    Raises:
        InputError: names the first value with which it cannot.
    """
    check_seed(recipe.seed)
    for key in ("name", "model", "data", "split"):
        given = getattr(recipe, key)
        optional = key in ("model", "data") and given is None
        if not optional and (not isinstance(given, str) or not given):
            raise InputError(f"The {key} of the recipe is a text, not {given!r}.")
    if not recipe.stages:
        raise InputError("The recipe has no stage.")
    if recipe.model is not None and recipe.parts is not None:
        raise InputError("A recipe starts from a model or from parts; this one names both.")
    if recipe.parts is not None:
        check_parts(recipe.parts)
    if recipe.precision not in PRECISIONS:
        raise unknown("precision", str(recipe.precision), PRECISIONS)
    names = [stage.name for stage in recipe.stages]
    for stage in recipe.stages:
        if str(stage.name) in ("", "..") or Path(str(stage.name)).name != stage.name or names.count(stage.name) > 1:
            raise InputError(f"The stage's name {stage.name!r} must be the name of one folder that no other stage has.")
        if stage.name == START:
            raise InputError(f"No stage is named '{START}', the folder of the parts put together; choose another name.")
        _check_stage(stage)
        _check_text(stage, recipe.data)
    if len({stage.text is None for stage in recipe.stages}) > 1:
        raise InputError("All stages of a recipe have a text, or none has: they learn from the same data.")


def _check_stage(stage: Stage) -> None:
    of_stage = f"of the stage '{stage.name}'"
    for name in ("steps", "batch_size", "accumulate", "keep_every"):
        whole_number(f"{name} {of_stage}", getattr(stage, name), 1)
    number(f"warmup {of_stage}", stage.warmup, 1.0)
    number(f"weight_decay {of_stage}", stage.weight_decay)
    for name in ("augment", "gradient_checkpointing", "closed_form", "words"):
        if not isinstance(getattr(stage, name), bool):
            raise InputError(f"{name} {of_stage} is true or false, not {getattr(stage, name)!r}.")
    if stage.batch_size % stage.accumulate:
        raise InputError(
            f"The batch_size {stage.batch_size} {of_stage} does not divide into {stage.accumulate} equal passes."
        )
    if stage.aggregation is not None:
        _check_aggregation(of_stage, stage)
    for name, part in stage.parts.items():
        _check_part(f"{name} {of_stage}", part)
    if not stage.trained():
        raise InputError(f"The parts {of_stage} are all frozen; train the connector at least.")
    if stage.words and ("llm" in stage.trained() or stage.accumulate > 1 or stage.aggregation is not None):
        raise InputError(
            f"The words {of_stage} are learnt without the LLM, in one pass; leave out llm, accumulate, aggregation."
        )
    check_mixture(stage.mixture.ratios, stage.mixture.temperature, f"the mixture {of_stage}")
    for task in stage.mixture.ratios or {}:
        if task not in TASKS:
            raise unknown("task", str(task), TASKS)


def _check_aggregation(of_stage: str, stage: Stage) -> None:
    settings = stage.aggregation
    if not isinstance(settings, dict) or "name" not in settings:
        raise InputError(f"The aggregation {of_stage} is a table with a name, not {settings!r}.")
    if settings["name"] not in NAMES:
        raise unknown("aggregation", str(settings["name"]), NAMES)
    for key, value in settings.items():
        each: list[Any] = list(value.values()) if isinstance(value, dict) else [value]
        if key != "name" and not all(isinstance(one, int | float | str) for one in each):
            raise InputError(
                f"{key} of the aggregation {of_stage} is a number, a word, or a number for each task, not {value!r}."
            )
    if stage.accumulate > 1:
        raise InputError(f"The aggregation {of_stage} holds all tasks' losses at once; leave out accumulate.")


def _check_part(called: str, part: PartTraining) -> None:
    if part.train not in WAYS:
        raise unknown("way to train a part", str(part.train), WAYS)
    if part.train == "frozen":
        if part.learning_rate is not None:
            raise InputError(f"The {called} is frozen and has a learning_rate; leave out one of them.")
    elif part.learning_rate is None:
        raise InputError(f"The {called} is to be trained and has no learning_rate.")
    else:
        number_above_0(f"learning_rate of the {called}", part.learning_rate)
    if part.train == "lora":
        whole_number(f"rank of the {called}", part.rank, 1)
        whole_number(f"alpha of the {called}", part.alpha, 1)
    elif part.rank is not None or part.alpha is not None:
        raise InputError(f"The {called} has a rank or an alpha, which only lora has.")


def _check_text(stage: Stage, data: str | None) -> None:
    """What is for the phantom's descriptions alone."""
    of_stage = f"of the stage '{stage.name}'"
    if data != PHANTOM or stage.text is None:
        for name in ("text", "prompts", "closed_form"):
            if getattr(stage, name):
                raise InputError(
                    f"{name} {of_stage} is for the texts of the data '{PHANTOM}' alone; tables and cases bring their "
                    "own questions."
                )
        return
    if stage.text not in TEXTS:
        raise unknown("text", str(stage.text), TEXTS)
    if stage.text == "caption" and not stage.prompts:
        raise InputError(f"The prompts {of_stage} are missing; a stage on captions needs at least one.")
    if stage.words or stage.augment or stage.mixture.ratios is not None or stage.mixture.temperature != 1.0:
        raise InputError(f"words, augment and mixture {of_stage} are for other data; these texts are of one kind.")
