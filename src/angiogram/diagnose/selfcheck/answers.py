"""Are answers that are read from the prompt's cache the answers that the model gives?"""

from typing import Any

import torch
from torch import Tensor

from angiogram.answer.generate import continue_greedily
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import prefill
from angiogram.diagnose.plan import MAX_NEW_TOKENS
from angiogram.diagnose.selfcheck.difference import apart, likelihoods_apart, tolerance
from angiogram.diagnose.selfcheck.forced import forward_logits, generated_logits
from angiogram.diagnose.selfcheck.result import Finding
from angiogram.diagnose.selfcheck.subject import Subject
from angiogram.errors import InputError
from angiogram.model.context import check_length
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import prepare

NAME = "answers"
MEASURED = (
    "largest difference between a class log-likelihood from the cache and the same from the model's own generate and "
    "from a forward pass over prompt and class name, as a share of the largest of them"
)
MOST_NAMES, FIRST_TOKENS = 4, 8


def answers(subject: Subject) -> Finding:
    """The first image: class names, the first greedy tokens, and the room that prompt and answer need.

    A model whose prompt reads in both directions (PaliGemma) sees a class name that stands behind it: no forward pass
    over both says the same as an answer, so that `generate` alone is the truth there.
    """
    loaded = subject.loaded
    inputs = prepare(loaded.processor, subject.prompt, subject.images[:1]).to(loaded.model.device)
    prompts = prefill(loaded, inputs)
    cached = class_log_likelihoods(prompts, subject.tree)[0, :MOST_NAMES].cpu()
    allowed = tolerance(loaded.model)
    by_generate: list[Tensor] = []
    by_forward: list[Tensor] = []
    two_way = False
    for pairs in subject.tree.scored[:MOST_NAMES]:
        path = torch.tensor([token for _, token in pairs], device=inputs["input_ids"].device)
        by_generate.append(_summed(generated_logits(loaded, inputs, path), path))
        whole = forward_logits(loaded, inputs, path)
        two_way |= apart(whole[0].cpu(), prompts.logits[0].float().cpu()) > allowed
        by_forward.append(_summed(whole, path))
    figure = likelihoods_apart(cached, torch.stack(by_generate))
    truth = "generate"
    if not two_way:
        figure = max(figure, likelihoods_apart(cached, torch.stack(by_forward)))
        truth += " and of a forward pass over each name"
    else:
        truth += " (its prompt reads in both directions)"
    if figure > allowed:
        return Finding(figure, allowed, "wrong", f"Class log-likelihoods from the cache are not those of {truth}.")
    said = continue_greedily(prompts, torch.arange(1), FIRST_TOKENS)[0]
    said = said[said >= 0]
    step = _other_word(loaded, inputs, said, allowed)
    if step is not None:
        return Finding(figure, allowed, "wrong", f"Token {step + 1} of the greedy answer is not generate's.")
    try:
        check_length(loaded.model, inputs, max(MAX_NEW_TOKENS, int(subject.tree.lengths.max())))
    except InputError as error:
        return Finding(figure, allowed, "wrong", str(error))
    reason = f"Class log-likelihoods and {len(said)} greedy tokens are those of {truth}; all fits the context."
    return Finding(figure, allowed, "ok", reason)


def _summed(logits: Tensor, path: Tensor) -> Tensor:
    """Log-likelihood of the tokens `path` under the logits `[T, V]` before each."""
    return logits.log_softmax(dim=-1).gather(1, path[:, None]).sum().cpu()


def _other_word(loaded: LoadedModel, inputs: Any, said: Tensor, allowed: float) -> int | None:
    """The first step at which `generate` has a likelier token than ours, by more than this share of the logits."""
    if not len(said):
        return None
    logits = generated_logits(loaded, inputs, said)
    behind = logits.max(dim=1).values - logits.gather(1, said[: len(logits), None]).squeeze(1)
    steps = (behind > allowed * logits.abs().amax(dim=1)).nonzero()
    return int(steps[0]) if len(steps) else None
