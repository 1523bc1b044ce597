"""What a model says when it is told in words what the image shows."""

import numpy as np
import pytest
import torch
from scipy.special import softmax

from angiogram.diagnose.collect.plan import plan
from angiogram.diagnose.read.told_in_words import MOST, probability_when_told, speech, told


def test_a_model_that_repeats_what_it_reads_can_say_it_unless_its_head_prefers_one_class(tiny, squares):
    planned = plan(tiny, squares, np.ones(len(squares), dtype=bool))
    rows = [tiny.processor.tokenizer(name).input_ids for name in squares.classes]
    heard: list[int] = []

    def hear(_, __, inputs):
        if "pixel_values" in inputs:  # a prompt: the statement's name comes first
            said = f" {tiny.processor.tokenizer.decode(inputs['input_ids'][0])} "
            heard[:] = rows[min(range(len(rows)), key=lambda k: said.find(squares.classes[k]) % 10_000)]

    def repeat(_, __, logits):
        return logits.index_add(-1, torch.tensor(heard), torch.full((*logits.shape[:-1], len(heard)), 50.0))

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


@pytest.mark.parametrize("classes", [2, 4, 24])
def test_the_better_it_repeats_the_more_it_is_said_to(classes):
    order = ("cannot say", "unclear", "can say")
    said = [order.index(speech(1 / classes + step / 20 * (1 - 1 / classes), classes)) for step in range(21)]
    assert said == sorted(said) and set(said) == {0, 1, 2}


def test_the_statement_comes_before_the_question(squares):
    assert told("liver", squares.question) == "The image shows: liver. Which structure is shown?"
