"""Negative controls: random weights behind an interface and none before it, and labels that were handed around."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from angiogram.answer.prefill import prefill
from angiogram.diagnose.repair.controls import _sides, exchanged_labels, random_behind
from angiogram.diagnose.repair.interface import connector_output, encoder_output, image_tokens
from angiogram.imaging.image import Image
from angiogram.model.anatomy import Anatomy
from angiogram.model.load import load_model
from angiogram.model.prompt import chat, prepare
from tests.model.tiny import FAMILIES, write_tiny

TIED = ("angiogram", "gemma3", "internvl", "paligemma", "mistral3")
"""The head's weights are those of the token embeddings."""


def same(loaded, twin, path, without=()):
    """Whether all weights of a part are alike in both; those under other paths are left out."""
    ours, theirs = (dict(model.get_submodule(path).named_parameters()) for model in (loaded.model, twin.model))
    left = [name for name in ours if not any(f"{path}.{name}".startswith(f"{other}.") for other in without)]
    return [torch.equal(ours[name], theirs[name]) for name in left if len(ours[name].unique()) > 1]


@pytest.mark.parametrize("name", ["angiogram", *FAMILIES])
def test_what_stands_before_the_interface_stays_and_the_rest_is_random(name, load_family):
    loaded = load_family(name)
    anatomy, before = loaded.anatomy, {k: v.clone() for k, v in loaded.model.state_dict().items()}
    connectors = (anatomy.connector, *anatomy.deepstack)
    for interface in (connector_output(anatomy), image_tokens(anatomy), encoder_output(anatomy)):
        if interface is None:
            continue
        twin = random_behind(loaded, interface, 3)
        assert all(same(loaded, twin, anatomy.encoder, connectors))
        for path in connectors:
            kept = same(loaded, twin, path)
            assert kept and (not any(kept) if interface == encoder_output(anatomy) else all(kept)), path
        own = 0 if interface.side != "image tokens" else anatomy.llm_blocks.index(interface.modules[0]) + 1
        assert all(all(same(loaded, twin, path)) for path in anatomy.llm_blocks[:own])
        assert not any(any(same(loaded, twin, path)) for path in anatomy.llm_blocks[own:])
    assert all(torch.equal(value, before[key]) for key, value in loaded.model.state_dict().items())


def stages(loaded, embedded=None):
    """What flows at each place from the encoder's end to the head, and the model's text embeddings.

    With `embedded` the text is embedded by that instead of the model's own.
    """
    anatomy, model, seen = loaded.anatomy, loaded.model, {}
    image = Image(np.random.default_rng(0).integers(0, 255, (56, 56), dtype=np.uint8), ())
    inputs = prepare(loaded.processor, chat(loaded.processor, "Which structure is shown?"), [image])

    def entered(_, args, kwargs):
        seen["encoder"] = next(each for each in (*args, *kwargs.values()) if torch.is_tensor(each)).clone()

    def left(place):
        def hook(_, __, output):
            seen[place] = (output[0] if isinstance(output, tuple) else output).clone()

        return hook

    embeddings = model.get_input_embeddings()
    handles = [model.get_submodule(anatomy.connector).register_forward_pre_hook(entered, with_kwargs=True)]
    if embedded is not None:
        handles.append(embeddings.register_forward_hook(lambda _, args, __: embedded(*args)))
    places = (anatomy.connector, *anatomy.llm_blocks, anatomy.llm_norm)
    handles += [model.get_submodule(path).register_forward_hook(left(path)) for path in places]
    handles.append(model.get_output_embeddings().register_forward_hook(left("head")))
    try:
        with torch.no_grad():
            prefill(loaded, inputs)
    finally:
        for handle in handles:
            handle.remove()
    return seen


