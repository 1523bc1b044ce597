"""A plain MLP build in the standard LLaVA layout, which transformers and other tools load without our code."""

from pathlib import Path
from typing import Any

import torch
from transformers import LlavaConfig, LlavaForConditionalGeneration, LlavaProcessor

from angiogram.errors import InputError
from angiogram.files import atomic_folder
from angiogram.model.build.configuration import AngiogramConfig
from angiogram.model.build.logits import has_finish

LAYERS = 2


@torch.no_grad()
def export_llava(model: Any, processor: Any, folder: Path) -> None:
    """Write the model as `LlavaForConditionalGeneration` with a `LlavaProcessor`; its logits are the same there.

    Args:
        model: an `AngiogramForConditionalGeneration` whose connector is an MLP of two layers as wide as the LLM.
        processor: its processor.
        folder: new.

    Raises:
        InputError: the build has something that LLaVA has no place for, or the folder cannot be written.
    """
    config: AngiogramConfig = model.config
    _check_connector(config)
    _check_llm(model)
    layer, leading = _layer(model), _leading(model)
    strategy = "default" if leading else "full"
    exported = LlavaForConditionalGeneration(
        LlavaConfig(
            vision_config=config.vision_config,
            text_config=config.text_config,
            image_token_index=config.image_token_id,
            vision_feature_layer=layer,
            vision_feature_select_strategy=strategy,
            image_seq_length=config.image_tokens,
            tie_word_embeddings=config.tie_word_embeddings,
        )
    ).to(model.dtype)
    inner, own = exported.model, model.model
    inner.vision_tower.load_state_dict(own.vision_tower.state_dict())
    inner.multi_modal_projector.load_state_dict(own.connector.project.state_dict())
    inner.language_model.load_state_dict(own.language_model.state_dict())
    exported.lm_head.load_state_dict(model.lm_head.state_dict())
    if config.image_token_id >= config.text_config.vocab_size:  # LLaVA looks the placeholder's embedding up
        exported.resize_token_embeddings(config.image_token_id + 1)
    exported.generation_config = model.generation_config
    told = LlavaProcessor(
        processor.image_processor,
        processor.tokenizer,
        patch_size=config.vision_config.patch_size,
        vision_feature_select_strategy=strategy,
        chat_template=processor.chat_template,
        num_additional_image_tokens=leading,
    )
    with atomic_folder(folder) as temporary:
        exported.save_pretrained(temporary)
        told.save_pretrained(temporary)


def _check_connector(config: AngiogramConfig) -> None:
    if config.slices is not None:
        raise InputError(f"LLaVA takes pictures; this build takes volumes of {config.slices} slices.")
    reduce, project = config.connector["reduce"], config.connector["project"]
    wide = config.text_config.hidden_size
    if reduce["name"] != "none" or project["name"] != "mlp" or project.get("layers", LAYERS) != LAYERS:
        told = f"'{reduce['name']}' and '{project['name']}' with {project.get('layers', LAYERS)} layers"
        raise InputError(f"LLaVA's connector is an MLP of {LAYERS} layers on tokens as they are; this one is {told}.")
    if project.get("width", wide) not in (None, wide):
        raise InputError(f"LLaVA's connector is as wide as the LLM, {wide}; this one is {project['width']} wide.")
    if config.vision_tokens != "patches":
        raise InputError("LLaVA takes the patches alone or all tokens by their number; export a build on patches.")


def _check_llm(model: Any) -> None:
    config = model.config
    if config.head_bias or has_finish(config.text_config):
        raise InputError(
            f"LLaVA's head is a linear map without more; that of an LLM of type '{config.text_config.model_type}' has "
            "a bias, a scale or a cap."
        )
    if config.tie_word_embeddings and not hasattr(model.model.language_model, "embed_tokens"):
        raise InputError(
            "LLaVA's head shares the weights of embeddings that are called `embed_tokens`; those of an LLM of type "
            f"'{config.text_config.model_type}' have another name."
        )


def _layer(model: Any) -> int:
    """Which of the encoder's states LLaVA is to read."""
    config = model.config
    if config.vision_layer is not None:
        return config.vision_layer
    said = _look(model)
    if not torch.equal(said.last_hidden_state, said.hidden_states[-1]):
        raise InputError(
            "This build reads the encoder behind its last norm, which LLaVA cannot; give it a vision_layer, such as -1."
        )
    return -1


def _leading(model: Any) -> int:
    """How many tokens stand before the patches; LLaVA can leave out one."""
    config = model.config
    leading = _look(model).last_hidden_state.shape[1] - config.grid[0] * config.grid[1]
    if leading > 1:
        raise InputError(f"The encoder gives {leading} tokens before its patches, of which LLaVA can leave out one.")
    return leading


def _look(model: Any) -> Any:
    config, tower = model.config, model.model.vision_tower
    pixels = torch.zeros(1, 3, config.image_size, config.image_size, dtype=model.dtype, device=model.device)
    try:
        return tower(pixel_values=pixels, output_hidden_states=True)
    except ValueError as error:
        raise InputError(f"LLaVA runs the encoder at its own size, and this build at another: {error}") from error
