"""What to train, on which text, how long and how fast: one YAML file."""

import json
import math
from dataclasses import asdict, dataclass, field, fields
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml

from angiogram.errors import InputError, unknown
from angiogram.files import sha256_of_text

PartName = Literal["encoder", "connector", "llm"]
PARTS: tuple[PartName, ...] = ("encoder", "connector", "llm")
TEXTS = ("caption", "label")
DATA = ("phantom",)


@dataclass(frozen=True)
class LowRank:
    """LoRA on the LLM's linear layers.

    Attributes:
        rank: r of the two factors.
        alpha: the update is scaled by alpha / rank.
    """

    rank: int
    alpha: int


@dataclass(frozen=True)
class Stage:
    """One stage of training.

    Attributes:
        name: also the folder that the stage writes.
        text: "caption" (what the image shows) or "label" (the classification question).
        prompts: what is asked; one is drawn for each example. For "label" the set's own question is asked.
        steps, batch_size, warmup: optimiser steps, examples a step, share of the steps for warm-up; cosine after it.
        learning_rates: one a part; a part without one is frozen.
        closed_form: start the connector's last layer by ridge regression on the words of what each token shows.
        lora: train low-rank factors of the LLM in place of its weights.
    """

    name: str
    text: Literal["caption", "label"]
    steps: int
    batch_size: int
    learning_rates: dict[PartName, float]
    prompts: tuple[str, ...] = ()
    warmup: float = 0.03
    closed_form: bool = False
    lora: LowRank | None = None


@dataclass(frozen=True)
class Recipe:
    """Stages in order on one image set; each goes on from what the one before it wrote."""

    name: str
    data: str
    seed: int
    stages: tuple[Stage, ...] = field(default_factory=tuple)


def stage_digests(recipe: Recipe, base: str) -> list[str]:
    """One digest a stage over all that its result depends on: base, stages so far, seed, images."""
    digests: list[str] = []
    for stage in recipe.stages:
        before = digests[-1] if digests else base
        known = {"before": before, "stage": asdict(stage), "seed": recipe.seed, "data": recipe.data}
        digests.append(sha256_of_text(json.dumps(known, sort_keys=True)))
    return digests


def read_recipe(name_or_path: str) -> Recipe:
    """The recipe of a YAML file, or one that ships with Angiogram ("demo").

    Raises:
        InputError: no such recipe, not YAML, an unknown key, a missing one or a value that cannot be trained with.
    """
    shipped = files("angiogram.train") / "recipes"
    names = [entry.name.removesuffix(".yaml") for entry in shipped.iterdir() if entry.name.endswith(".yaml")]
    if name_or_path not in names and not Path(name_or_path).is_file():
        raise unknown("recipe", name_or_path, names)
    try:
        source = shipped / f"{name_or_path}.yaml" if name_or_path in names else Path(name_or_path)
        recipe = _recipe(yaml.safe_load(source.read_text()))
    except (yaml.YAMLError, OSError, TypeError, KeyError, AttributeError, ValueError) as error:
        raise InputError(f"The recipe '{name_or_path}' cannot be read: {' '.join(str(error).split())}.") from error
    _check(recipe)
    return recipe


def _recipe(settings: dict[str, Any]) -> Recipe:
    _known_keys("a recipe", settings, Recipe)
    stages = tuple(_stage(stage) for stage in settings.pop("stages"))
    return Recipe(**settings, stages=stages)


def _stage(settings: dict[str, Any]) -> Stage:
    _known_keys("a stage", settings, Stage)
    rates = {part: float(rate) for part, rate in settings.pop("learning_rates").items()}
    for part in rates:
        if part not in PARTS:
            raise unknown("part", part, PARTS)
    lora = settings.pop("lora", None)
    prompts = tuple(settings.pop("prompts", ()))
    return Stage(**settings, prompts=prompts, learning_rates=rates, lora=LowRank(**lora) if lora else None)


def _known_keys(kind: str, settings: dict[str, Any], made: type[Recipe] | type[Stage]) -> None:
    names = [entry.name for entry in fields(made)]
    for key in settings:
        if key not in names:
            raise unknown(f"key of {kind}", str(key), names)


def _check(recipe: Recipe) -> None:
    """Refuse what cannot be trained, or trained and kept.

    Raises:
        InputError: the first such value.
    """
    if recipe.data not in DATA:
        raise unknown("image set with descriptions", str(recipe.data), DATA)
    _whole_number("seed of the recipe", recipe.seed, 0)
    names = [stage.name for stage in recipe.stages]
    for stage in recipe.stages:
        if str(stage.name) in ("", "..") or Path(str(stage.name)).name != stage.name or names.count(stage.name) > 1:
            raise InputError(f"The stage's name {stage.name!r} must be the name of one folder that no other stage has.")
        _check_stage(stage)
        if stage.lora and stage is not recipe.stages[-1]:
            raise InputError(
                f"The stage '{stage.name}' has lora, which only the last stage can have: a later one loses it."
            )


def _check_stage(stage: Stage) -> None:
    of_stage = f"of the stage '{stage.name}'"
    if stage.text not in TEXTS:
        raise unknown("text", str(stage.text), TEXTS)
    if stage.text == "caption" and not stage.prompts:
        raise InputError(f"The prompts {of_stage} are missing; a stage on captions needs at least one.")
    _whole_number(f"steps {of_stage}", stage.steps, 1)
    _whole_number(f"batch_size {of_stage}", stage.batch_size, 1)
    if not stage.learning_rates:
        raise InputError(f"The learning_rates {of_stage} name no part; give one for the connector at least.")
    for part, rate in stage.learning_rates.items():
        if not 0 < rate < math.inf:
            raise InputError(f"The learning rate {rate} of {part} {of_stage} must be above 0.")
    if "encoder" in stage.learning_rates:
        raise InputError(f"The learning_rates {of_stage} name the encoder, which cannot be kept as a trained part yet.")
    if ("llm" in stage.learning_rates) != (stage.lora is not None):
        raise InputError(
            f"The learning rate of llm and lora {of_stage} need each other: a whole LLM cannot be kept yet."
        )


def _whole_number(name: str, value: Any, least: int) -> None:
    if not isinstance(value, int) or value < least:
        raise InputError(f"The {name} is {value!r}; it must be a whole number of at least {least}.")