@pytest.mark.parametrize("name", ["angiogram", *FAMILIES])
def test_up_to_the_interface_all_flows_as_in_the_model_and_behind_it_nothing_does(name, load_family):
    loaded = load_family(name)
    anatomy, model = loaded.anatomy, loaded.model
    embeddings = model.get_input_embeddings()
    tied = model.get_output_embeddings().weight is embeddings.weight
    assert tied == (name in TIED)
    ours = stages(loaded)
    assert tuple(ours) == ("encoder", anatomy.connector, *anatomy.llm_blocks, anatomy.llm_norm, "head")
    tokens = image_tokens(anatomy)
    assert (tokens is None) == (name == "mllama")
    untouched = {encoder_output(anatomy): 1, connector_output(anatomy): 2}
    if tokens is not None:
        untouched[tokens] = 3 + anatomy.llm_blocks.index(tokens.modules[0])
    for interface, first in untouched.items():
        twin = random_behind(loaded, interface, 3)
        inside = interface == tokens
        theirs = stages(twin, embeddings if inside and tied else None)
        equal = [torch.equal(states, theirs[place]) for place, states in ours.items()]
        assert equal == [i < first for i in range(len(equal))], interface
        assert torch.equal(twin.model.get_input_embeddings().weight, embeddings.weight) == (inside and not tied)
        if inside and tied:  # the embeddings went with the head: only what they hand on differs before the interface
            theirs = stages(twin)
            assert torch.equal(ours[anatomy.connector], theirs[anatomy.connector])
            assert not torch.equal(ours[anatomy.llm_blocks[0]], theirs[anatomy.llm_blocks[0]])


@pytest.mark.parametrize("name", ["llava", "gemma3"])
def test_inside_the_language_model_later_blocks_norm_and_head_are_random_and_nothing_else(name, tmp_path):
    """Every weight is set to what no start gives it, so that one that was not kept shows."""
    write_tiny(name, tmp_path)
    loaded = load_model(str(tmp_path), tmp_path, lambda _: None)
    ours = dict(loaded.model.named_parameters())
    with torch.no_grad():
        for weight in ours.values():
            weight += 0.5
    twin = random_behind(loaded, image_tokens(loaded.anatomy), 3)
    changed = {name for name, weight in twin.model.named_parameters() if not torch.equal(weight, ours[name])}
    llm = loaded.anatomy.llm
    later = tuple(f"{path}." for path in loaded.anatomy.llm_blocks[2:])
    head = f"{llm}.embed_tokens.weight" if name in TIED else "lm_head.weight"
    assert changed == {name for name in ours if name.startswith(later)} | {f"{llm}.norm.weight", head}


def around_the_norm(norm, *blocks):
    return Anatomy("drawn", "see", (), 0, "join", (), "llm", blocks, norm, "row")


@pytest.mark.parametrize(
    ("norm", "end"),
    [("llm.norm", "llm.norm"), ("llm.mixer.norm", "llm.mixer"), ("llm.a.b.norm", "llm.a"), ("norm", "norm")],
)
def test_what_holds_the_final_norm_and_no_block_is_the_language_model_s_end(norm, end):
    anatomy = around_the_norm(norm, "llm.layers.0", "llm.layers.1", "llm.layers.10")
    before, behind = _sides(anatomy, image_tokens(anatomy))
    assert before == ("",) and behind == ("llm.layers.10", end)


def test_a_model_that_names_no_head_has_a_stranger_nevertheless(load_family, monkeypatch):
    loaded = load_family("llava")
    monkeypatch.setattr(type(loaded.model), "get_output_embeddings", lambda _: None)
    twin = random_behind(loaded, connector_output(loaded.anatomy), 3)
    assert not any(same(loaded, twin, loaded.anatomy.llm_blocks[0]))


def test_the_same_seed_makes_the_same_stranger(load_family):
    loaded = load_family("llava")
    one, two, other = (random_behind(loaded, connector_output(loaded.anatomy), seed) for seed in (3, 3, 4))
    path = loaded.anatomy.llm_blocks[0]
    assert all(same(one, two, path)) and not any(same(one, other, path))


@given(st.integers(0, 1000), st.integers(1, 5), st.booleans())
def test_labels_are_handed_around_among_the_groups_that_teach(seed, size, of_one_class):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(24), size)
    labels = np.arange(24)[groups] % 3 if of_one_class else rng.integers(0, 3, len(groups))
    taught = np.sort(rng.permutation(len(labels))[: 2 * len(labels) // 3])
    changed = exchanged_labels(labels, groups, taught, seed)
    others = np.setdiff1d(np.arange(len(labels)), taught)
    assert (changed[others] == labels[others]).all() and set(changed[taught]) <= set(labels[taught])
    if of_one_class:
        assert all(len(set(changed[taught][groups[taught] == g])) == 1 for g in np.unique(groups[taught]))


def test_what_the_labels_say_is_gone():
    labels, groups = np.arange(1200) % 4, np.arange(1200)
    taught = np.arange(1000)
    changed = exchanged_labels(labels, groups, taught, 0)
    assert np.mean(changed[taught] == labels[taught]) == pytest.approx(0.25, abs=0.05)
    assert np.bincount(changed[taught]).tolist() == np.bincount(labels[taught]).tolist()
