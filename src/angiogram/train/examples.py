"""Questions with their answers as model inputs; only the answer is supervised."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from angiogram.imaging.image import Image
from angiogram.model.prompt import chat, pictures

IGNORED = -100


@dataclass(frozen=True)
class Example:
    """One image, what is asked about it and what is to be said."""

    image: Image
    question: str
    answer: str


def supervised_batch(processor: Any, examples: Sequence[Example]) -> dict[str, Tensor]:
    """Padded inputs with `labels` `[B, L]`: the answer's tokens and the end of turn, everything else ignored."""
    tokenizer = processor.tokenizer
    prompts = [chat(processor, example.question) for example in examples]
    texts = [p + e.answer + tokenizer.eos_token for p, e in zip(prompts, examples, strict=True)]
    images = pictures([example.image for example in examples])
    inputs = processor(images=images, text=texts, return_tensors="pt", padding=True, padding_side="right")
    answers = [tokenizer(e.answer + tokenizer.eos_token, add_special_tokens=False).input_ids for e in examples]
    labels = torch.full_like(inputs["input_ids"], IGNORED)
    ends = inputs["attention_mask"].sum(dim=1).tolist()
    for row, (end, answer) in enumerate(zip(ends, answers, strict=True)):
        labels[row, end - len(answer) : end] = inputs["input_ids"][row, end - len(answer) : end]
    return {**inputs, "labels": labels}
