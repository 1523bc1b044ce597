"""What a processor has to know of its model, where its own files do not say it or say otherwise."""

from inspect import signature
from typing import Any

from angiogram.cache import Progress
from angiogram.model.layouts.tokens import LEADING
from angiogram.model.padding import check_padding

STRATEGY, PATCH, LEADING_TOKENS = "vision_feature_select_strategy", "patch_size", "num_additional_image_tokens"


def agree(processor: Any, model: Any, progress: Progress) -> None:
    """Give the processor what the model's configuration says; what is changed is said.

    Processors of the LLaVA kind count an image's tokens from three numbers that older checkpoints leave out and others
    get wrong. The model makes its tokens by its own configuration, so that this is what has to be counted.

    Args:
        processor: changed in place.
        model: of whose configuration it is told.
        progress: receives plain lines.

    Raises:
        InputError: batches cannot be filled up: no token for padding or for the end can be used.
    """
    if "mm_token_type_ids" in signature(type(model).forward).parameters:
        processor.return_mm_token_type_ids = True
    if hasattr(processor, STRATEGY) and hasattr(processor, PATCH):
        for field, value in _counted(model.config).items():
            _set(processor, field, value, progress)
    check_padding(processor.tokenizer, model, progress)


def _counted(config: Any) -> dict[str, Any]:
    vision = getattr(config, "vision_config", None)
    said = {PATCH: getattr(vision, PATCH, None), STRATEGY: getattr(config, STRATEGY, None)}
    # A model that reads the class token, too, is not known to have none: only known encoders are counted.
    said[LEADING_TOKENS] = LEADING.get(getattr(vision, "model_type", ""))
    return {field: value for field, value in said.items() if value is not None}


def _set(processor: Any, field: str, value: Any, progress: Progress) -> None:
    before = getattr(processor, field, None)
    if before == value:
        return
    setattr(processor, field, value)
    was = "no" if before is None else f"'{before}' for"
    progress(f"the processor says {was} {field}; the model's configuration says '{value}', which is used")
