"""Entries of an annotation table as a batch to learn from: only the answer and its end are supervised."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from angiogram.answer.asking import asked
from angiogram.data.annotations.entry import Entry
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.context import context_of
from angiogram.model.placed import PLACE, chat_alone, chat_around
from angiogram.model.prompt import UNWRITTEN, pictures, prepare, tokenized_so
from angiogram.model.routing import TASK, task_numbers

IGNORED = -100  # a label of which nothing is learnt
TAKE_ANSWERS = ("PaliGemmaProcessor",)  # put question and answer together themselves


def supervised(processor: Any, model: Any, entries: Sequence[Entry], images: Sequence[Image]) -> dict[str, Tensor]:
    """A batch of entries that all have an image, or none of which has one.

    Args:
        processor: of the model.
        model: whose context the texts must fit into, and whose connector may route by task.
        entries: B of them.
        images: theirs, in the same order; empty where they have none.

    Returns:
        The processor's inputs, padded on the right, and `labels` `[B, L]`: the answer's tokens and the end of turn,
        everything else -100, padding too. `task` `[B]` where the model names one of the entries' tasks.

    Raises:
        InputError: an entry cannot be asked, or is longer than the model's context: nothing is cut.
    """
    asks = [_prompt(processor, entry, bool(images)) for entry in entries]
    if images and type(processor).__name__ in TAKE_ANSWERS:
        answers = [entry.target for entry in entries]
        given = {"return_tensors": "pt", "padding": True, "padding_side": "right"}
        inputs = processor(images=[[each] for each in pictures(images)], text=asks, suffix=answers, **given)
        _check_lengths(model, inputs, entries)
        return dict(inputs)
    texts = [ask + _answer(processor, entry) for ask, entry in zip(asks, entries, strict=True)]
    if images:
        inputs = prepare(processor, texts, images, padding_side="right")
    else:
        inputs = processor.tokenizer(texts, **tokenized_so(processor.tokenizer, texts, "right"))
    _check_lengths(model, inputs, entries)
    labels: Tensor = torch.full_like(inputs["input_ids"], IGNORED)
    ends: list[int] = inputs["attention_mask"].sum(dim=1).tolist()
    for row, (end, ask, text) in enumerate(zip(ends, asks, texts, strict=True)):
        learnt = _behind(processor.tokenizer, ask, text)
        begin = end - len(learnt)
        if inputs["input_ids"][row, begin:end].tolist() != learnt:
            raise InputError(
                "The model's processor changes the end of a text, so that the answer cannot be told there."
            )
        labels[row, begin:end] = inputs["input_ids"][row, begin:end]
    tasks = task_numbers(model, [entry.task for entry in entries])
    return {**inputs, "labels": labels, **({} if tasks is None else {TASK: tasks})}


def _prompt(processor: Any, entry: Entry, shown: bool) -> str:
    question = asked(entry)
    if shown:
        return chat_around(processor, question)[0]
    return chat_alone(processor, " ".join(question.replace(PLACE, " ").split(" ")))


def _answer(processor: Any, entry: Entry) -> str:
    """The answer with what the model's own template ends it with, or with the end token."""
    end: str = processor.tokenizer.eos_token
    message = [{"role": "user", "content": [{"type": "text", "text": "?"}]}]
    said = [{"role": "assistant", "content": [{"type": "text", "text": MARK}]}]
    try:
        told: str = processor.apply_chat_template(message + said, add_generation_prompt=False)
    except UNWRITTEN:
        return entry.target + end
    _, mark, behind = told.partition(MARK)
    return entry.target + (behind.rstrip() if mark and behind.strip() else end)


MARK = "\u2042"  # an asterism, which no chat template holds


def _behind(tokenizer: Any, ask: str, text: str) -> list[int]:
    """The tokens of a text behind its prompt's, without those that an image stands for.

    Where the last of the prompt and the first of the answer are one token, it is the answer's.
    """
    known = {"add_special_tokens": False}
    whole, prompt = tokenizer(text, **known).input_ids, tokenizer(ask, **known).input_ids
    same = next((i for i, pair in enumerate(zip(whole, prompt, strict=False)) if pair[0] != pair[1]), len(prompt))
    return whole[same:]


def _check_lengths(model: Any, inputs: Any, entries: Sequence[Entry]) -> None:
    longest = context_of(model)
    lengths: list[int] = inputs["attention_mask"].sum(dim=1).tolist()
    for entry, length in zip(entries, lengths, strict=True):
        if longest is not None and length > longest:
            raise InputError(
                f"The entry '{entry.id}' is {length} tokens long with its image, and the model's context holds "
                f"{longest}; nothing is cut: shorten it or leave it out."
            )
