"""Several words for one class: their probabilities add up, and none is counted twice."""

import pytest
import torch

from angiogram.answer.counted import class_scores, counted_words
from angiogram.answer.forks import forks
from angiogram.answer.labels import label_tree, path_tree, words_tree
from angiogram.answer.lens import lens
from angiogram.answer.likelihood import class_log_likelihoods, tree_logits, word_log_likelihoods
from angiogram.answer.prefill import prefill
from angiogram.answer.respond import respond
from angiogram.data.class_words import ClassWords, one_word_each
from angiogram.data.sources.spoken import as_spoken
from angiogram.model.prompt import chat, prepare

WORDS = ClassWords((("left kidney", "liver", "left"), ("right kidney", "left lung")))


@pytest.fixture
def inputs(tiny, squares):
    images = [squares.read(row) for row in squares.rows[:3]]
    return prepare(tiny.processor, chat(tiny.processor, squares.question), images)


def test_a_class_has_the_probability_of_its_words(tiny, inputs):
    tokenizer, filled = tiny.processor.tokenizer, prefill(tiny, inputs)
    alone = class_log_likelihoods(filled, label_tree(tokenizer, WORDS.texts))
    together = class_log_likelihoods(filled, words_tree(tokenizer, WORDS))
    left_kidney, liver, left, right_kidney, left_lung = alone.unbind(1)
    torch.testing.assert_close(together[:, 0], liver.logaddexp(left))  # "left" holds "left kidney"
    torch.testing.assert_close(together[:, 1], right_kidney.logaddexp(left_lung))
    assert (left >= left_kidney).all()


def test_of_one_word_a_class_has_its_probability(tiny, inputs):
    filled, tree = prefill(tiny, inputs), label_tree(tiny.processor.tokenizer, WORDS.texts)
    scores = word_log_likelihoods(tree_logits(filled, tree), tree)
    assert torch.equal(class_scores(scores, tree.counted), scores)


def test_the_order_of_words_and_equal_words_change_nothing():
    assert counted_words([(1,), (1, 2), (3,)], [[0, 1], [2]]) == ((0,), (2,))
    assert counted_words([(1, 2), (1,), (1,), (3,)], [[0, 1, 2], [3]]) == ((1,), (3,))
    assert counted_words([(1,), (1, 2)], [[0], [1]]) == ((0,), (1,))  # of two classes: said in a warning


def test_a_beginning_is_told_of_words_of_two_classes_only():
    tree = path_tree([(1,), (1, 2), (3,), (1, 4)], counted=((0,), (2, 3)))
    assert tree.beginnings() == [(0, 3)]


def test_another_wording_is_scored_beside_and_counts_nowhere(tiny, inputs):
    tokenizer, filled = tiny.processor.tokenizer, prefill(tiny, inputs)
    words = ClassWords((("left_kidney",), ("liver",)))
    plain, beside = words_tree(tokenizer, words), words_tree(tokenizer, words, as_spoken(words))
    assert plain.beside == () and beside.counted == plain.counted and beside.beside == ((2,), (1,))
    torch.testing.assert_close(class_log_likelihoods(filled, beside), class_log_likelihoods(filled, plain))
    scores = word_log_likelihoods(tree_logits(filled, beside), beside)
    spoken = class_log_likelihoods(filled, label_tree(tokenizer, ["left kidney", "liver"]))
    torch.testing.assert_close(class_scores(scores, beside.beside), spoken)
    assert [fork.tokens for fork in forks(beside)] == [fork.tokens for fork in forks(plain)]


def test_the_lens_adds_up_over_words_as_the_answer_does(tiny, inputs):
    words = ClassWords((("left kidney", "liver"), ("right kidney", "left lung")))
    together, alone = (read_through(tiny, inputs, of) for of in (words, one_word_each(words.texts)))
    torch.testing.assert_close(together[..., 0], alone[..., :2].sum(-1))
    torch.testing.assert_close(together[..., 1], alone[..., 2:].sum(-1))


def read_through(loaded, inputs, words):
    """Probabilities `[B, blocks, K]` that the lens reads."""
    tree = words_tree(loaded.processor.tokenizer, words)
    reader = lens(loaded, tree)
    assert reader is not None
    with reader.at_prompt() as ends:
        filled = prefill(loaded, inputs)
    with reader.at_names() as behind:
        logits = tree_logits(filled, tree)
    return reader.log_likelihoods(ends, behind, logits).exp()


def test_what_is_said_is_the_same_whatever_counts(tiny, inputs):
    tokenizer, filled, everyone = tiny.processor.tokenizer, prefill(tiny, inputs), torch.ones(3, dtype=torch.bool)
    said = [
        respond(filled, tree, tree_logits(filled, tree), everyone, 6)[1]
        for tree in (words_tree(tokenizer, WORDS), label_tree(tokenizer, ["liver"]))
    ]
    assert torch.equal(*said)
