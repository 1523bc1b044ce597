"""Language model: the token from which the answer begins reads no other token."""

from functools import partial

import torch
from torch import Tensor

from angiogram.lesion.blocks import attention_of
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Let attention add nothing to the prompt's last token and to those of the answer, in every block.

    The tokens of the question before it read the image as ever.

    Raises:
        InputError: a block has no attention.
    """
    for path in planting.loaded.anatomy.llm_blocks:
        planting.output(attention_of(planting.loaded.model.get_submodule(path)), partial(_alone, planting))
    return planting.loaded


def _alone(planting: Planting, said: Tensor) -> Tensor:
    """`[B, L, D]` of the prompts, padded on the left, or `[b, M, D]` of tokens behind them."""
    if not planting.shown.first:
        return torch.zeros_like(said)
    changed = said.clone()
    changed[:, -1] = 0
    return changed


LESION = Lesion(
    "llm-last-token-alone", "language model", frozenset({"language model"}), "balanced",
    "The prompt's last token and those of the answer read no other token in any block of the language model.",
    "The image reaches the language model in its own terms and not the token from which the answer begins.", plant,
    draws=False, graded=False,
)  # fmt: skip
