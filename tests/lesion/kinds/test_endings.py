"""Answers that end at once, never, or with a letter too many: of a head that is made to say one class name."""

from contextlib import ExitStack

import pytest
import torch

from angiogram.answer.likelihood import tree_log_likelihoods
from angiogram.answer.parse import parse_answer
from angiogram.data.class_words import one_word_each
from angiogram.errors import InputError
from angiogram.lesion.head import head_of
from angiogram.lesion.kinds.endings import letter_of
from angiogram.lesion.material import Material
from angiogram.lesion.plant import planted
from angiogram.lesion.raised import BEGINNING, Raised, above
from angiogram.lesion.shown import Shown
from tests.lesion.patients import NAMES, noise_images, read, tree_of

FAMILIES = ("angiogram", "gemma3", "qwen2_vl")
FORMAT = ("answer-ends-at-once", "answer-never-ends", "answer-letter-too-many")


@pytest.fixture(params=FAMILIES)
def loaded(request, load_family):
    return load_family(request.param)


def spoken(loaded, strength=1.0, lesion=None):
    """The reading of a model whose head says the shortest name, and that name."""
    tree, images, end = tree_of(loaded), noise_images([(56, 56)] * 12), loaded.model.generation_config.eos_token_id
    paths = [[token for _, token in pairs] for pairs in tree.scored]
    path, name = min(zip(paths, NAMES, strict=True), key=lambda pair: len(pair[0]))
    assert len(set(path)) == len(path) < 5
    with planted(loaded, lesion or FORMAT[1], strength if lesion else 0.0, 0, Material(tree)), ExitStack() as stack:
        tokens = {BEGINNING: path[0], **dict(zip(path, [*path[1:], end], strict=True))}
        says = Raised(Shown(loaded, stack), tokens, above, lambda _: True)
        stack.callback(head_of(loaded).register_forward_hook(lambda _, __, out: says(out), prepend=True).remove)
        return read(loaded, images, list(range(12))), name


def texts(loaded, reading):
    return [loaded.processor.tokenizer.decode(row[row >= 0]) for row in reading.said]


def test_without_a_fault_the_name_is_said(loaded):
    found, name = spoken(loaded)
    assert set(texts(loaded, found)) == {name}


@pytest.mark.parametrize("lesion", FORMAT)
def test_what_is_said_is_no_class_name_and_the_likely_class_stays(loaded, lesion):
    (intact, name), (found, _) = spoken(loaded), spoken(loaded, lesion=lesion)
    tree, index = tree_of(loaded), NAMES.index(name)
    for reading in (intact, found):
        assert set(tree_log_likelihoods(reading.logits, tree).argmax(dim=1).tolist()) == {index}
    said = set(texts(loaded, found))
    if lesion == "answer-ends-at-once":
        assert said == {""} and torch.equal(found.logits, intact.logits)
    elif lesion == "answer-never-ends":
        assert (found.said >= 0).all()
    else:
        assert len(said) == 1 and (text := said.pop()).startswith(name) and len(text) == len(name) + 1
    for row, text in zip(found.said, texts(loaded, found), strict=True):
        assert parse_answer(text, one_word_each(NAMES), finished=bool((row < 0).any())).label is None


@pytest.mark.parametrize("lesion", FORMAT[1:])
def test_the_strength_is_the_share_of_the_images(loaded, lesion):
    found, name = spoken(loaded, 0.5, lesion)
    said = texts(loaded, found)
    assert 2 <= sum(text == name for text in said) <= 10


def test_the_ends_of_an_answer_are_put_back(loaded):
    config = loaded.model.generation_config
    kept, tree = config.eos_token_id, tree_of(loaded)
    firsts = {pairs[0][1] for pairs in tree.scored}
    for strength, count in ((1e-6, 1), (0.5, round(0.5 * len(firsts))), (1.0, len(firsts))):
        with planted(loaded, "answer-ends-at-once", strength, 0, Material(tree)):
            assert len(set(config.eos_token_id) & firsts) == max(1, count) and config.eos_token_id[0] == kept
        assert config.eos_token_id == kept


def test_a_vocabulary_without_a_free_letter_is_refused(tiny):
    class Spaced:
        unk_token_id = None

        def convert_tokens_to_ids(self, letter):
            return None if letter == "x" else 7

        def decode(self, tokens):
            return " ".join(map(str, tokens))

    with pytest.raises(InputError, match="None of the letters xzqkjvwy can be written"):
        letter_of(Spaced(), tree_of(tiny), [1])
