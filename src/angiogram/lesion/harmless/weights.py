"""The same model written down in another way: what it says stays, but for rounding in its precision."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.lesion.blocks import mlp_of
from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.handover import Site
from angiogram.lesion.harmless.change import Harmless
from angiogram.lesion.head import head_of
from angiogram.lesion.planting import Planting
from angiogram.lesion.reference import reference_spreads
from angiogram.model.load import LoadedModel

SHIFT = 3.0


def _basis(planting: Planting) -> LoadedModel:
    """Turn what the connector is given by an orthogonal matrix, and its first linear layer by the inverse.

    Where tokens are joined before that layer, each of them is turned.

    Raises:
        InputError: there is a norm in the connector, or there are several, or the layer takes something else.
    """
    loaded = planting.loaded
    path = loaded.anatomy.received or loaded.anatomy.connector
    connector = loaded.model.get_submodule(path)
    first = next((each for each in connector.modules() if isinstance(each, nn.Linear)), None)
    normed = any("norm" in type(each).__name__.lower() for each in connector.modules())
    width = len(reference_spreads(loaded, [Site(path, "input", "received")])[path])
    if first is None or normed or loaded.anatomy.deepstack or first.in_features % width:
        raise InputError(f"The connector of '{loaded.name}' does not read the encoder's output by a linear layer.")
    basis, _ = np.linalg.qr(planting.rng("basis").standard_normal((width, width)))
    turn = torch.from_numpy(basis)
    weight = first.weight.detach()
    turned = weight.double().reshape(len(weight), -1, width) @ turn.to(weight.device)
    planting.weight(first.weight, turned.reshape(weight.shape))
    planting.input(connector, lambda states: (states.double() @ turn.to(states.device)).to(states.dtype))
    return loaded


def _connector_units(planting: Planting) -> LoadedModel:
    """Permute the units between the last two linear layers of every connector.

    Raises:
        InputError: a connector has no two of them that follow each other.
    """
    loaded = planting.loaded
    for path in connector_outputs(loaded.anatomy).values():
        layers = [each for each in loaded.model.get_submodule(path).modules() if isinstance(each, nn.Linear)][-2:]
        if len(layers) < 2 or layers[0].out_features != layers[1].in_features:
            raise InputError(f"The connector of '{loaded.name}' has no hidden units between two linear layers.")
        _permute(planting, layers[:1], layers[1], path)
    return loaded


def _units_permuted(planting: Planting) -> LoadedModel:
    """Permute the units of every MLP of the language model."""
    for path in planting.loaded.anatomy.llm_blocks:
        mlp = _gated(planting, path)
        _permute(planting, [mlp.gate_proj, mlp.up_proj], mlp.down_proj, path)
    return planting.loaded


def _units_scaled(planting: Planting) -> LoadedModel:
    """Scale what every unit of the language model's MLPs lets through by a half, one or two, and take it back."""
    for path in planting.loaded.anatomy.llm_blocks:
        mlp = _gated(planting, path)
        scale = _powers_of_two(planting, len(mlp.up_proj.weight), path).to(mlp.up_proj.weight)
        planting.weight(mlp.up_proj.weight, mlp.up_proj.weight * scale[:, None])
        if mlp.up_proj.bias is not None:
            planting.weight(mlp.up_proj.bias, mlp.up_proj.bias * scale)
        planting.weight(mlp.down_proj.weight, mlp.down_proj.weight / scale)
    return planting.loaded


def _norms_scaled(planting: Planting) -> LoadedModel:
    """Scale the gain of the norm before every self-attention by a half, one or two, and take it back behind it.

    Raises:
        InputError: no block has a norm of that name before queries, keys and values.
    """
    blocks = [(path, planting.loaded.model.get_submodule(path)) for path in planting.loaded.anatomy.llm_blocks]
    here: list[tuple[str, Any]] = [
        (path, block) for path, block in blocks if hasattr(block, "input_layernorm") and hasattr(block, "self_attn")
    ]
    if not here:
        raise InputError(f"The blocks of '{planting.loaded.name}' have no 'input_layernorm' before their attention.")
    for path, block in here:
        first: Tensor = block.self_attn.q_proj.weight
        scale = _powers_of_two(planting, first.shape[1], path).to(first)
        planting.output(block.input_layernorm, lambda states, scale=scale: states * scale.to(states))
        for layer in (block.self_attn.q_proj, block.self_attn.k_proj, block.self_attn.v_proj):
            planting.weight(layer.weight, layer.weight / scale)
    return planting.loaded


def _shifted(planting: Planting) -> LoadedModel:
    """Add one number to all logits, which no probability feels."""
    planting.output(head_of(planting.loaded), lambda logits: logits + SHIFT)
    return planting.loaded


def _other_kernel(planting: Planting) -> LoadedModel:
    """Compute attention step by step where it was fused, and fused where it was step by step.

    Raises:
        InputError: the model cannot be switched.
    """
    model = planting.loaded.model
    configs = {id(each.config): each.config for each in model.modules() if hasattr(each, "config")}
    before = [(config, config._attn_implementation) for config in configs.values()]

    def put_back() -> None:
        for config, kernel in before:
            config._attn_implementation_internal = kernel

    planting.stack.callback(put_back)
    model.set_attn_implementation("sdpa" if model.config._attn_implementation == "eager" else "eager")
    if all(config._attn_implementation == kernel for config, kernel in before):
        raise InputError(f"'{planting.loaded.name}' has only one way to compute attention.")
    return planting.loaded


def _gated(planting: Planting, path: str) -> Any:
    mlp: Any = mlp_of(planting.loaded.model.get_submodule(path))
    if not all(hasattr(mlp, name) for name in ("gate_proj", "up_proj", "down_proj")):
        raise InputError(f"The MLPs of '{planting.loaded.name}' have no gate beside their units.")
    return mlp


def _permute(planting: Planting, before: list[Any], behind: Any, name: str) -> None:
    """Let the units between linear layers stand in another order."""
    order = torch.from_numpy(planting.rng("units", name).permutation(behind.in_features))
    for layer in before:
        planting.weight(layer.weight, layer.weight.detach()[order.to(layer.weight.device)])
        if layer.bias is not None:
            planting.weight(layer.bias, layer.bias.detach()[order.to(layer.bias.device)])
    planting.weight(behind.weight, behind.weight.detach()[:, order.to(behind.weight.device)])


def _powers_of_two(planting: Planting, count: int, name: str) -> Tensor:
    """Factors that no precision rounds."""
    return torch.from_numpy(2.0 ** planting.rng("factors", name).integers(-1, 2, count))


BASIS = Harmless(
    "encoder-basis-rotated", "The encoder's output is rotated, and the connector's first layer rotates it back.", _basis
)
CONNECTOR_UNITS = Harmless(
    "connector-units-permuted", "The connector's hidden units stand in another order.", _connector_units
)
UNITS_PERMUTED = Harmless(
    "llm-units-permuted", "The units of the language model's MLPs stand in another order.", _units_permuted
)
UNITS_SCALED = Harmless(
    "llm-units-scaled", "The units of the language model's MLPs are scaled and scaled back.", _units_scaled
)
NORMS_SCALED = Harmless(
    "llm-norms-scaled", "The gains of the language model's norms are scaled, and the layers behind them scaled back.",
    _norms_scaled,
)  # fmt: skip
SHIFTED = Harmless("head-shifted", "One number is added to all logits.", _shifted)
KERNEL = Harmless("other-attention-kernel", "Attention is computed by another kernel.", _other_kernel)
