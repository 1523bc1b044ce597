"""A change stands at its interface, touches nothing else there, and is gone afterwards."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from angiogram.diagnose.repair.interface import Interface, changed, connector_output, encoder_output, image_tokens
from tests.diagnose.repair.planted import hooked
from tests.model.tiny import FAMILIES


def every(anatomy):
    made = (encoder_output(anatomy), connector_output(anatomy), image_tokens(anatomy))
    return [interface for interface in made if interface is not None]


def hooks(model):
    return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in model.modules())


@pytest.mark.parametrize("name", ["angiogram", *FAMILIES])
def test_every_family_has_its_interfaces_in_the_order_of_the_flow(name, load_family):
    loaded = load_family(name)
    anatomy = loaded.anatomy
    encoder, connector, *rest = every(anatomy)
    assert len(rest) == anatomy.image_tokens
    assert encoder.side == "input" and connector.side == "output"
    assert connector.modules == (anatomy.connector, *anatomy.deepstack)
    assert len(encoder.modules) == len(connector.modules)
    for interface in every(anatomy):
        assert all(isinstance(loaded.model.get_submodule(path), torch.nn.Module) for path in interface.modules)
    for tokens in rest:
        (path,) = tokens.modules
        third = len(anatomy.llm_blocks) // 3
        assert third <= anatomy.llm_blocks.index(path) < len(anatomy.llm_blocks) - 1


def test_a_model_with_cross_attention_has_no_image_tokens_to_repair(load_family):
    assert image_tokens(load_family("mllama").anatomy) is None


def test_image_tokens_are_changed_behind_all_that_is_added_to_them_and_before_nobody_reads_them(load_family):
    anatomy = load_family("qwen3_vl").anatomy
    deep = replace(anatomy, llm_blocks=tuple(f"block {i}" for i in range(12)), deepstack=("a", "b", "c", "d", "e"))
    assert image_tokens(deep).modules == ("block 5",)
    assert image_tokens(replace(deep, deepstack=())).modules == ("block 4",)
    assert image_tokens(replace(deep, llm_blocks=deep.llm_blocks[:2])).modules == ("block 0",)
    assert image_tokens(replace(deep, llm_blocks=deep.llm_blocks[:1])) is None


def test_only_image_tokens_change_inside_the_language_model(answering):
    loaded, seen = answering.loaded, []
    interface = image_tokens(loaded.anatomy)
    inputs = answering.inputs([0, 1])
    images = inputs["input_ids"] == loaded.model.config.image_token_index

    def keep(states):
        seen.append(states.detach().clone())
        return states

    def run(change):
        with (
            changed(loaded, interface, {interface.modules[0]: change}, inputs),
            hooked(loaded.model, interface.modules, keep),
            torch.no_grad(),
        ):
            loaded.model(**inputs)
        return seen.pop()

    plain, moved = run(lambda x: x), run(lambda x: x + 7)
    assert torch.equal(moved[~images], plain[~images])
    torch.testing.assert_close(moved[images], plain[images] + 7)


@pytest.mark.parametrize("which", [encoder_output, connector_output])
def test_input_and_output_change_as_they_are_handed_over(answering, which):
    loaded, inputs = answering.loaded, answering.inputs([0])
    interface, taken = which(answering.loaded.anatomy), []
    module = loaded.model.get_submodule(interface.modules[0])

    def look(_, args, output):
        taken.append((args[0].detach().clone(), output.detach().clone()))

    def run(change):
        with changed(loaded, interface, {interface.modules[0]: change}, inputs), torch.no_grad():
            handle = module.register_forward_hook(look)
            loaded.model(**inputs)
            handle.remove()
        return taken.pop()

    (given, made), (given_then, made_then) = run(lambda x: x), run(lambda x: 2 * x)
    if interface.side == "input":
        torch.testing.assert_close(given_then, 2 * given)
        assert not torch.allclose(made_then, made)
    else:
        assert torch.equal(given_then, given)
        torch.testing.assert_close(made_then, 2 * made)


def test_what_is_planted_already_comes_before(answering):
    loaded, inputs = answering.loaded, answering.inputs([0])
    interface, seen = connector_output(loaded.anatomy), []

    def look(tokens):
        seen.append(tokens.detach().clone())
        return tokens

    for plant in (lambda x: x, lambda x: x * 0 + 5):
        planted = hooked(loaded.model, interface.modules, plant)
        with planted, changed(loaded, interface, {interface.modules[0]: look}, inputs), torch.no_grad():
            loaded.model(**inputs)
    assert not (seen[0] == 5).all() and (seen[1] == 5).all()


def test_a_tensor_given_by_name_is_changed_too(answering):
    class Named(torch.nn.Module):
        def forward(self, *, grid, tokens):
            return tokens * grid

    loaded = type(answering.loaded)(
        "named", torch.nn.ModuleDict({"part": Named()}), None, answering.loaded.anatomy, "none"
    )
    with changed(loaded, Interface(("part",), "input"), {"part": lambda x: x + 1}, {}):
        assert loaded.model["part"](grid=3, tokens=torch.zeros(2)).tolist() == [3, 3]


def test_hooks_go_whatever_happens(answering):
    loaded, before = answering.loaded, hooks(answering.loaded.model)
    plain = answering.likelihoods(np.arange(4))
    for interface in every(loaded.anatomy):

        def broken(_):
            raise ZeroDivisionError

        with (
            pytest.raises(ZeroDivisionError),
            changed(loaded, interface, dict.fromkeys(interface.modules, broken), answering.inputs([0])),
        ):
            loaded.model(**answering.inputs([0]))
    assert hooks(loaded.model) == before
    assert (answering.likelihoods(np.arange(4)) == plain).all()
