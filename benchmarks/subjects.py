"""Models of random weights that the measurements are taken on, made from configurations alone, and their inputs.

The speed of a model does not depend on its weights. All are Qwen2.5-VL: `7b` is the published shape, `small` has 128
million parameters and as many image tokens (256 of 448 x 448 px), `few` the same parameters and the 16 image tokens of
112 x 112 px that the embedded model has, `tiny` is for what is not about arithmetic.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoConfig,
    BatchFeature,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
    Qwen2_5_VLForConditionalGeneration,
)
from transformers.utils import logging

from angiogram.data.audit.thumbnail import thumbnail
from angiogram.data.cases import Case, Cases
from angiogram.data.intake import Examined, pixel_hash
from angiogram.imaging.image import Image
from angiogram.model.anatomy import anatomy_of
from angiogram.model.catalogue import published
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import first_step

CLASSES = (
    "lung", "liver", "heart", "spleen", "stomach", "colon", "kidney", "aorta", "vertebra", "scapula", "muscle",
)  # fmt: skip
QUESTION = "Which structure is shown: {options}?"
SPECIAL = (
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>",
    "<|video_pad|>",
)  # fmt: skip
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{% for part in message['content'] %}"
    "{% if part['type'] == 'image' %}<|vision_start|><|image_pad|><|vision_end|>{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
PATCH, MERGE = 14, 2
BEFORE, BEHIND = 10, 40  # text tokens around the image in a prompt made by hand


@dataclass(frozen=True)
class Shape:
    """A Qwen2.5-VL.

    Attributes:
        llm: (blocks, width, MLP width, heads, key-value heads).
        encoder: (blocks, width, MLP width, heads).
        vocabulary: of the LLM; the tokenizer uses the first few hundred.
        side: pixels of the images.
    """

    llm: tuple[int, int, int, int, int]
    encoder: tuple[int, int, int, int]
    vocabulary: int
    side: int

    def configuration(self) -> PreTrainedConfig:
        """In transformers' words."""
        blocks, width, mlp, heads, pairs = self.llm
        depth, hidden, intermediate, encoder_heads = self.encoder
        third = width // heads // 2 // 3
        vision = {
            "depth": depth, "hidden_size": hidden, "intermediate_size": intermediate, "num_heads": encoder_heads,
            "out_hidden_size": width, "patch_size": PATCH, "spatial_merge_size": MERGE, "window_size": 112,
            "fullatt_block_indexes": list(range(depth // 4 - 1, depth, max(depth // 4, 1))),
        }  # fmt: skip
        text = {
            "num_hidden_layers": blocks, "hidden_size": width, "intermediate_size": mlp, "num_attention_heads": heads,
            "num_key_value_heads": pairs, "vocab_size": self.vocabulary, "bos_token_id": 0, "eos_token_id": 2,
            "rope_parameters": {
                "rope_type": "default", "rope_theta": 1e6,
                "mrope_section": [width // heads // 2 - 2 * third, third, third],
            },
        }  # fmt: skip
        return AutoConfig.for_model("qwen2_5_vl", text_config=text, vision_config=vision, tie_word_embeddings=True)


SHAPES: dict[str, Shape | str] = {
    "tiny": Shape((4, 64, 128, 4, 2), (4, 64, 128, 4), 512, 112),
    "few": Shape((24, 576, 1536, 9, 3), (12, 384, 1024, 6), 32000, 112),
    "small": Shape((24, 576, 1536, 9, 3), (12, 384, 1024, 6), 32000, 448),
    "7b": "Qwen2.5-VL-7B",  # 448 x 448 px, too
}


def subject(shape: str, device: str = "cpu", *, processor: bool = False) -> LoadedModel:
    """Build the model on the device: in float32 on a CPU, in bfloat16 elsewhere.

    Args:
        shape: a name in `SHAPES`.
        device: where.
        processor: whether it is to take pictures; without it there is a tokenizer only.
    """
    torch.set_num_threads(1)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    known = SHAPES[shape]
    config = known.configuration() if isinstance(known, Shape) else published(known).configuration()
    for name in ("vision_start", "vision_end", "image_pad", "video_pad"):  # by the small tokenizer of all shapes
        setattr(config, f"{name.removesuffix('_pad')}_token_id", SPECIAL.index(f"<|{name}|>"))
    torch.manual_seed(0)
    model = Qwen2_5_VLForConditionalGeneration.from_pretrained(
        None,
        config=config,
        state_dict={},
        dtype=torch.float32 if device == "cpu" else torch.bfloat16,
        device_map={"": device},
    )
    model.generation_config.eos_token_id, model.generation_config.pad_token_id = 2, 0
    able = _processor(_side(shape)) if processor else _Words(_tokenizer())
    return LoadedModel(f"random {shape}", model.eval(), able, anatomy_of(model), f"random-{shape}")


def batch(loaded: LoadedModel, shape: str, count: int, seed: int = 0) -> tuple[BatchFeature, list[tuple[int, int]]]:
    """Inputs of `count` prompts with one image each, made without a processor, and the images' sizes."""
    config, side = loaded.model.config, _side(shape)
    rows = side // PATCH
    image = rows * rows // MERGE**2
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(len(SPECIAL), 300, (count, BEFORE + image + BEHIND), generator=generator)
    ids[:, BEFORE - 1], ids[:, BEFORE + image] = config.vision_start_token_id, config.vision_end_token_id
    ids[:, BEFORE : BEFORE + image] = config.image_token_id
    pixels = torch.randn(count * rows * rows, 3 * 2 * PATCH**2, generator=generator)
    inputs = BatchFeature(
        {
            "input_ids": ids,
            "attention_mask": torch.ones_like(ids),
            "mm_token_type_ids": (ids == config.image_token_id).int(),
            "pixel_values": pixels,
            "image_grid_thw": torch.tensor([[1, rows, rows]] * count),
        }
    )
    return inputs.to(loaded.device), [(side, side)] * count


def image_span(inputs: BatchFeature, loaded: LoadedModel) -> slice:
    """Where the image tokens stand, the same in every row."""
    at = (inputs["input_ids"][0] == loaded.model.config.image_token_id).nonzero().squeeze(1)
    return slice(int(at[0]), int(at[-1]) + 1)


@torch.no_grad()
def forward(loaded: LoadedModel, inputs: BatchFeature, **options: Any) -> Any:
    """The plain forward pass that everything is compared with: logits of the last token and the key-value cache."""
    return loaded.model(**first_step(loaded.model, inputs, use_cache=True, logits_to_keep=1), **options)


def pictures(shape: str, count: int) -> Examined:
    """So many cases of even noise, as they come out of the examination."""
    side = _side(shape)
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (count, side, side), dtype=np.uint8)
    rows = tuple(Case(str(i), f"noise#{i}", CLASSES[i % len(CLASSES)], str(i)) for i in range(count))
    cases = Cases("noise", rows, CLASSES, lambda row: Image(pixels[int(row.id)], ("noise",)), QUESTION)
    thumbnails = np.stack([thumbnail(picture) for picture in pixels])
    hashes = tuple(map(pixel_hash, pixels))
    return Examined(cases, (), hashes, hashes, ((side, side),) * count, thumbnails, (("noise",),) * count)


@dataclass(frozen=True)
class _Words:
    """As much of a processor as the answers need."""

    tokenizer: PreTrainedTokenizerFast


def _side(shape: str) -> int:
    known = SHAPES[shape]
    return known.side if isinstance(known, Shape) else 448


def _tokenizer() -> PreTrainedTokenizerFast:
    """A byte-level BPE in which a class name has a few tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=list(SPECIAL), initial_alphabet=pre_tokenizers.ByteLevel.alphabet()
    )
    tokenizer.train_from_iterator([*CLASSES, QUESTION] * 4, trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>", padding_side="left"
    )


def _processor(side: int) -> Any:
    """Qwen2.5-VL's own, through files: its class cannot be built without torchvision, as it has a video part."""
    from transformers import Qwen2VLImageProcessorPil

    from angiogram.model.processor import load_processor

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _tokenizer().save_pretrained(folder)
        (folder / "chat_template.jinja").write_text(TEMPLATE)
        (folder / "processor_config.json").write_text(json.dumps({"processor_class": "Qwen2_5_VLProcessor"}))
        Qwen2VLImageProcessorPil(
            patch_size=PATCH, merge_size=MERGE, size={"shortest_edge": side**2, "longest_edge": side**2}
        ).save_pretrained(folder)
        return load_processor(str(folder))
