"""The arithmetic of single kinds."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from angiogram.answer.parse import check_names
from angiogram.data.phantom.structures import CLASSES
from angiogram.errors import InputError
from angiogram.lesion.kinds.encoder_positions import exchanged_places
from angiogram.lesion.kinds.llm import distant_pair
from angiogram.lesion.kinds.names import misspelt
from angiogram.lesion.kinds.precision import rounded
from angiogram.lesion.plant import planted, put_to
from angiogram.model.prompt import chat, prepare
from tests.lesion.patients import QUESTION, material_for, noise_images, read


@given(count=st.integers(0, 40), share=st.floats(0, 1), seed=st.integers(0, 9))
@settings(deadline=None, max_examples=50)
def test_a_share_of_the_places_is_exchanged_and_none_is_lost(count, share, seed):
    order = exchanged_places(count, share, np.random.default_rng(seed))
    assert sorted(order.tolist()) == list(range(count))
    moved, chosen = int((order != np.arange(count)).sum()), round(share * count)
    assert moved == (0 if chosen == 1 else chosen)


@given(bits=st.integers(2, 6), seed=st.integers(0, 9))
@settings(deadline=None, max_examples=30)
def test_rounding_keeps_the_largest_and_has_few_steps(bits, seed):
    states = torch.from_numpy(np.random.default_rng(seed).normal(size=(3, 50)).astype(np.float32))
    found = rounded(states, bits)
    torch.testing.assert_close(found.abs().amax(1), states.abs().amax(1))
    assert all(len(row.unique()) <= 2**bits - 1 for row in found)
    step = states.abs().amax(1, keepdim=True) / (2 ** (bits - 1) - 1)
    assert ((found - states).abs() <= step / 2 + 1e-6).all()
    torch.testing.assert_close(rounded(found, bits), found)


def test_blocks_that_are_built_differently_are_not_exchanged():
    wide, narrow = nn.Linear(3, 3), nn.Linear(2, 2)
    assert distant_pair([narrow, wide, wide, narrow]) == (1, 2)
    with pytest.raises(InputError, match="No two blocks"):
        distant_pair([wide, narrow])


def test_half_of_the_heads_are_silent(load_family):
    loaded, images = load_family("gemma3"), noise_images()[:1]
    block = loaded.model.get_submodule(loaded.anatomy.encoder_blocks[2])
    given_heads = []
    with planted(loaded, "encoder-heads-off", 1.0, 0, material_for(loaded, read(loaded, images))):
        handle = block.self_attn.out_proj.register_forward_pre_hook(lambda _, args: given_heads.append(args[0]))
        read(loaded, images)
        handle.remove()
    heads = given_heads[0].unflatten(-1, (2, -1)).abs().sum(dim=(0, 1, 3))
    assert sorted((heads == 0).tolist()) == [False, True]


def test_three_quarters_of_the_tokens_are_one(load_family):
    loaded, images = load_family("gemma3"), noise_images()
    tokens = []
    with planted(loaded, "connector-tokens-constant", 1.0, 0, material_for(loaded, read(loaded, images))) as ill:
        connector = ill.model.get_submodule(ill.anatomy.connector)
        handle = connector.register_forward_hook(lambda _, __, out: tokens.append(out))
        read(ill, images)
        handle.remove()
    for image in tokens[0]:
        _, times = image.unique(dim=0, return_counts=True)
        assert int(times.max()) == round(0.75 * len(image))


def test_every_class_of_the_phantom_has_other_names(squares):
    cases = replace(squares, classes=CLASSES, rows=())
    for name in ("names-german", "names-synonyms", "names-codes", "names-misspelt", "names-reversed"):
        check_names(put_to(cases, name, 1.0, 0).words)


@given(st.text("abcdefg ", min_size=1, max_size=20), st.integers(0, 9))
@settings(deadline=None)
def test_a_misspelt_name_has_the_same_letters_and_its_first_ones(name, seed):
    found = misspelt(name, np.random.default_rng(seed))
    assert sorted(found) == sorted(name) and [w[:1] for w in found.split(" ")] == [w[:1] for w in name.split(" ")]


@pytest.mark.parametrize("family", ["angiogram", "llava", "qwen2_vl", "gemma3", "idefics3", "mllama", "pixtral"])
def test_without_its_template_image_and_question_are_left(load_family, family):
    loaded, images = load_family(family), noise_images([(56, 56)])
    with planted(loaded, "template-lost", 1.0, 0) as ill:
        prompt = chat(ill.processor, QUESTION)
        given = prepare(ill.processor, prompt, images)["input_ids"]
    whole = chat(loaded.processor, QUESTION)
    assert prompt.endswith(QUESTION) and len(prompt) < len(whole) and "user" not in prompt.lower()
    before = prepare(loaded.processor, whole, images)["input_ids"]
    image = loaded.model.config.image_token_id
    assert int((given == image).sum()) == int((before == image).sum())


def test_a_template_without_marks_cannot_be_lost(load_family):
    with pytest.raises(InputError, match="no marks that could be lost"):
        planted(load_family("paligemma"), "template-lost", 1.0, 0).__enter__()
