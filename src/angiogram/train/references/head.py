"""The head of an image classifier: those of its weights whose shape follows the number of classes."""

import copy
from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import torch
from torch import nn
from transformers import AutoModelForImageClassification

from angiogram.errors import InputError
from angiogram.model.checkpoint import check_loaded


def for_classes(config: Any, classes: int) -> Any:
    """`config` for K classes, in each place where configurations hold their number."""
    config.id2label = {k: str(k) for k in range(classes)}
    config.label2id = {str(k): k for k in range(classes)}
    config.num_labels = classes  # a field of its own in PVT's
    if arguments := getattr(config, "model_args", None):  # timm's, which would be given the number twice
        config.model_args = {name: value for name, value in arguments.items() if name != "num_classes"}
    return config


def head_of(network: nn.Module, config: Any) -> set[str]:
    """Names of the weights that have another shape, or are not there, where there is one class more."""
    config = for_classes(copy.deepcopy(config), config.num_labels + 1)
    build = partial(AutoModelForImageClassification.from_config, config, dtype=torch.float32)
    try:
        with torch.device("meta"):
            more = build()
    except RuntimeError:  # some constructors read numbers out of tensors, which hold none there
        more = build()
    shapes = {name: weight.shape for name, weight in more.state_dict().items()}
    return {name for name, weight in network.state_dict().items() if weight.shape != shapes.get(name)}


def check_read(name: str, network: nn.Module, head: set[str], report: Mapping[str, Collection[Any]]) -> None:
    """Refuse a classifier of which anything but the head was not read from its files, since it would be random.

    Args:
        name: as the user gave it.
        network: with its new head.
        head: what `head_of` gave.
        report: transformers' `output_loading_info`.

    Raises:
        InputError: says how many weights, and names the first of them; or there is no head for these classes.
    """
    if not head:
        raise InputError(f"'{name}' is no image classifier that can be given other classes: it has no head for them.")
    weights = network.state_dict()
    counters = {key for key, weight in weights.items() if not weight.is_floating_point()}  # they are not learnt
    missing = {key for key in report["missing_keys"] if key not in head | counters}
    reshaped = {key for key in report["mismatched_keys"] if key[0] not in head}
    check_loaded(name, {**report, "missing_keys": missing, "mismatched_keys": reshaped}, weights)
