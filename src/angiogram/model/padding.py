"""The token that fills up a batch: one that the tokenizer names and the model has an embedding of."""

from typing import Any

from angiogram.cache import Progress
from angiogram.errors import InputError


def check_padding(tokenizer: Any, model: Any, progress: Progress) -> None:
    """Let the end token fill up batches where no other can; that is said.

    A pad token that was added for training, without enlarging the embedding, has a number beyond the last row.

    Args:
        tokenizer: changed in place.
        model: whose embedding is asked.
        progress: receives plain lines.

    Raises:
        InputError: neither token can be used.
    """
    rows = embedding_rows(model)
    if _embedded(tokenizer.pad_token_id, rows):
        return
    pad, end = tokenizer.pad_token, tokenizer.eos_token
    if end is None:
        none = "neither a pad_token nor an" if pad is None else "a pad_token that has no embedding, and no"
        raise InputError(
            f"The tokenizer names {none} eos_token in tokenizer_config.json, so that prompts of different lengths "
            "cannot stand in one batch; name one of its tokens there."
        )
    if not _embedded(tokenizer.eos_token_id, rows):
        raise InputError(
            f"The tokenizer's end token '{end}' has the number {tokenizer.eos_token_id}, but the model's embedding has "
            f"only {rows} rows, so that it cannot fill up batches; name another pad_token in tokenizer_config.json."
        )
    tokenizer.pad_token = end
    why = (
        "the tokenizer has no pad token"
        if pad is None
        else f"the pad token '{pad}' lies beyond the {rows} rows of the model's embedding"
    )
    progress(f"{why}; its end token '{end}' fills up batches")


def embedding_rows(model: Any) -> int | None:
    """How many tokens the model's LLM has an embedding of; None where it does not show its embedding."""
    try:
        return getattr(model.get_input_embeddings(), "num_embeddings", None)
    except (NotImplementedError, AttributeError):  # a model with code of its own need not say which is its embedding
        return None


def _embedded(token: int | None, rows: int | None) -> bool:
    return token is not None and (rows is None or token < rows)
