"""What a causal LLM does to its logits behind the head, and whether a build's are those of the LLM by itself."""

from typing import Any

import torch
from torch import Tensor

from angiogram.errors import InputError, reason_of
from angiogram.model.prompt import UNPREPARED

TOKENS = 16  # enough for positions and attention to show


def finished(logits: Tensor, text_config: Any) -> Tensor:
    """The head's logits `[..., V]`, divided (Granite), multiplied (Cohere) or softly capped (Gemma) as settings say.

    >>> from transformers import Gemma2Config, LlamaConfig
    >>> given = torch.tensor([0.0, 1e6])
    >>> finished(given, Gemma2Config(final_logit_softcapping=30.0)).tolist()
    [0.0, 30.0]
    >>> finished(given, LlamaConfig()) is given
    True
    """
    if divisor := getattr(text_config, "logits_scaling", None):
        logits = logits / divisor
    if factor := getattr(text_config, "logit_scale", None):
        logits = logits * factor
    if cap := getattr(text_config, "final_logit_softcapping", None):
        logits = cap * torch.tanh(logits / cap)
    return logits


def has_finish(text_config: Any) -> bool:
    """Whether an LLM of this configuration does anything to its head's logits.

    >>> from transformers import Gemma2Config, LlamaConfig
    >>> has_finish(Gemma2Config(final_logit_softcapping=30.0)), has_finish(LlamaConfig())
    (True, False)
    """
    one = torch.ones(1)
    return not torch.equal(finished(one, text_config), one)


@torch.no_grad()
def check_logits(build: Any, llm: Any, name: str) -> None:
    """See that a build says of a text without an image what its LLM says by itself.

    Args:
        build: an `AngiogramForConditionalGeneration` with the LLM's weights.
        llm: as it was published.
        name: of it, as the user gave it.

    Raises:
        InputError: it does not, beyond what rounding in this precision explains.
    """
    vocabulary: int = build.config.text_config.vocab_size
    spread = range(0, vocabulary, max(1, vocabulary // TOKENS))
    tokens = torch.tensor([[token for token in spread if token != build.config.image_token_id][:TOKENS]])
    try:
        own, ours = llm(input_ids=tokens).logits, build(input_ids=tokens).logits
    except UNPREPARED as error:
        raise InputError(f"The LLM '{name}' does not run in a build: {reason_of(error)}.") from error
    largest = float(own.abs().max())
    apart = float((ours - own).abs().max())
    if not apart <= torch.finfo(own.dtype).eps ** 0.5 * largest:  # so that NaN is refused, too
        raise InputError(
            f"The LLM '{name}' of type '{build.config.text_config.model_type}' gives other logits in a build than by "
            f"itself, up to {apart:.2g} apart of at most {largest:.2g}; take another one."
        )
