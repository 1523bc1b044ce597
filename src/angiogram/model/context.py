"""Whether a prompt with its image, and an answer behind it, fit into the model's context."""

from typing import Any

from angiogram.errors import InputError


def context_of(model: Any) -> int | None:
    """How many tokens the model's positions reach; None of a model that names no `max_position_embeddings`."""
    return getattr(model.config.get_text_config(), "max_position_embeddings", None)


def check_length(model: Any, inputs: Any, answer: int) -> None:
    """Refuse prompts that the model's positions do not reach.

    Args:
        model: a transformers model; one that names no `max_position_embeddings` takes any length.
        inputs: the processor's, `input_ids` `[B, L]` among it.
        answer: tokens of the longest answer.

    Raises:
        InputError: names the lengths.
    """
    longest = context_of(model)
    prompt: int = inputs["input_ids"].shape[1]
    if longest is not None and prompt + answer > longest:
        raise InputError(
            f"The prompt with its image is {prompt} tokens long and an answer may take {answer} more, but the model's "
            f"context holds {longest}; ask a shorter question or use images with fewer tokens."
        )
