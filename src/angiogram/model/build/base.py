"""The embedded base model: the shipped encoder and LLM around a connector that has not been trained yet."""

from pathlib import Path

import torch
from transformers import BitImageProcessorPil

from angiogram.assets import SMOLLM2, VIT, require_readers
from angiogram.cache import Progress, cached_folder
from angiogram.model.build.configuration import AngiogramConfig
from angiogram.model.build.encoder_onnx import read_encoder
from angiogram.model.build.llm_gguf import read_llm
from angiogram.model.build.modeling import AngiogramForConditionalGeneration
from angiogram.model.build.processing import CHAT_TEMPLATE, AngiogramProcessor

BASE = "base-vit-s14-smollm2-135m-v2"
IMAGE_SIZE = 112
CONNECTOR = {"reduce": {"name": "join", "block": (2, 2)}, "project": {"name": "mlp", "layers": 2, "width": 576}}
IMAGENET_MEAN, IMAGENET_STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def embedded_base(cache: Path, progress: Progress) -> Path:
    """The base model's folder in Hugging Face layout, converted once from the asset packages.

    Raises:
        InputError: an asset package is missing or damaged, the cached folder is damaged, or the disk is full.
    """

    def convert(folder: Path) -> None:
        progress("converting the embedded encoder and LLM (once, about a minute)")
        require_readers()
        encoder_file, llm_file = VIT.locate(), SMOLLM2.locate()
        encoder = read_encoder(encoder_file)
        progress("encoder read; dequantising the LLM")
        llm, tokenizer = read_llm(llm_file)
        tokenizer.add_special_tokens({"additional_special_tokens": [AngiogramProcessor.image_token]})
        torch.manual_seed(0)
        config = AngiogramConfig(
            encoder.config,
            llm.config,
            IMAGE_SIZE,
            connector=CONNECTOR,
            image_token_id=tokenizer.convert_tokens_to_ids("<image>"),
        )
        model = AngiogramForConditionalGeneration(config)
        model.model.vision_tower.load_state_dict(encoder.state_dict())
        model.model.language_model.load_state_dict(llm.model.state_dict())
        model.tie_weights()
        model.generation_config = llm.generation_config
        progress("writing the converted model")
        model.save_pretrained(folder)
        size = {"height": IMAGE_SIZE, "width": IMAGE_SIZE}
        image_processor = BitImageProcessorPil(
            size=size, do_center_crop=False, image_mean=IMAGENET_MEAN, image_std=IMAGENET_STD
        )
        AngiogramProcessor(image_processor, tokenizer, config.image_tokens, CHAT_TEMPLATE).save_pretrained(folder)

    return cached_folder(cache / BASE, convert)
