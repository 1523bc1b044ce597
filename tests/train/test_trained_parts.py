"""Every trained weight is in exactly one optimiser group, in every family, whatever is shared or factored."""

from collections import Counter
from copy import deepcopy
from dataclasses import replace

import pytest
import torch

from angiogram.errors import InputError
from angiogram.train.recipe import PartTraining
from angiogram.train.trained_parts import train_parts
from tests.model.tiny import TINY

FULL, LORA = PartTraining("full", 1e-3), PartTraining("lora", 1e-3, 2, 4)
FAMILIES = ("angiogram", *TINY)


@pytest.fixture
def model_of(load_family):
    """A family's model to be changed."""

    def load(family):
        loaded = load_family(family)
        return replace(loaded, model=deepcopy(loaded.model))

    return load


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    "parts",
    [
        {"encoder": FULL, "connector": FULL, "llm": FULL},
        {"connector": FULL, "llm": LORA},
        {"encoder": LORA, "connector": LORA, "llm": replace(LORA, rank=3)},
        {"encoder": LORA, "connector": FULL, "llm": FULL},
    ],
    ids=lambda parts: " ".join(part.train for part in parts.values()),
)
def test_every_trained_weight_is_in_one_group(model_of, family, parts):
    loaded = model_of(family)
    if family == "gemma3" and parts["connector"].train == "lora":  # a bare matrix, no layer
        parts = {**parts, "connector": FULL}
    model, groups = train_parts(loaded, parts)
    assert [group["name"] for group in groups] == [*parts]
    held = Counter(id(weight) for group in groups for weight in group["params"])
    trained = {id(weight): name for name, weight in model.named_parameters() if weight.requires_grad}
    assert {*held} == {*trained} and {*held.values()} == {1}
    torch.optim.AdamW(groups)  # which refuses a weight in two groups
    for group in groups:
        factored = parts[group["name"]].train == "lora"
        assert all(("lora_" in trained[id(weight)]) == factored for weight in group["params"])


@pytest.mark.parametrize("family", FAMILIES)
def test_full_training_of_all_parts_leaves_out_only_what_belongs_to_none(model_of, family):
    loaded = model_of(family)
    model, _ = train_parts(loaded, {"encoder": FULL, "connector": FULL, "llm": FULL})
    left = {name for name, weight in model.named_parameters() if not weight.requires_grad}
    assert left <= {"model.image_newline"}, left


def test_a_shared_weight_counts_once(model_of):
    loaded = model_of("angiogram")
    head, words = loaded.model.get_output_embeddings().weight, loaded.model.get_input_embeddings().weight
    assert head is words
    _, (group,) = train_parts(loaded, {"llm": FULL})
    assert sum(weight is words for weight in group["params"]) == 1


def test_in_full_training_the_encoder_has_a_gradient(model_of):
    loaded = model_of("angiogram")
    model, groups = train_parts(loaded, {"encoder": FULL, "connector": FULL})
    pixels = torch.randn(1, 3, 56, 56)
    model.model.get_image_features(pixels).sum().backward()
    blocks = [model.get_submodule(path) for path in loaded.anatomy.encoder_blocks]
    of_blocks = [weight for block in blocks for weight in block.parameters()]
    assert {*map(id, of_blocks)} <= {id(weight) for weight in groups[0]["params"]}
    assert all(weight.grad is not None and weight.grad.abs().sum() > 0 for weight in of_blocks)


def test_a_connector_within_the_encoder_is_no_part_of_it(model_of):
    loaded = model_of("qwen2_vl")
    assert loaded.anatomy.connector.startswith(loaded.anatomy.encoder)
    _, (encoder, connector) = train_parts(loaded, {"encoder": FULL, "connector": FULL})
    of_connector = {id(weight) for weight in loaded.model.get_submodule(loaded.anatomy.connector).parameters()}
    assert {id(weight) for weight in connector["params"]} == of_connector
    assert not of_connector & {id(weight) for weight in encoder["params"]}


def test_factors_have_the_ranks_of_their_parts(model_of):
    loaded = model_of("llava")
    parts = {"encoder": PartTraining("lora", 1e-3, 2, 4), "llm": PartTraining("lora", 1e-4, 5, 20)}
    model, groups = train_parts(loaded, parts)
    assert [group["lr"] for group in groups] == [1e-3, 1e-4]
    for name, weight in model.named_parameters():
        if "lora_A" in name:
            assert weight.shape[0] == (5 if "language_model" in name else 2), name


def test_a_part_without_linear_layers_has_no_factors(model_of):
    loaded = model_of("angiogram")
    bare = replace(loaded, anatomy=replace(loaded.anatomy, connector="model.connector.reduce"))
    with pytest.raises(InputError, match=r"part connector of '.*' has nothing that lora could train"):
        train_parts(bare, {"connector": LORA})
