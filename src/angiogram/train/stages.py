"""Running a recipe: each stage goes on from what the one before it wrote."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from peft import LoraConfig, get_peft_model
from torch import Tensor, nn

from angiogram.cache import Progress
from angiogram.errors import InputError
from angiogram.model.load import LoadedModel, load_model
from angiogram.model.loading import Loading
from angiogram.model.parts import Origin, read_origin, save_parts
from angiogram.train.closed_form import start_connector
from angiogram.train.examples import Example, supervised_batch
from angiogram.train.loop import Schedule, fit
from angiogram.train.recipe import Recipe, Stage, stage_digests
from angiogram.train.texts import Texts

BASE = "embedded"
LINEAR_LAYERS = "q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj"


def run_recipe(recipe: Recipe, texts: Texts, out: Path, cache: Path, progress: Progress) -> list[Path]:
    """Train every stage that has not been written yet; the stages' folders in order.

    Args:
        recipe: what to train.
        texts: the images with what can be said of them.
        out: each stage becomes a folder of trained parts in it; a checkpoint lies beside it while it trains.
        cache: where the base model is.
        progress: receives plain lines.

    Raises:
        InputError: a folder or checkpoint in `out` is of another recipe or damaged, or the disk is full.
    """
    folders, digests = [out / stage.name for stage in recipe.stages], stage_digests(recipe, BASE)
    for folder, digest in zip(folders, digests, strict=True):
        if folder.exists() and read_origin(folder).recipe != digest:
            raise InputError(f"The folder '{folder}' is of another recipe; choose another --out or delete it.")
    base = BASE
    for number, (stage, folder, digest) in enumerate(zip(recipe.stages, folders, digests, strict=True)):
        if not folder.exists():
            if stage.batch_size > len(texts):
                raise InputError(f"batch_size of the stage '{stage.name}' is above the {len(texts)} training images.")
            progress(f"stage {stage.name}: {stage.steps} steps of {stage.batch_size}")
            loaded = load_model(
                base, cache, progress, Loading(device="cpu", precision="float32")
            )  # Accelerate moves it
            origin = Origin(BASE, recipe.data, digest)
            _run_stage(stage, loaded, texts, recipe.seed + number, origin, folder, progress)
        base = str(folder)
    return folders


def _run_stage(
    stage: Stage, loaded: LoadedModel, texts: Texts, seed: int, origin: Origin, folder: Path, progress: Progress
) -> None:
    anatomy, model = loaded.anatomy, loaded.model
    connector = model.get_submodule(anatomy.connector)
    if stage.closed_form:
        start_connector(loaded, texts, progress)
    model.requires_grad_(False)
    if stage.lora:
        targets = rf"{anatomy.llm}\..*\.({LINEAR_LAYERS})"
        factors = LoraConfig(r=stage.lora.rank, lora_alpha=stage.lora.alpha, target_modules=targets)
        model = get_peft_model(model, factors)
    groups = _groups(stage, loaded, model)
    checkpoint = folder.parent / f"{folder.name}.checkpoint"
    loss = _answer_loss(loaded.processor, stage, texts, seed)
    fit(model, loss, groups, Schedule(stage.steps, stage.warmup, seed), checkpoint, str(origin.recipe), progress)
    save_parts(model, connector, origin, folder)
    shutil.rmtree(checkpoint, ignore_errors=True)


def _groups(stage: Stage, loaded: LoadedModel, model: nn.Module) -> list[dict[str, Any]]:
    """One optimiser group a trained part; unfreezes the parts that are trained in full."""
    anatomy = loaded.anatomy
    paths = {"encoder": anatomy.encoder, "connector": anatomy.connector, "llm": anatomy.llm}
    groups: list[dict[str, Any]] = []
    for part, rate in stage.learning_rates.items():
        module = loaded.model.get_submodule(paths[part])
        if part == "llm" and stage.lora:
            parameters = [p for name, p in model.named_parameters() if "lora_" in name]
        else:
            parameters = list(module.requires_grad_(True).parameters())
        groups.append({"params": parameters, "lr": rate})
    return groups


def _answer_loss(processor: Any, stage: Stage, texts: Texts, seed: int) -> Callable[[nn.Module, int], Tensor]:
    """The loss of one batch of examples, drawn anew by the draw's number."""

    def loss(model: nn.Module, draw: int) -> Tensor:
        chance = np.random.default_rng([seed, draw])
        rows = chance.choice(len(texts), stage.batch_size, replace=False)
        examples: list[Example] = [texts.example(int(row), stage, chance) for row in rows]
        return model(**supervised_batch(processor, examples)).loss

    return loss
