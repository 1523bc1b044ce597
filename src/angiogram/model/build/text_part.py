"""The LLM of a build: a published causal one with its tokenizer, taken apart."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from transformers import MODEL_MAPPING, AutoConfig, AutoModelForCausalLM, AutoTokenizer

from angiogram.errors import InputError, reason_of
from angiogram.model.build.configuration import AngiogramConfig
from angiogram.model.build.modeling import AngiogramForConditionalGeneration
from angiogram.model.build.processing import AngiogramProcessor
from angiogram.model.prompt import UNPREPARED


@dataclass(frozen=True)
class TextPart:
    """What is taken of an LLM.

    Attributes:
        whole: as it was published, in float32.
        decoder: of it, of the class that AutoModel makes of its configuration.
        head: of it, linear.
        tokenizer: its own.
        template: of its messages; None where it has none.
    """

    whole: Any
    decoder: Any
    head: Any
    tokenizer: Any
    template: str | None


def text_part(name: str) -> TextPart:
    """Load an LLM and take it apart.

    Args:
        name: folder or hub id of it, or of a build.

    Raises:
        InputError: it cannot be loaded, or has not the shape that a build's LLM has.
    """
    try:
        if AutoConfig.from_pretrained(name).model_type == AngiogramConfig.model_type:
            whole: Any = AngiogramForConditionalGeneration.from_pretrained(name, dtype=torch.float32)
            processor: Any = AngiogramProcessor.from_pretrained(name)
            decoder, tokenizer, template = whole.model.language_model, processor.tokenizer, processor.chat_template
        else:
            whole = AutoModelForCausalLM.from_pretrained(name, dtype=torch.float32)
            tokenizer: Any = AutoTokenizer.from_pretrained(name)
            decoder, template = _decoder(whole), tokenizer.chat_template
    except (OSError, *UNPREPARED) as error:
        raise InputError(f"'{name}' is no causal LLM that transformers loads here: {reason_of(error)}.") from error
    if decoder is None:
        raise InputError(f"The LLM '{name}', a {type(whole).__name__}, has no decoder that AutoModel would make.")
    return TextPart(whole, decoder, _head(name, whole, decoder), tokenizer, template)


def _decoder(llm: Any) -> Any | None:
    """What AutoModel makes of its own configuration; OPT calls by that name a module within it."""
    made: Any = MODEL_MAPPING
    candidates = (llm.get_decoder(), llm.base_model)
    return next((each for each in candidates if type(each) is made.get(type(each.config), None)), None)


def _head(name: str, llm: Any, decoder: Any) -> Any:
    """A linear one over the whole vocabulary, as wide as the states and the word embeddings."""
    head, words, config = llm.get_output_embeddings(), decoder.get_input_embeddings(), decoder.config
    shape = (getattr(config, "vocab_size", None), getattr(config, "hidden_size", None))
    for part, layer in (("head", head), ("embedding", words)):
        found = tuple(getattr(getattr(layer, "weight", None), "shape", ()))
        if found != shape:
            raise InputError(
                f"The LLM '{name}' has a {part} of shape {list(found)}, where a build's is {list(shape)}, the "
                "vocabulary by the width of the states."
            )
    if not isinstance(head, nn.Linear):
        raise InputError(f"The LLM '{name}' has a {type(head).__name__} as its head, where a build's is linear.")
    return head
