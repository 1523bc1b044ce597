"""How likely a model's own words were to it: the same as through the tree of words, which goes another way."""

import pytest
import torch

from angiogram.answer.generate import continue_greedily
from angiogram.answer.labels import path_tree
from angiogram.answer.likelihood import tree_logits, word_log_likelihoods
from angiogram.answer.prefill import prefill
from angiogram.answer.said import mean_log_probabilities
from angiogram.model.placed import chat_around
from angiogram.model.prompt import prepare
from tests.train.conflict.test_tug_of_war import read

QUESTIONS = ("What is seen?", "Is the left lung clear in this image?")


def prompts_of(loaded, *questions):
    texts = [chat_around(loaded.processor, question)[0] for question in questions]
    return prefill(loaded, prepare(loaded.processor, texts, [read("0.png") for _ in questions]))


@pytest.mark.parametrize("family", ["angiogram", "llava", "gemma3", "qwen2_vl"])
def test_it_is_that_of_the_words_alone(load_family, family):
    loaded = load_family(family)
    prompts = prompts_of(loaded, *QUESTIONS)
    tokens = torch.arange(3, 13).reshape(2, 5)  # any words will do
    tokens[1, 3:] = -1
    found = mean_log_probabilities(prompts, tokens)
    for row, question in enumerate(QUESTIONS):
        own = tuple(tokens[row][tokens[row] >= 0].tolist())
        alone, tree = prompts_of(loaded, question), path_tree([own])
        whole = word_log_likelihoods(tree_logits(alone, tree), tree)[0, 0]
        assert float(found[row]) == pytest.approx(float(whole) / len(own), abs=2e-3)


def test_greedy_words_leave_the_cache_as_it_was(load_family):
    prompts = prompts_of(load_family("angiogram"), *QUESTIONS)
    before = continue_greedily(prompts, torch.arange(2), 4)
    once, again = (mean_log_probabilities(prompts, before) for _ in range(2))
    assert torch.equal(once, again) and torch.equal(continue_greedily(prompts, torch.arange(2), 4), before)


def test_an_answer_without_a_word_is_impossible(load_family):
    prompts = prompts_of(load_family("angiogram"), QUESTIONS[0])
    assert mean_log_probabilities(prompts, torch.full((1, 4), -1)).tolist() == [-torch.inf]
