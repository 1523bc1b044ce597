"""Encoder: parts of its blocks are off, flat or noised. Its output changes for every image in the same way."""

from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from angiogram.diagnose.terms import Fault
from angiogram.errors import InputError
from angiogram.lesion.blocks import FUSED, QUERIES, attention_of, encoder_blocks, mlp_of, norms_of, output_projection
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel

DRIFTED: frozenset[Fault] = frozenset({"vision", "hand-over"})
WHY = (
    "The encoder's output loses the class, or holds it in other terms than the connector has learnt to read: one model "
    "alone does not say in advance which."
)


def heads_off(planting: Planting, block: nn.Module) -> None:
    """Scale what half of the heads, drawn, give to the output projection by 1 - strength."""
    projection, attention = output_projection(block), attention_of(block)
    width = int(getattr(attention, "head_dim", 0))
    whole: int = getattr(projection, "in_features", 0)
    if not width or whole % width or whole == width:
        raise InputError(f"The heads of {type(attention).__name__} cannot be told apart ({whole} in heads of {width}).")
    heads = whole // width
    off = planting.rng("heads", planting.place(block)).permutation(heads)[: heads // 2]
    left = torch.ones(heads)
    left[torch.from_numpy(off)] = 1 - planting.strength

    def scaled(states: Tensor) -> Tensor:
        return states * left.repeat_interleave(width).to(states)

    planting.input(projection, scaled)


def gains_noised(planting: Planting, norm: nn.Module) -> None:
    """Multiply each component behind a norm by 1 + strength x standard normal noise, as noise in its gain does."""
    width = int(next(iter(norm.parameters())).numel())
    noise = planting.rng("gains", planting.place(norm)).standard_normal(width)
    gains = torch.from_numpy(1 + planting.strength * noise).float()
    planting.output(norm, lambda states: states * gains.to(states))


def noised(planting: Planting, weight: Tensor, name: str) -> Tensor:
    """The weight with strength x noise of its own spread added."""
    rng = planting.rng("weight", name)
    noise = torch.from_numpy(rng.standard_normal(tuple(weight.shape), dtype=np.float32)).to(weight.device)
    return weight + planting.strength * noise * weight.float().std()


def patch_kernel(loaded: LoadedModel) -> Tensor:
    """The weight of the encoder's first convolution, which makes tokens of patches.

    Raises:
        InputError: there is none.
    """
    encoder = loaded.model.get_submodule(loaded.anatomy.encoder)
    kernels = (module for module in encoder.modules() if isinstance(module, (nn.Conv2d, nn.Conv3d)))
    kernel = next(kernels, None)
    if kernel is None:
        raise InputError(f"The encoder of '{loaded.name}' has no convolution that embeds patches.")
    return kernel.weight


def _heads(planting: Planting) -> LoadedModel:
    for block in encoder_blocks(planting.loaded, (2 / 3, 1.0)):
        heads_off(planting, block)
    return planting.loaded


def _flat(planting: Planting) -> LoadedModel:
    """Scale the queries by 1 - strength: at 1 every key has the same weight."""
    for block in encoder_blocks(planting.loaded):
        attention = attention_of(block)
        name = next(name for name, _ in attention.named_children() if name in (QUERIES, FUSED))
        planting.output(attention.get_submodule(name), partial(_faded, planting.strength, name == FUSED))
    return planting.loaded


def _faded(strength: float, fused: bool, states: Tensor) -> Tensor:
    """`[..., D]` of queries, or `[..., 3 D]` of queries, keys and values side by side."""
    left = torch.full((states.shape[-1],), 1 - strength, dtype=states.dtype, device=states.device)
    if fused:
        left[len(left) // 3 :] = 1
    return states * left


def _mlps(planting: Planting) -> LoadedModel:
    for block in encoder_blocks(planting.loaded, (1 / 3, 2 / 3)):
        planting.fade(mlp_of(block))
    return planting.loaded


def _norms(planting: Planting) -> LoadedModel:
    found = [norm for block in encoder_blocks(planting.loaded) for norm in norms_of(block)]
    if not found:
        raise InputError(f"The encoder blocks of '{planting.loaded.name}' have no norms.")
    for norm in found:
        gains_noised(planting, norm)
    return planting.loaded


def _kernel(planting: Planting) -> LoadedModel:
    weight = patch_kernel(planting.loaded)
    planting.weight(weight, noised(planting, weight, "patches"))
    return planting.loaded


HEADS = Lesion(
    "encoder-heads-off", "encoder", DRIFTED, "tuning",
    "Half of the attention heads are off in the last third of the vision encoder.", WHY, _heads,
)  # fmt: skip
FLAT = Lesion(
    "encoder-attention-flat", "encoder", DRIFTED, "frozen",
    "Every token of the vision encoder attends to all others alike.", WHY, _flat, draws=False,
)  # fmt: skip
MLPS = Lesion(
    "encoder-mlps-off", "encoder", DRIFTED, "frozen",
    "The MLPs are off in the middle third of the vision encoder.", WHY, _mlps, draws=False,
)  # fmt: skip
NORMS = Lesion(
    "encoder-norms-noised", "encoder", DRIFTED, "frozen", "The gains of the vision encoder's norms are noised.", WHY,
    _norms,
)  # fmt: skip
KERNEL = Lesion(
    "patch-kernel-noised", "encoder", DRIFTED, "frozen",
    "The kernel that makes tokens of patches is noised.", WHY, _kernel,
)  # fmt: skip
