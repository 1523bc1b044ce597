"""Which weights a stage trains: whole parts, or low-rank factors of them, each part with its own learning rate."""

import re
from collections.abc import Mapping
from typing import Any

from peft import LoraConfig, get_peft_model
from torch import nn
from transformers.pytorch_utils import Conv1D

from angiogram.errors import InputError
from angiogram.model.anatomy import Anatomy
from angiogram.model.load import LoadedModel
from angiogram.model.precision import native_precision
from angiogram.train.ranks import divides_weights
from angiogram.train.recipe.settings import PartName, PartTraining

LINEAR = (nn.Linear, Conv1D)
WRAPPED, FACTOR = "base_model.model.", ".lora_"  # in the names that PEFT gives


def train_parts(loaded: LoadedModel, parts: Mapping[PartName, PartTraining]) -> tuple[Any, list[dict[str, Any]]]:
    """The model with only these parts unfrozen, and one optimiser group a part.

    Every weight that is trained is float32, whatever the others are, and in one group alone: what two modules share
    counts once.

    Args:
        loaded: the model; its own weights stay where they are.
        parts: how each is trained.

    Returns:
        (the model, a `PeftModel` where a part has low-rank factors; the groups, each with `params`, `lr` and `name`).

    Raises:
        InputError: a part has nothing that can be trained so.
    """
    model: Any = loaded.model.requires_grad_(False)
    modules = modules_of_parts(loaded.model, loaded.anatomy)
    whole: list[PartName] = [name for name, part in parts.items() if part.train == "full"]
    factored: list[PartName] = [name for name, part in parts.items() if part.train == "lora"]
    if whole and getattr(model, "hf_quantizer", None) is not None:
        raise InputError("The weights of a quantised model cannot be trained themselves; train its parts by lora.")
    of_weight: dict[int, PartName] = {id(weight): name for name in whole for weight in _own(modules[name])}
    of_layer: dict[str, PartName] = {
        path: name for name in factored for path in _linear_in(loaded.model, modules[name])
    }
    if of_layer:
        model = get_peft_model(model, _factors(of_layer, parts))
    groups: dict[PartName, list[nn.Parameter]] = {name: [] for name in parts if name in (*whole, *factored)}
    for path, weight in model.named_parameters():
        layer, factor, _ = path.removeprefix(WRAPPED).partition(FACTOR)
        name = of_layer.get(layer) if factor else of_weight.get(id(weight))
        weight.requires_grad_(name is not None)
        if name is not None:
            weight.data = weight.data.float()
            groups[name].append(weight)
    for name, own in groups.items():
        if not own:
            raise InputError(f"The part {name} of '{loaded.name}' has nothing that {parts[name].train} could train.")
    return model, [{"params": own, "lr": parts[name].learning_rate, "name": name} for name, own in groups.items()]


def precision_of(parts: Mapping[PartName, PartTraining]) -> str:
    """In what a model is loaded whose parts are to be trained so.

    Weights that are trained are float32, and what is divided among processes is of one kind; else those that stay as
    they are take half the memory where the machine computes in bfloat16.
    """
    whole = any(part.train == "full" for part in parts.values())
    return "float32" if whole or divides_weights() else native_precision()


def modules_of_parts(model: Any, anatomy: Anatomy) -> dict[PartName, list[nn.Module]]:
    """The modules that make up each part, those inside another part left to that one.

    A connector may lie within the encoder (Qwen2.5-VL's merger does); the head belongs to the language model, and what
    belongs to none of them, such as LLaVA-NeXT's vector of a line's end, is not trained.
    """
    connectors = [path for path in (anatomy.received, anatomy.connector, *anatomy.deepstack) if path]
    within = _inside(model, connectors)
    encoder = _inside(model, [anatomy.encoder]) - within
    head = model.get_output_embeddings()
    llm = _inside(model, [anatomy.llm]) - within - encoder
    listed = list(model.modules())
    return {
        "encoder": [module for module in listed if module in encoder],
        "connector": [module for module in listed if module in within],
        "llm": [module for module in listed if module in llm or module is head],
    }


def _inside(model: nn.Module, paths: list[str]) -> set[nn.Module]:
    return {module for path in paths for module in model.get_submodule(path).modules()}


def _own(modules: list[nn.Module]) -> list[nn.Parameter]:
    return [parameter for module in modules for parameter in module.parameters(recurse=False)]


def _linear_in(model: Any, modules: list[nn.Module]) -> list[str]:
    """Paths of the linear layers of a part that a LoRA can be put on: not the head, which words share."""
    head, held = model.get_output_embeddings(), set(modules)
    return [
        path
        for path, module in model.named_modules()
        if module in held and module is not head and type(module) in LINEAR
    ]


def _factors(of_layer: Mapping[str, PartName], parts: Mapping[PartName, PartTraining]) -> LoraConfig:
    """PEFT's settings: those of the first layer's part, and of each other layer its own."""
    first = parts[next(iter(of_layer.values()))]
    ranks: dict[str, int] = {}
    alphas: dict[str, int] = {}
    for path, name in of_layer.items():
        part = parts[name]
        if (part.rank, part.alpha) != (first.rank, first.alpha):
            ranks[re.escape(path)], alphas[re.escape(path)] = part.rank or 0, part.alpha or 0
    return LoraConfig(
        r=first.rank or 0,
        lora_alpha=first.alpha or 0,
        target_modules=list(of_layer),
        rank_pattern=ranks,
        alpha_pattern=alphas,
    )
