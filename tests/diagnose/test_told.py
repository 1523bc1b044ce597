"""What a model says when it is told, and what that changes in the verdicts."""

import numpy as np
import pytest
import torch

from angiogram.diagnose.accounting import account
from angiogram.diagnose.bootstrap import resample_groups
from angiogram.diagnose.plan import plan
from angiogram.diagnose.told import MOST, can_say, named_when_told, unreadable, with_told
from angiogram.diagnose.verdicts import verdicts

DRAWS = resample_groups(np.arange(400))


def judged(**shares):
    right = {key: np.arange(400) < 400 * share for key, share in shares.items()}
    return verdicts(right, DRAWS), account(right, DRAWS).accuracies


def by_mode(found):
    return {verdict.mode: verdict for verdict in found}


def test_a_model_that_repeats_what_it_reads_names_every_class(tiny, squares):
    planned = plan(tiny, squares, np.ones(len(squares), dtype=bool))
    rows = [tiny.processor.tokenizer(name).input_ids for name in squares.classes]
    told: list[int] = []

    def hear(_, __, inputs):
        if "pixel_values" in inputs:  # a prompt: the statement's name comes first
            said = f" {tiny.processor.tokenizer.decode(inputs['input_ids'][0])} "
            told[:] = rows[min(range(len(rows)), key=lambda k: said.find(squares.classes[k]) % 10_000)]

    def repeat(_, __, logits):
        return logits.index_add(-1, torch.tensor(told), torch.full((*logits.shape[:-1], len(told)), 50.0))

    hooks = (
        tiny.model.register_forward_pre_hook(hear, with_kwargs=True),
        tiny.model.get_output_embeddings().register_forward_hook(repeat),
    )
    try:
        assert named_when_told(planned, squares) == 1.0
    finally:
        for hook in hooks:
            hook.remove()


def test_a_model_that_always_says_the_same_names_one_class(tiny, squares):
    planned = plan(tiny, squares, np.ones(len(squares), dtype=bool))
    head = tiny.model.get_output_embeddings()
    hook = head.register_forward_hook(lambda _, __, logits: torch.zeros_like(logits))
    try:
        assert named_when_told(planned, squares) == pytest.approx(1 / len(squares.classes))
    finally:
        hook.remove()


def test_many_classes_are_told_by_an_even_choice():
    assert MOST == 64
    assert can_say(0.6, 500) and not can_say(0.4, 500)


def test_a_model_that_can_say_the_classes_cannot_read_what_it_is_given():
    found, accuracies = judged(V=0.95, C=0.94, U=0.93, S=0.3, G=0.3)
    assert unreadable(found, accuracies, speaks=True) and not unreadable(found, accuracies, speaks=False)
    told = by_mode(with_told(found, accuracies, 0.97, speaks=True))
    assert told["mapping"].evidence.endswith(
        "But told in words what the image shows, the model names 97 % of the classes, so it can say them: what reaches "
        "the last token is not in its own terms."
    )
    told = by_mode(with_told(found, accuracies, 0.1, speaks=False))
    assert told["mapping"].evidence.endswith("the model names 10 % of the classes: it lacks the words for them.")


@pytest.mark.parametrize(
    "shares",
    [
        {"V": 0.95, "C": 0.94, "U": 0.4, "S": 0.3, "G": 0.3},  # lost inside the language model
        {"V": 0.95, "C": 0.94, "U": 0.93, "S": 0.92, "G": 0.3},  # a matter of format
        {"V": 0.95, "C": 0.94, "U": 0.93, "S": 0.92, "G": 0.92},  # healthy
    ],
)
def test_other_losses_are_left_alone(shares):
    found, accuracies = judged(**shares)
    assert not unreadable(found, accuracies, speaks=True)
    assert with_told(found, accuracies, 0.97, speaks=True) == found
