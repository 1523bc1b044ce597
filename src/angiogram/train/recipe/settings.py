"""What a recipe says, as one YAML file holds it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from angiogram.files import sha256_of_text
from angiogram.model.build.assembly import Assembly
from angiogram.train.schedule import Precision

PartName = Literal["encoder", "connector", "llm"]
PARTS: tuple[PartName, ...] = ("encoder", "connector", "llm")
Way = Literal["frozen", "full", "lora"]
WAYS: tuple[Way, ...] = ("frozen", "full", "lora")
Text = Literal["caption", "label"]
TEXTS: tuple[Text, ...] = ("caption", "label")
PHANTOM = "phantom"
START = "start"  # beside the stages' folders, that of the parts put together
NEEDED = ("name", "steps", "batch_size", "parts")  # of a stage


@dataclass(frozen=True)
class PartTraining:
    """How one part of the model is trained.

    Attributes:
        train: "frozen", "full" (every weight) or "lora" (low-rank factors of its linear layers).
        learning_rate: highest one of the schedule; a frozen part has none.
        rank: r of the factors.
        alpha: the update is scaled by alpha / rank.
    """

    train: Way = "frozen"
    learning_rate: float | None = None
    rank: int | None = None
    alpha: int | None = None


@dataclass(frozen=True)
class Blend:
    """How often each task is drawn; see `draws.mixture.shares`.

    Attributes:
        ratios: of the tasks that are drawn; None for all by their sizes.
        temperature: of the sizes.
    """

    ratios: dict[str, float] | None = None
    temperature: float = 1.0


@dataclass(frozen=True)
class Stage:
    """One stage of training.

    Attributes:
        name: also the folder that the stage writes.
        steps, batch_size: optimiser steps, and entries a step over all processes.
        parts: how each part is trained; one that is not named is frozen.
        accumulate: so many forward and backward passes share the entries of a step; the step is the same.
        warmup: share of the steps over which the rates rise; they fall along a cosine behind it.
        weight_decay: of AdamW.
        mixture: of the tasks.
        aggregation: how the tasks' gradients make a step, `name` and settings; see `aggregation`. None to follow the
            mean over all answer tokens.
        augment: whether images are changed at random as their text allows; see `draws.augment`.
        gradient_checkpointing: compute activations twice in place of keeping them.
        keep_every: steps between checkpoints.
        text: of the phantom: "caption" (what the image shows) or "label" (the classification question).
        prompts: of the phantom's captions: what is asked; one is drawn for each example.
        words: of labelled images: bring each image's tokens near the LLM's words for its label, without a pass through
            the LLM; see `word_steps`.
        closed_form: of the phantom: start the connector's last layer by ridge regression on the words of what each
            token shows.
    """

    name: str
    steps: int
    batch_size: int
    parts: Mapping[PartName, PartTraining]
    accumulate: int = 1
    warmup: float = 0.03
    weight_decay: float = 0.0
    mixture: Blend = field(default_factory=Blend)
    aggregation: dict[str, Any] | None = None
    augment: bool = False
    gradient_checkpointing: bool = False
    keep_every: int = 50
    text: Text | None = None
    prompts: tuple[str, ...] = ()
    closed_form: bool = False
    words: bool = False

    def trained(self) -> dict[PartName, PartTraining]:
        """The parts that are not frozen."""
        return {name: part for name, part in self.parts.items() if part.train != "frozen"}


@dataclass(frozen=True)
class Recipe:
    """A start, what is learnt from, and stages in order, each of which goes on from what the one before it wrote.

    Attributes:
        name: of the recipe.
        seed: of every draw and every fresh weight.
        stages: in order.
        model: what is trained: a name as `load_model` takes it.
        parts: what is put together and trained, in place of `model`.
        data: "phantom", an annotation table, or a set of labelled images; None where the command names it.
        split: the entries of a table that are learnt from.
        precision: of the passes; see `Schedule`.
    """

    name: str
    seed: int
    stages: tuple[Stage, ...]
    model: str | None = None
    parts: Assembly | None = None
    data: str | None = None
    split: str = "train"
    precision: Precision = "auto"


def stage_digests(recipe: Recipe, start: str, data: str) -> list[str]:
    """One digest a stage over all that its result depends on.

    Args:
        recipe: with its stages.
        start: identifies the weights that the first stage begins with.
        data: identifies what is learnt from.
    """
    digests: list[str] = []
    for stage in recipe.stages:
        before = digests[-1] if digests else start
        known = {"before": before, "stage": _told(stage), "seed": recipe.seed, "data": data}
        if recipe.precision != "auto":  # which is what the machine computes in: the checkpoint alone holds that
            known["precision"] = recipe.precision
        digests.append(sha256_of_text(json.dumps(known, sort_keys=True)))
    return digests


def _told(stage: Stage) -> dict[str, Any]:
    """What a stage says beyond the defaults: a setting that is added later leaves older digests as they are."""
    plain = asdict(Stage(stage.name, stage.steps, stage.batch_size, {}))
    return {name: value for name, value in asdict(stage).items() if name in NEEDED or value != plain[name]}
