"""Class names that begin alike: one inside another, one the beginning of all."""

import pytest
import torch

from angiogram.answer.labels import label_tree, path_tree
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import prefill
from angiogram.model.prompt import chat, prepare

NAMES = ("left", "left lung", "left lung lower lobe", "left kidney", "lung", "l")


@pytest.mark.parametrize("order", [1, -1])
def test_names_that_are_prefixes_of_each_other_score_as_full_forwards(tiny, squares, order):
    names = NAMES[::order]
    prompt, images = chat(tiny.processor, squares.question), [squares.read(row) for row in squares.rows[:2]]
    inputs = prepare(tiny.processor, prompt, images)
    tokenizer = tiny.processor.tokenizer
    scores = class_log_likelihoods(prefill(tiny, inputs), label_tree(tokenizer, names))
    for k, name in enumerate(names):
        tokens = torch.tensor(tokenizer(name, add_special_tokens=False).input_ids)
        full = dict(prepare(tiny.processor, prompt + name, images))
        length = inputs["input_ids"].shape[1]
        assert full["input_ids"][0, length:].tolist() == tokens.tolist()
        with torch.no_grad():
            log_probabilities = tiny.model(**full).logits.log_softmax(-1)[:, length - 1 : -1]
        expected = log_probabilities[:, torch.arange(len(tokens)), tokens].sum(dim=1)
        torch.testing.assert_close(scores[:, k], expected, atol=1e-4, rtol=1e-4)


def test_names_that_begin_others_are_found():
    tree = path_tree([(1,), (1, 2), (3,), (1, 2, 4)])
    assert tree.beginnings() == [(0, 1), (0, 3), (1, 3)]
