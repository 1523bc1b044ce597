"""Likelihoods and words from one prefill are those of the two that were asked for one after the other."""

import pytest
import torch

from angiogram.answer.generate import continue_greedily
from angiogram.answer.labels import label_tree, path_tree
from angiogram.answer.likelihood import class_log_likelihoods, tree_logits
from angiogram.answer.prefill import prefill
from angiogram.answer.respond import respond
from angiogram.model.prompt import chat, prepare

EVERYONE = torch.ones(4, dtype=torch.bool)


@pytest.fixture
def filled(tiny, squares):
    images = [squares.read(row) for row in squares.rows[:4]]
    return prefill(tiny, prepare(tiny.processor, chat(tiny.processor, squares.question), images))


def test_it_is_likelihood_and_generation(tiny, squares, filled):
    tree = label_tree(tiny.processor.tokenizer, squares.classes)
    scores, said = respond(filled, tree, tree_logits(filled, tree), EVERYONE, 6)
    assert torch.equal(scores, class_log_likelihoods(filled, tree))
    assert torch.equal(said, continue_greedily(filled, torch.arange(4), 6).cpu())
    assert scores.shape == (4, 4) and said.shape == (4, 6)


def test_an_answer_that_the_class_names_hold_needs_no_generation(filled):
    """Names made of what the model says: walked in the tree for all rows, the answer is the same."""
    greedy = continue_greedily(filled, torch.arange(4), 5)
    tree = path_tree(sorted({tuple(row) for row in greedy.tolist()}))
    assert torch.equal(respond(filled, tree, tree_logits(filled, tree), EVERYONE, 5)[1], greedy)


@pytest.mark.parametrize("asked", [[True, False, True, False], [False] * 4])
@pytest.mark.parametrize("inside", [True, False])
def test_who_is_not_asked_says_nothing(tiny, squares, filled, asked, inside):
    greedy = continue_greedily(filled, torch.arange(4), 5)
    tree = label_tree(tiny.processor.tokenizer, squares.classes)
    if inside:
        tree = path_tree(sorted({tuple(row) for row in greedy.tolist()}))
    scores, said = respond(filled, tree, tree_logits(filled, tree), torch.tensor(asked), 5)
    assert torch.equal(scores, class_log_likelihoods(filled, tree))
    for row, wanted in enumerate(asked):
        assert torch.equal(said[row], greedy[row] if wanted else torch.full((5,), -1))
