"""Encoder and connector: weights that were never filled are zero, and nothing of the image gets past them."""

import torch

from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.kinds.encoder import patch_kernel
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel


def _kernel(planting: Planting) -> LoadedModel:
    """The kernel that makes tokens of patches: only its bias is left, and what says where a patch stands."""
    weight = patch_kernel(planting.loaded)
    planting.weight(weight, torch.zeros_like(weight))
    return planting.loaded


def _connector(planting: Planting) -> LoadedModel:
    """Every matrix of every connector: biases and the gains of norms are left."""
    for path in connector_outputs(planting.loaded.anatomy).values():
        for weight in planting.loaded.model.get_submodule(path).parameters():
            if weight.dim() > 1:
                planting.weight(weight, torch.zeros_like(weight))
    return planting.loaded


KERNEL = Lesion(
    "patch-kernel-empty", "encoder", frozenset({"vision"}), "balanced",
    "The kernel that makes tokens of patches is zero.",
    "No pixel enters the encoder, whose features are the same for every image.", _kernel, draws=False, graded=False,
)  # fmt: skip
CONNECTOR = Lesion(
    "connector-empty", "connector", frozenset({"connector"}), "balanced", "All matrices of the connector are zero.",
    "The class is in the encoder's output, and the connector's is the same for every image.", _connector, draws=False,
    graded=False,
)  # fmt: skip
