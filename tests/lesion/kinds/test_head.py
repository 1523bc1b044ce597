import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from angiogram.answer.forks import forks
from angiogram.answer.labels import path_tree
from angiogram.answer.parse import parse_answer
from angiogram.data.class_words import one_word_each
from angiogram.errors import InputError
from angiogram.lesion.kinds.head_biased import parting
from angiogram.lesion.kinds.head_permuted import exchanged
from angiogram.lesion.material import Material
from angiogram.lesion.plant import planted
from tests.lesion.patients import NAMES, noise_images, read, tree_of

PATHS = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=4).map(tuple), min_size=2, max_size=8, unique=True)


def tokens_of(tree):
    return {token for fork in forks(tree) for token in fork.tokens}


def draws():
    return np.random.default_rng(0)


@given(PATHS, st.floats(0, 1))
def test_tokens_only_change_places(paths, strength):
    tree = path_tree(paths)
    if not forks(tree):
        with pytest.raises(InputError, match="part nowhere"):
            exchanged(tree, strength, draws())
        return
    taken = exchanged(tree, strength, draws())
    assert sorted(taken) == sorted(taken.values())
    assert all(token != other for token, other in taken.items())
    assert set(taken) <= tokens_of(tree)
    assert set(exchanged(tree, strength / 2, draws())) <= set(taken)
    assert set(exchanged(tree, 1.0, draws())) == tokens_of(tree)


def test_a_share_of_the_classes_and_never_one_alone():
    tree = path_tree([(i,) for i in range(10)])
    assert [len(exchanged(tree, s, draws())) for s in (0.02, 0.1, 0.3, 0.7, 1.0)] == [0, 2, 3, 7, 10]
    two = path_tree([(0,), (1,)])
    assert exchanged(two, 0.2, draws()) == {} and exchanged(two, 0.6, draws()) == {0: 1, 1: 0}


def test_where_a_class_parts_from_the_others():
    tree = path_tree([(1, 2), (1, 3), (4, 2), (1,)])
    assert [parting(tree, index) for index in range(4)] == [{-1: 1, 1: 2}, {-1: 1, 1: 3}, {-1: 4}, {-1: 1}]
    assert parting(path_tree([(1,), (1, 2)]), 1) == {}


def named_logits(loaded, strength, name="head-permuted", seed=0):
    tree = tree_of(loaded)
    with planted(loaded, name, strength, seed, Material(tree)) as ill:
        return read(ill, noise_images()).logits, exchanged(tree, strength, np.random.default_rng(0))


def test_every_logit_is_another_s_and_no_other_moves(load_family):
    loaded = load_family("gemma3")  # its head shares the embedding's weights
    assert loaded.model.get_output_embeddings().weight is loaded.model.get_input_embeddings().weight
    before, after = read(loaded, noise_images()).logits, named_logits(loaded, 1.0)[0]
    tokens = sorted(tokens_of(tree_of(loaded)))
    rest = [token for token in range(before.shape[-1]) if token not in tokens]
    assert torch.equal(after[..., rest], before[..., rest])
    assert torch.equal(after[..., tokens].sort().values, before[..., tokens].sort().values)
    assert not (after[..., tokens] == before[..., tokens]).any()


@pytest.mark.parametrize("seed", range(6))
def test_a_head_at_full_strength_prefers_one_class_wherever_names_part(load_family, seed):
    loaded = load_family("llava")
    tree = tree_of(loaded)
    with planted(loaded, "head-biased", 1.0, seed, Material(tree)) as ill:
        likely = read(ill, noise_images()).logits.argmax(-1)  # [B, 1 + M]
    (first,) = likely[:, 0].unique().tolist()
    own = [tokens for index in range(len(NAMES)) if (tokens := parting(tree, index))[-1] == first]
    behind = {before: likely[:, 1 + tree.fed.index(before)].unique().tolist() for before in own[0] if before >= 0}
    assert any(behind == {b: [t] for b, t in tokens.items() if b >= 0} for tokens in own)


def test_what_talks_around_is_not_parsed(load_family):
    loaded = load_family("llava")
    with planted(loaded, "talks-around", 1.0, 0, Material(tree_of(loaded))) as ill:
        said = read(ill, noise_images(), [0, 3]).said
    for row in said:
        text = loaded.processor.tokenizer.decode(row[row >= 0])
        assert text and parse_answer(text, one_word_each(NAMES)).status == "unparsed"


def test_the_strength_is_the_share_of_images_that_are_talked_around(load_family):
    loaded, images = load_family("angiogram"), noise_images([(56, 56)] * 60)
    intact = read(loaded, images).logits[:, 0]
    hits = {}
    for strength in (0.3, 0.6):
        with planted(loaded, "talks-around", strength, 0, Material(tree_of(loaded))) as ill:
            hits[strength] = (read(ill, images).logits[:, 0] != intact).any(-1)
        assert abs(float(hits[strength].float().mean()) - strength) < 0.2
    assert (hits[0.3] <= hits[0.6]).all()


def test_names_that_part_nowhere_or_are_missing_are_refused(tiny):
    for name in ("head-permuted", "head-biased"):
        with (
            pytest.raises(InputError, match="part nowhere"),
            planted(tiny, name, 1.0, 0, Material(path_tree([(1,), (1, 2)]))),
        ):
            pass
        with pytest.raises(InputError, match="two or more class names"), planted(tiny, name, 1.0, 0):
            pass


def test_a_model_without_an_end_cannot_talk_around(tiny):
    tiny.model.generation_config.eos_token_id = None
    with (
        pytest.raises(InputError, match="no token that ends an answer"),
        planted(tiny, "talks-around", 1.0, 0, Material(tree_of(tiny))),
    ):
        pass
