"""Are answers that are read from the prompt's cache the answers that the model gives?"""

from typing import Any

import torch
from torch import Tensor

from angiogram.answer.generate import continue_greedily
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import Prefill, prefill
from angiogram.check.difference import apart, likelihoods_apart, tolerance
from angiogram.check.forced import forward_logits, generated_logits
from angiogram.check.result import Finding
from angiogram.check.subject import Subject
from angiogram.diagnose.collect.plan import answer_tokens
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
    """The first image's class names and first greedy tokens, and the room that every image's prompt and answer need.

    A model whose prompt reads in both directions (PaliGemma) sees a class name that stands behind it: no forward pass
    over both says the same as an answer, so that `generate` alone is the truth there. So it is where recurrent layers
    compute one token behind the prompt otherwise than many (Nemotron-H bounds its time steps in the prompt alone), of
    which the check warns.
    """
    loaded = subject.loaded
    allowed = tolerance(loaded.model)
    inputs = prepare(loaded.processor, subject.prompt, subject.images[:1]).to(loaded.device)
    prompts = prefill(loaded, inputs)
    figure, truth, caution = _names_apart(subject, inputs, prompts, allowed)
    if figure > allowed:
        return Finding(figure, allowed, "wrong", f"Class log-likelihoods from the cache are not those of {truth}.")
    said = continue_greedily(prompts, torch.arange(1), FIRST_TOKENS)[0]
    said = said[said >= 0]
    step = _other_word(loaded, inputs, said, allowed)
    if step is not None:
        return Finding(figure, allowed, "wrong", f"Token {step + 1} of the greedy answer is not generate's.")
    try:
        for image in subject.images:  # the largest need not be the first
            alone = prepare(loaded.processor, subject.prompt, [image])
            check_length(loaded.model, alone, answer_tokens(subject.tree))
    except InputError as error:
        return Finding(figure, allowed, "wrong", str(error))
    reason = f"Class log-likelihoods and {len(said)} greedy tokens are those of {truth}; all fits the context."
    return Finding(figure, allowed, "warning" if caution else "ok", reason + caution)


def _names_apart(subject: Subject, inputs: Any, prompts: Prefill, allowed: float) -> tuple[float, str, str]:
    """How far the cache's log-likelihoods of the first class names lie from the model's own, what that is, a caution.

    The caution is empty where there is none.
    """
    loaded = subject.loaded
    cached = class_log_likelihoods(prompts, subject.tree)[0, :MOST_NAMES].cpu()  # one word a class
    by_generate: list[Tensor] = []
    by_forward: list[Tensor] = []
    two_way = False
    for pairs in subject.tree.scored[:MOST_NAMES]:
        path = torch.tensor([token for _, token in pairs], device=inputs["input_ids"].device)
        by_generate.append(_summed(generated_logits(loaded, inputs, path), path))
        whole = forward_logits(loaded, inputs, path)
        two_way |= apart(whole[0], prompts.logits[0].float().cpu()) > allowed
        by_forward.append(_summed(whole, path))
    generated = likelihoods_apart(cached, torch.stack(by_generate))
    if two_way:
        return generated, "generate (its prompt reads in both directions)", ""
    forward = likelihoods_apart(cached, torch.stack(by_forward))
    if prompts.recurrent and generated <= allowed < forward:
        caution = (
            f" A forward pass over prompt and name differs by {forward:.2g}: this model, which has recurrent layers, "
            "computes a token behind its prompt otherwise than many at once."
        )
        return generated, "generate", caution
    return max(generated, forward), "generate and of a forward pass over each name", ""


def _summed(logits: Tensor, path: Tensor) -> Tensor:
    """Log-likelihood of the tokens `path` under the logits `[T, V]` before each."""
    return logits.log_softmax(dim=-1).gather(1, path[:, None].cpu()).sum()


def _other_word(loaded: LoadedModel, inputs: Any, said: Tensor, allowed: float) -> int | None:
    """The first step at which `generate` has a likelier token than ours, by more than this share of the logits."""
    if not len(said):
        return None
    logits = generated_logits(loaded, inputs, said)
    behind = logits.max(dim=1).values - logits.gather(1, said[: len(logits), None].cpu()).squeeze(1)
    steps = (behind > allowed * logits.abs().amax(dim=1)).nonzero()
    return int(steps[0]) if len(steps) else None
