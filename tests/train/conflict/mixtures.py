"""The tiny model with a mixture of experts for a connector."""

import shutil
from pathlib import Path

import torch

from angiogram.model.build import AngiogramConfig, AngiogramForConditionalGeneration
from angiogram.model.load import load_model


def load_mixture(tiny_folder: Path, folder: Path, tasks: tuple[str, ...], routing: str):
    """Three fresh experts that know these tasks; written to `folder`, and loaded from there."""
    shutil.copytree(tiny_folder, folder)
    config = AngiogramConfig.from_pretrained(tiny_folder)
    config.connector["project"] = {"name": "experts", "experts": 3, "routing": routing, "width": 24, "router_width": 8}
    config.tasks = list(tasks)
    torch.manual_seed(0)
    AngiogramForConditionalGeneration(config).save_pretrained(folder)
    return load_model(str(folder), folder, print)
