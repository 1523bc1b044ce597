"""What a model says when it is told, and what that changes in the verdicts."""

import numpy as np
import pytest
import torch
from angiogram.diagnose.judge.fault import first_fault
from angiogram.diagnose.judge.verdicts import verdicts
from scipy.special import softmax

from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.collect.plan import plan
from angiogram.diagnose.read.told import MOST, Speech, probability_when_told, speech, unreadable, with_told
from angiogram.diagnose.statistics.bootstrap import resample_groups

CAN: tuple[Speech, ...] = ("can say", "unclear", "cannot say")
DRAWS = resample_groups(np.arange(400))


def judged(**shares):
    right = {key: np.arange(400) < 400 * share for key, share in shares.items()}
    return verdicts(right, DRAWS), account(right, DRAWS).accuracies


def by_mode(found):
    return {verdict.mode: verdict for verdict in found}


def test_a_model_that_repeats_what_it_reads_can_say_it_unless_its_head_prefers_one_class(tiny, squares):
    planned = plan(tiny, squares, np.ones(len(squares), dtype=bool))
    rows = [tiny.processor.tokenizer(name).input_ids for name in squares.classes]
    told: list[int] = []

    def hear(_, __, inputs):
        if "pixel_values" in inputs:  # a prompt: the statement's name comes first
            said = f" {tiny.processor.tokenizer.decode(inputs['input_ids'][0])} "
            told[:] = rows[min(range(len(rows)), key=lambda k: said.find(squares.classes[k]) % 10_000)]

    def repeat(_, __, logits):
        return logits.index_add(-1, torch.tensor(told), torch.full((*logits.shape[:-1], len(told)), 50.0))

    def prefer(_, __, logits):
        return logits.index_add(-1, torch.tensor(rows[0]), torch.full((*logits.shape[:-1], len(rows[0])), 200.0))

    head = tiny.model.get_output_embeddings()
    hooks = [
        tiny.model.register_forward_pre_hook(hear, with_kwargs=True),
        head.register_forward_hook(repeat),
    ]
    try:
        assert probability_when_told(planned, squares) > 0.99
        hooks.append(head.register_forward_hook(prefer))  # a head that always says the first class has lost the others
        assert probability_when_told(planned, squares) == pytest.approx(1 / len(squares.classes), abs=0.05)
    finally:
        for hook in hooks:
            hook.remove()


def test_a_model_that_always_says_the_same_is_at_chance(tiny, squares):
    planned = plan(tiny, squares, np.ones(len(squares), dtype=bool))
    head = tiny.model.get_output_embeddings()
    hook = head.register_forward_hook(lambda _, __, logits: torch.zeros_like(logits))
    try:
        assert probability_when_told(planned, squares) == pytest.approx(1 / len(squares.classes))
    finally:
        hook.remove()


def test_two_classes_are_no_coin_flip():
    """A model that does not read the words prefers one of two classes by a hair, and half of the time the right one."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(200):
        scores = -5 + 0.1 * rng.normal(size=(2, 2))
        found.append(speech(float(np.diag(softmax(scores, axis=1)).mean()), 2))
    assert set(found) == {"cannot say"} and MOST == 64


def test_a_model_that_can_say_the_classes_cannot_read_what_it_is_given():
    found, accuracies = judged(V=0.95, C=0.94, U=0.93, S=0.3, G=0.3)
    assert unreadable(found, accuracies, "can say")
    assert not unreadable(found, accuracies, "cannot say") and not unreadable(found, accuracies, "unclear")
    assert first_fault(found, True) == "comprehension" and first_fault(found, False) == "mapping"
    said = {can: by_mode(with_told(found, accuracies, 0.97, can))["mapping"].evidence for can in CAN}
    assert said["can say"].endswith(
        "Told in words what the image shows, the model gives that class 97 %: it can say the classes, so what reaches "
        "the last token is not in its own terms."
    )
    assert said["cannot say"].endswith("it does not say the classes even then.")
    assert said["unclear"].endswith("whether it can say the classes is not clear.")


def test_the_first_present_loss_is_the_fault():
    found, _ = judged(V=0.95, C=0.6, U=0.3, S=0.3, G=0.3)
    assert first_fault(found, False) == "connector" and first_fault(found, False, {"connector"}) == "comprehension"
    healthy, _ = judged(V=0.95, C=0.95, U=0.95, S=0.95, G=0.95)
    assert first_fault(healthy, False) is None


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
    assert not unreadable(found, accuracies, "can say")
    assert with_told(found, accuracies, 0.97, "can say") == found
