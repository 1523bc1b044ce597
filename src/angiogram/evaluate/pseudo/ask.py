"""What a model says to questions whose answers nobody knows, and how sure it is of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from angiogram.answer.asking import asked
from angiogram.answer.generate import continue_greedily, decode
from angiogram.answer.labels import label_tree
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import Prefill, prefill
from angiogram.answer.said import mean_log_probabilities
from angiogram.data.annotations.entry import Entry
from angiogram.evaluate.read.reading import Reading
from angiogram.evaluate.tasks.closed import is_closed
from angiogram.evaluate.tasks.task import evaluated_task
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel
from angiogram.model.placed import chat_around
from angiogram.model.prompt import prepare
from angiogram.model.routing import TASK, task_numbers
from angiogram.tap.batches import cut

ONE_OF = ("multi_class", "vqa")  # tasks in which a question with options has one of them as its answer


@dataclass(frozen=True)
class Said:
    """An answer.

    Attributes:
        question: that was asked.
        reading: of the answer's words, or the likeliest option of a closed question.
        log_probability: mean over the tokens of the words; None of a closed question.
        likelihoods: log-likelihood of each option of a closed question, `[K]`; None of others.
    """

    question: Entry
    reading: Reading
    log_probability: float | None = None
    likelihoods: NDArray[np.float32] | None = None


@torch.no_grad()
def ask(
    loaded: LoadedModel, questions: Sequence[Entry], read: Callable[[str], Image], batch_size: int = 8
) -> Iterator[Said]:
    """The model's answers, batches of one task after another.

    A closed question is answered with its likeliest option; any other in words, greedily.

    Args:
        loaded: the model.
        questions: with images; their truth is not looked at.
        read: gives the picture of this name.
        batch_size: questions a forward pass.
    """
    kinds: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for number, question in enumerate(questions):
        options = question.answer.options or () if _chooses(question) else ()
        kinds.setdefault((question.task, options), []).append(number)
    for (_, options), numbers in kinds.items():
        for batch in cut(numbers, batch_size):
            own = [questions[number] for number in batch]
            prompts = _prompts(loaded, own, [read(question.image or "") for question in own])
            yield from _chosen(loaded, own, prompts, options) if options else _words(loaded, own, prompts)


def _chooses(question: Entry) -> bool:
    return question.task in ONE_OF and is_closed(question)


def _prompts(loaded: LoadedModel, questions: Sequence[Entry], images: Sequence[Image]) -> Prefill:
    texts = [chat_around(loaded.processor, asked(question))[0] for question in questions]
    inputs = prepare(loaded.processor, texts, images)
    tasks = task_numbers(loaded.model, [question.task for question in questions])
    if tasks is not None:
        inputs[TASK] = tasks
    return prefill(loaded, inputs.to(loaded.device))


def _chosen(
    loaded: LoadedModel, questions: Sequence[Entry], prompts: Prefill, options: Sequence[str]
) -> Iterator[Said]:
    scores = class_log_likelihoods(prompts, label_tree(loaded.processor.tokenizer, options)).cpu().numpy()
    for question, own in zip(questions, scores, strict=True):
        label = options[int(own.argmax())]
        yield Said(question, Reading(label, "exact", label=label), likelihoods=own)


def _words(loaded: LoadedModel, questions: Sequence[Entry], prompts: Prefill) -> Iterator[Said]:
    task = evaluated_task(questions[0].task)
    rows = torch.arange(len(questions), device=prompts.logits.device)
    tokens = continue_greedily(prompts, rows, task.longest)
    sure = mean_log_probabilities(prompts, tokens).tolist()
    texts = decode(tokens.cpu().numpy(), loaded.processor.tokenizer)
    for question, (text, finished), own in zip(questions, texts, sure, strict=True):
        yield Said(question, task.read(text, finished, question), log_probability=own)
