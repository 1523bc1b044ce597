"""Precision: weights are rounded to a few bits."""

from collections.abc import Callable, Iterable
from functools import partial

import torch
from torch import Tensor, nn

from angiogram.diagnose.terms import Fault
from angiogram.lesion.blocks import encoder_blocks
from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.kinds.encoder import DRIFTED
from angiogram.lesion.kinds.encoder import WHY as WHY_ENCODER
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel

BITS = 3
EVERYWHERE: frozenset[Fault] = frozenset({"vision", "connector", "hand-over", "language model"})


def rounded(states: Tensor, bits: int, dim: int = -1) -> Tensor:
    """To 2 ** bits - 1 equal steps around zero, the largest of each row along `dim` on the last one.

    >>> rounded(torch.tensor([-1.0, -0.4, 0.1, 0.9]), 2).tolist()
    [-1.0, 0.0, 0.0, 1.0]
    """
    most = 2 ** (bits - 1) - 1
    step = states.float().abs().amax(dim=dim, keepdim=True).clamp(min=1e-30) / most
    return (torch.round(states.float() / step) * step + 0.0).to(states.dtype)


def _round(parts: Callable[[LoadedModel], Iterable[nn.Module]], planting: Planting) -> LoadedModel:
    """Round every matrix in these modules, a row at a time; kernels by their output channel."""
    for module in parts(planting.loaded):
        for weight in module.parameters():
            if weight.dim() > 1:
                flat = weight.detach().reshape(len(weight), -1)
                planting.weight(weight, rounded(flat, BITS).reshape(weight.shape))
    return planting.loaded


def _llm(loaded: LoadedModel) -> list[nn.Module]:
    return [loaded.model.get_submodule(path) for path in loaded.anatomy.llm_blocks]


def _all(loaded: LoadedModel) -> list[nn.Module]:
    paths = connector_outputs(loaded.anatomy).values()
    return [*encoder_blocks(loaded), *(loaded.model.get_submodule(path) for path in paths), *_llm(loaded)]


ALL = Lesion(
    "all-3-bits", "precision", EVERYWHERE, "tuning",
    "The weights of encoder, connector and language model are rounded to 3 bits.",
    "Every part is rougher, and which of them fails first is the model's.", partial(_round, _all), draws=False,
    graded=False,
)  # fmt: skip
LLM = Lesion(
    "llm-3-bits", "precision", frozenset({"language model", "words"}), "frozen",
    "The weights of the language model's blocks are rounded to 3 bits.",
    "Its blocks read the image worse, and the last of them find the words worse.", partial(_round, _llm), draws=False,
    graded=False,
)  # fmt: skip
ENCODER = Lesion(
    "encoder-3-bits", "precision", DRIFTED, "frozen",
    "The weights of the vision encoder's blocks are rounded to 3 bits.", WHY_ENCODER, partial(_round, encoder_blocks),
    draws=False, graded=False,
)  # fmt: skip
