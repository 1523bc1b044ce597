"""What a processor has to know of its model, where its own files do not say it or say otherwise."""

from inspect import signature
from typing import Any

from angiogram.cache import Progress
from angiogram.model.image_tokens import A_TILE, counted, rewrite_sequence
from angiogram.model.padding import check_padding


def agree(processor: Any, model: Any, progress: Progress) -> None:
    """Give the processor what the model's configuration says; what is changed is said.

    Processors count an image's tokens from numbers that older checkpoints leave out and others get wrong. The model
    makes its tokens by its own configuration, so that this is what has to be counted.

    Args:
        processor: changed in place.
        model: of whose configuration it is told.
        progress: receives plain lines.

    Raises:
        InputError: batches cannot be filled up: no token for padding or for the end can be used.
    """
    if "mm_token_type_ids" in signature(type(model).forward).parameters:
        processor.return_mm_token_type_ids = True
    for field, value in counted(model.config, processor).items():
        _set(processor, field, value, progress)
    check_padding(processor.tokenizer, model, progress)


def _set(processor: Any, field: str, value: Any, progress: Progress) -> None:
    before = getattr(processor, field, None)
    if before == value:
        return
    setattr(processor, field, value)
    if field in A_TILE and before is not None:
        rewrite_sequence(processor, before, value)
    was = "no" if before is None else f"'{before}' for"
    progress(f"the processor says {was} {field}; the model's configuration says '{value}', which is used")
