"""Small image classifiers with random weights, as they lie in folders."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from transformers import (
    BitImageProcessorPil,
    PvtConfig,
    PvtForImageClassification,
    ViTConfig,
    ViTForImageClassification,
)


def small_vit(folder: Path, pixels: int = 32, dtype: torch.dtype = torch.float32, labels: int = 5) -> Path:
    """A ViT for images of 32 px, and an image processor that makes `pixels` of them."""
    config = ViTConfig(
        image_size=32, patch_size=8, hidden_size=32, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_labels=labels,
    )  # fmt: skip
    ViTForImageClassification(config).to(dtype).save_pretrained(folder)
    return with_processor(folder, pixels)


def small_pvt(folder: Path, labels: int = 5) -> Path:
    """A PVT, whose configuration holds `num_labels` as a field of its own."""
    config = PvtConfig(
        image_size=32, hidden_sizes=[8, 8, 8, 8], depths=[1, 1, 1, 1], num_attention_heads=[1, 1, 1, 1],
        mlp_ratios=[1, 1, 1, 1], num_labels=labels,
    )  # fmt: skip
    PvtForImageClassification(config).save_pretrained(folder)
    return with_processor(folder, 32)


def with_processor(folder: Path, pixels: int) -> Path:
    size = {"height": pixels, "width": pixels}
    BitImageProcessorPil(size=size, do_center_crop=False, do_convert_rgb=True).save_pretrained(folder)
    return folder


def with_setting(folder: Path, **settings: Any) -> Path:
    """Its config.json says something else."""
    file = folder / "config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **settings}))
    return folder


def with_weights(folder: Path, change: Any) -> Path:
    """Its weights are what `change` makes of them."""
    file = folder / "model.safetensors"
    save_file(change(load_file(file)), file, metadata={"format": "pt"})
    return folder


def halved(file: Path) -> Path:
    """Only the first half of the file is there."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return file.parent
