"""What to train, on which text, how long and how fast: one YAML file."""

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import yaml

from angiogram.errors import InputError, unknown

PartName = Literal["encoder", "connector", "llm"]
PARTS: tuple[PartName, ...] = ("encoder", "connector", "llm")


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


def read_recipe(name_or_path: str) -> Recipe:
    """The recipe of a YAML file, or one that ships with Angiogram ("demo").

    Raises:
        InputError: no such recipe, not YAML, an unknown key or a missing one.
    """
    shipped = files("angiogram.train") / "recipes"
    names = [entry.name.removesuffix(".yaml") for entry in shipped.iterdir() if entry.name.endswith(".yaml")]
    if name_or_path in names:
        text = (shipped / f"{name_or_path}.yaml").read_text()
    elif Path(name_or_path).is_file():
        text = Path(name_or_path).read_text()
    else:
        raise unknown("recipe", name_or_path, names)
    try:
        return _recipe(yaml.safe_load(text))
    except (yaml.YAMLError, TypeError, KeyError, AttributeError, ValueError) as error:
        raise InputError(f"The recipe '{name_or_path}' cannot be read: {error}.") from error


def _recipe(settings: dict[str, Any]) -> Recipe:
    stages = tuple(_stage(stage) for stage in settings.pop("stages"))
    return Recipe(**settings, stages=stages)


def _stage(settings: dict[str, Any]) -> Stage:
    rates = {part: float(rate) for part, rate in settings.pop("learning_rates").items()}
    for part in rates:
        if part not in PARTS:
            raise unknown("part", part, PARTS)
    lora = settings.pop("lora", None)
    prompts = tuple(settings.pop("prompts", ()))
    return Stage(**settings, prompts=prompts, learning_rates=rates, lora=LowRank(**lora) if lora else None)
