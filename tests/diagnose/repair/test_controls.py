"""Negative controls: random weights behind an interface and none before it, and labels that were handed around."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from angiogram.diagnose.repair.controls import exchanged_labels, random_behind
from angiogram.diagnose.repair.interface import connector_output, encoder_output, image_tokens
from tests.model.tiny import TINY


def same(loaded, twin, path, without=()):
    """Whether all weights of a part are alike in both; those under other paths are left out."""
    ours, theirs = (dict(model.get_submodule(path).named_parameters()) for model in (loaded.model, twin.model))
    left = [name for name in ours if not any(f"{path}.{name}".startswith(f"{other}.") for other in without)]
    return [torch.equal(ours[name], theirs[name]) for name in left if len(ours[name].unique()) > 1]


@pytest.mark.parametrize("name", ["angiogram", *TINY])
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
        assert not any(same(loaded, twin, path)[0] for path in anatomy.llm_blocks)
    assert all(torch.equal(value, before[key]) for key, value in loaded.model.state_dict().items())


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
