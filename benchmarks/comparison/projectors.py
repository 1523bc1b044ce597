"""The connectors that are compared, and how many parameters each has."""

from collections.abc import Mapping
from typing import Any

import torch

from angiogram.model.build.configuration import AngiogramConfig
from angiogram.model.build.connectors.connector import Connector
from angiogram.model.build.connectors.router import ROUTINGS
from comparison.budget import TASKS
from comparison.training import JOIN

EXPERTS = len(TASKS)  # hard routing needs one a task; the published mixture has five
MLP, MATCHED = "mlp", "mlp-matched"
MATCHES = "soft-sigmoid"  # experts with a router: the largest of the mixtures


def projectors(parts: str) -> dict[str, dict[str, Any]]:
    """The settings of each: an MLP as wide as one expert, one with as many parameters as all experts, the mixtures."""
    config = AngiogramConfig.from_pretrained(parts)
    width = config.text_config.hidden_size
    found: dict[str, dict[str, Any]] = {MLP: {"name": "mlp", "layers": 2, "width": width}}
    for routing in ROUTINGS:
        found[routing] = {"name": "experts", "experts": EXPERTS, "routing": routing, "layers": 2, "width": width}
    wanted = parameters(parts, found[MATCHES])
    inside = config.vision_config.hidden_size * JOIN["block"][0] * JOIN["block"][1]
    found[MATCHED] = {"name": "mlp", "layers": 2, "width": matched_width(wanted, inside, width)}
    return {name: found[name] for name in (MLP, MATCHED, *ROUTINGS)}


def matched_width(wanted: int, width_in: int, width_out: int) -> int:
    """The width between two linear layers with which an MLP comes closest to so many parameters.

    >>> matched_width(3 * 5 + 5 + 5 * 2 + 2, 3, 2)
    5
    """
    return round((wanted - width_out) / (width_in + 1 + width_out))


def parameters(parts: str, project: Mapping[str, Any]) -> int:
    """Of a connector with this projector."""
    config = AngiogramConfig.from_pretrained(parts)
    with torch.device("meta"):
        made = Connector(
            config.vision_config.hidden_size, config.text_config.hidden_size, JOIN, project, tasks=len(TASKS)
        )
    return sum(parameter.numel() for parameter in made.parameters())
