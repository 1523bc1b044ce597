"""Tiny builds that take volumes, 4 slices of 28 pixels, and volumes whose class is where they are bright."""

import numpy as np
import torch
from transformers import BitImageProcessorPil, Dinov2Config, LlamaConfig, SiglipVisionConfig

from angiogram.data.cases import Case, Cases
from angiogram.imaging.image import Image
from angiogram.model.build import (
    AngiogramConfig,
    AngiogramForConditionalGeneration,
    AngiogramProcessor,
    VolumeVitConfig,
)
from angiogram.model.build.processing import CHAT_TEMPLATE
from tests.conftest import CLASSES, QUESTION, tiny_tokenizer

SLICES, SIDE = 4, 28
VIT = {"hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
ENCODERS = {
    "native": lambda: VolumeVitConfig(SLICES, SIDE, 2, 7, **VIT),
    "sinusoidal": lambda: VolumeVitConfig(SLICES, SIDE, 2, 7, positions="sinusoidal", **VIT),
    "slices": lambda: SiglipVisionConfig(patch_size=7, image_size=SIDE, **VIT),
    "slices with a class token": lambda: Dinov2Config(patch_size=7, image_size=SIDE, mlp_ratio=2, **VIT),
}
JOINED = {"reduce": {"name": "join", "block": (2, 2)}, "project": {"name": "mlp", "width": 24}}


def deep_build(encoder="native", connector=None, **more):
    """A model of random weights and its processor."""
    torch.manual_seed(0)
    tokenizer = tiny_tokenizer()
    text = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=48, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, tie_word_embeddings=True, eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id, bos_token_id=tokenizer.eos_token_id, initializer_range=0.4,
    )  # fmt: skip
    config = AngiogramConfig(
        ENCODERS[encoder](), text, SIDE, SLICES, connector=connector or JOINED,
        image_token_id=tokenizer.convert_tokens_to_ids("<image>"), **more,
    )  # fmt: skip
    model = AngiogramForConditionalGeneration(config).eval()
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    images = BitImageProcessorPil(size={"height": SIDE, "width": SIDE}, do_center_crop=False)
    channels = config.pixel_shape[0]
    return model, AngiogramProcessor(images, tokenizer, config.image_tokens, CHAT_TEMPLATE, SLICES, channels)


def write_deep(folder, encoder="native", connector=None, **more):
    """The same as a folder that `load_model` takes."""
    model, processor = deep_build(encoder, connector, **more)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def bright_volumes(count=48):
    """Noisy volumes, 6 slices of 20x24, of which one corner of one half of the slices is bright."""
    rng = np.random.default_rng(0)
    volumes = rng.integers(0, 90, (count, 6, 20, 24), dtype=np.uint8)
    rows = []
    for i in range(count):
        kind = i % 4
        s, x = 3 * (kind // 2), 12 * (kind % 2)
        volumes[i, s : s + 3, :10, x : x + 12] += 120
        split = "test" if (i // 4) % 3 == 2 else "train"
        rows.append(Case(str(i), f"volumes#{i}", CLASSES[kind], f"g{i // 4}", split))
    return Cases("volumes", tuple(rows), CLASSES, lambda row: Image(volumes[int(row.id)], ("drawn",)), QUESTION)
