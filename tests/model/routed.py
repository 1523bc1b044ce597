"""A tiny model from parts whose connector has an expert for each task, which say different things."""

from collections.abc import Sequence
from pathlib import Path

import torch

from angiogram.model.load import LoadedModel, load_model
from tests.model.build.test_assembled_parts import assembled


def load_routed(folder: Path, tasks: Sequence[str], routing: str = "hard") -> LoadedModel:
    """A model of random weights, written into `folder` and loaded as a user's is."""
    project = {"name": "experts", "experts": len(tasks), "routing": routing, "width": 20}
    connector = {"reduce": {"name": "join", "block": (2, 2)}, "project": project}
    model, processor = assembled(connector=connector, tasks=tuple(tasks))
    with torch.no_grad():
        for weight in model.model.connector.parameters():
            weight.normal_()
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return load_model(str(folder), folder, lambda _: None)
