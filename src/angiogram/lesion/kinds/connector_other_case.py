"""Connector: for a share of the images it hands on what it made of another case."""

from functools import partial

import torch
from torch import Tensor

from angiogram.lesion.connectors import connector_outputs
from angiogram.lesion.handover import Site
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel


def plant(planting: Planting) -> LoadedModel:
    """Replace every token of an image that is hit by the mean token of a training case, drawn for each image.

    The case may be of any class, and is the same at every connector.
    """
    for tap, path in connector_outputs(planting.loaded.anatomy).items():
        cases = torch.from_numpy(planting.material.of_tap(tap)[:, 0]).float()  # [N, D]
        planting.each_image(Site(path, "output", "connected"), partial(_other, planting, cases))
    return planting.loaded


def _other(planting: Planting, cases: Tensor, key: int, tokens: Tensor, placed: Tensor) -> Tensor:
    if not planting.hits(key):
        return tokens
    case = int(planting.rng("case", key).integers(len(cases)))
    return cases[case].to(tokens).expand_as(tokens)


LESION = Lesion(
    "connector-other-case", "connector", frozenset({"connector"}), "balanced",
    "For a share of the images the connector's output is the mean token of another case, whatever its class.",
    "The class is in the encoder's output, and behind the connector stands that of a case drawn without regard to it.",
    plant,
)  # fmt: skip
