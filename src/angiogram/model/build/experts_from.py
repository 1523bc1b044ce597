"""A mixture of experts that starts from connectors that were trained before."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

from angiogram.cache import Progress
from angiogram.errors import InputError
from angiogram.model.build.connectors.connector import settled_reducer
from angiogram.model.build.connectors.experts import Experts
from angiogram.model.build.connectors.mlp import Mlp
from angiogram.model.build.modeling import AngiogramForConditionalGeneration
from angiogram.model.loading import Loading


def start_experts(model: Any, names: Sequence[str], cache: Path, progress: Progress) -> None:
    """Give the experts of a model from parts the MLPs of others, and its reducer what theirs has learnt.

    Args:
        model: whose connector is a mixture of experts.
        names: of models from parts, as `load_model` takes them, whose connector is an MLP of the same sizes behind the
            same reducer. Of one, every expert becomes a copy, so that the mixture says what the MLP says; of several,
            expert k becomes that of the k-th, trained on task k.
        cache: where the embedded base is kept.
        progress: receives plain lines.

    Raises:
        InputError: a model cannot be loaded, its connector is of another kind or size, or reads or reduces other
            tokens, reducers were trained apart, or there are more models than experts.
    """
    connector = model.model.connector
    if not isinstance(connector.project, Experts):
        raise InputError("Only a connector of experts starts from trained connectors; this one has none.")
    trained = [_trained(name, model, cache, progress) for name in names]
    for name, own in zip(names, trained, strict=True):
        if not _same(own.reduce, trained[0].reduce):
            raise InputError(
                f"The reducers of '{names[0]}' and '{name}' have learnt different things, and all experts share one."
            )
    connector.reduce.load_state_dict(trained[0].reduce.state_dict())
    if len(trained) == 1:
        connector.project.start_as_copies(trained[0].project)
    else:
        connector.project.start_by_task([own.project for own in trained])


def _trained(name: str, model: Any, cache: Path, progress: Progress) -> Any:
    """A trained connector that fits the model's."""
    from angiogram.model.load import load_model  # which puts models from parts together in its turn

    loaded: Any = load_model(name, cache, progress, Loading("cpu", "float32")).model
    if not isinstance(loaded, AngiogramForConditionalGeneration):
        raise InputError(f"'{name}' is no model from parts, whose connector an expert could start as.")
    own: Any = loaded.model.connector
    if not isinstance(own.project, Mlp):
        raise InputError(f"The connector of '{name}' is no MLP, which an expert could start as.")
    theirs, ours = _given(loaded.config), _given(model.config)
    for setting, value in ours.items():
        if theirs[setting] != value:
            raise InputError(
                f"The connector of '{name}' was trained with {setting} {theirs[setting]}, and that of the experts has "
                f"{value}."
            )
    if _sizes(own.project) != _sizes(model.model.connector.project.experts[0]):
        raise InputError(f"The MLP of '{name}' does not have an expert's sizes.")
    if _sizes(own.reduce) != _sizes(model.model.connector.reduce):
        raise InputError(f"The reducer of '{name}' does not have the sizes of that of the experts.")
    return own


def _given(config: Any) -> dict[str, Any]:
    """What decides on the tokens that an MLP is given."""
    return {
        "vision_layer": config.vision_layer,
        "vision_tokens": config.vision_tokens,
        "reduce": settled_reducer(config.connector["reduce"]),
    }


def _sizes(module: nn.Module) -> dict[str, torch.Size]:
    return {name: value.shape for name, value in module.state_dict().items()}


def _same(one: nn.Module, other: nn.Module) -> bool:
    held = other.state_dict()
    return all(torch.equal(value, held[name]) for name, value in one.state_dict().items())
