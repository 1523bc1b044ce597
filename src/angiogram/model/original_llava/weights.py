"""The weights of an original LLaVA under transformers' names."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from transformers import CLIPVisionModel, LlavaConfig, LlavaForConditionalGeneration

from angiogram.errors import InputError
from angiogram.model.quiet import quiet

# the original name -> transformers' name, as patterns; transformers reads one shard at a time
RENAMED = {
    r"^model\.embed_tokens\.": "model.language_model.embed_tokens.",
    r"^model\.layers\.": "model.language_model.layers.",
    r"^model\.norm\.": "model.language_model.norm.",
    r"^model\.mm_projector\.0\.": "model.multi_modal_projector.linear_1.",
    r"^model\.mm_projector\.2\.": "model.multi_modal_projector.linear_2.",
    r"^model\.vision_tower\.vision_tower\.": "model.vision_tower.",
}
ENCODER = "model.vision_tower."


def load_weights(folder: Path, tower: str, config: LlavaConfig, **placed: Any) -> Any:
    """The model, every weight of it from `folder`, or the whole encoder from `tower` where `folder` has none of it.

    Raises:
        InputError: there are no safetensors, or their names are not the model's.
        OSError, ValueError, SafetensorError: a file is missing or damaged.
    """
    if not any(folder.glob("*.safetensors")):
        raise InputError(
            f"'{folder}' has no safetensors; pickle weights are refused: convert them to safetensors first."
        )
    model, report = _read(LlavaForConditionalGeneration, str(folder), config=config, key_mapping=RENAMED, **placed)
    # Else a saved copy of this model would take the original names again, under transformers' configuration.
    model._weight_conversions = None
    encoder = {name for name, _ in model.named_parameters() if name.startswith(ENCODER)}
    missing: set[str] = set(report["missing_keys"])
    if encoder <= missing:
        separate, of_encoder = _read(CLIPVisionModel, tower, config=config.vision_config, dtype=model.dtype)
        _refuse(tower, of_encoder["missing_keys"], "missing")  # a whole CLIP has the text encoder left over
        _refuse(tower, of_encoder["mismatched_keys"], "of another shape")
        model.model.vision_tower.load_state_dict(separate.state_dict())
        missing -= encoder
    _refuse(str(folder), missing, "missing")
    _refuse(str(folder), report["unexpected_keys"], "unexpected")
    _refuse(str(folder), report["mismatched_keys"], "of another shape")
    return model


def _read(kind: Any, source: str, **kwargs: Any) -> tuple[Any, dict[str, Any]]:
    """A model and transformers' report on its weights, which is returned instead of printed."""
    with quiet():
        return kind.from_pretrained(
            source, use_safetensors=True, ignore_mismatched_sizes=True, output_loading_info=True, **kwargs
        )


def _refuse(source: str, keys: Iterable[Any], what: str) -> None:
    names = sorted(str(key[0]) if isinstance(key, tuple) else str(key) for key in keys)
    if names:
        raise InputError(f"{len(names)} of the weights in '{source}' are {what}, e.g. {', '.join(names[:3])}.")


def add_image_token(model: Any, token: int) -> None:
    """Make `token` the image's placeholder; where it lies after the vocabulary, grow the vocabulary up to it.

    A placeholder is never looked up, so its row is zero. Its row in the output head is the mean of the others: its
    logit is their mean, so by Jensen's inequality its probability is at most one in the vocabulary's size, and the
    others' logits stay as they were.
    """
    rows = model.get_input_embeddings().num_embeddings
    if token >= rows:
        model.resize_token_embeddings(token + 1, mean_resizing=False)
        with torch.no_grad():
            model.get_input_embeddings().weight[rows:] = 0
            head = model.get_output_embeddings().weight
            head[rows:] = head[:rows].mean(0, dtype=torch.float32).to(head.dtype)
    model.config.image_token_id = token
