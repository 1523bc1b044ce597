"""Spectra in the middle of the training of a real tiny model with LoRA layers: right, and without a trace."""

import copy
import math

import pytest
import torch
from peft import LoraConfig, get_peft_model

from angiogram.train.answer_losses import answer_losses
from angiogram.train.dynamics.measure import ALL, dynamics
from angiogram.train.dynamics.spectrum import spectrum
from angiogram.train.loop import fit
from angiogram.train.piece import one_pass
from angiogram.train.schedule import Schedule
from angiogram.train.supervised import supervised
from tests.data.annotations.entries import entry
from tests.train.conflict.naive import naive_gramian
from tests.train.conflict.test_tug_of_war import read

ENTRIES = [entry(k, task, id=f"{task} {k}") for k in range(2) for task in ("vqa", "report")]


def batch(loaded):
    return supervised(loaded.processor, loaded.model, ENTRIES, [read(each.image) for each in ENTRIES])


def with_lora(model, anatomy, dropout):
    """A trained connector and LoRA layers in the LLM; all else is frozen."""
    torch.manual_seed(0)
    model.requires_grad_(False)
    factors = LoraConfig(r=2, lora_alpha=4, lora_dropout=dropout, target_modules=rf"{anatomy.llm}\..*\.(q_proj|v_proj)")
    wrapped = get_peft_model(model, factors)
    for name, parameter in wrapped.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.1)  # as after some steps
    model.get_submodule(anatomy.connector).requires_grad_(True)
    return wrapped


@pytest.mark.parametrize("family", ["angiogram", "llava", "gemma3", "qwen2_vl"])
def test_lora_layers_and_a_trained_connector(load_family, family):
    loaded = load_family(family)
    model, inputs = copy.deepcopy(loaded.model), batch(loaded)
    wrapped = with_lora(model, loaded.anatomy, 0.0).train()
    found = dynamics(model, inputs, loaded.anatomy.parts)
    encoder, connector, *blocks = loaded.anatomy.parts
    inside = [encoder] if connector.startswith(encoder) else []  # else nothing of the encoder is trained
    assert [each.module for each in found] == [ALL, *inside, connector, *blocks]
    losses = answer_losses(inputs, torch.device("cpu"))
    for each in found:
        slow = spectrum(naive_gramian(model, losses, torch.arange(4), "" if each.module == ALL else each.module))
        assert each.spectrum.n == 4 and 0 < each.spectrum.entropy <= math.log(4)
        assert each.spectrum.entropy == pytest.approx(slow.entropy, rel=1e-4)
        assert each.spectrum.dominant == pytest.approx(slow.dominant, rel=1e-4)
    assert all(parameter.grad is None for parameter in wrapped.parameters())


def trained(loaded, folder, every):
    """State and gradients of a model after three steps with dropout, measured before some of them."""
    model, inputs = copy.deepcopy(loaded.model), batch(loaded)
    wrapped = with_lora(model, loaded.anatomy, 0.3)
    seen = []

    def loss(prepared, draw):
        if every and draw % every == 0:
            seen.append(dynamics(model, inputs, loaded.anatomy.parts))
        return prepared(**inputs).loss

    groups = [{"params": [p for p in wrapped.parameters() if p.requires_grad], "lr": 0.05}]
    schedule = Schedule(steps=3, warmup=0.1, seed=0)
    fit(wrapped, one_pass(loss), groups, schedule, folder, {"recipe": "run"}, lambda _: None)
    return {name: value.clone() for name, value in wrapped.state_dict().items()}, seen


@pytest.mark.parametrize("every", [1, 2])
def test_a_training_is_bit_for_bit_the_same_with_and_without(load_family, tmp_path, every):
    loaded = load_family("angiogram")
    without, nothing = trained(loaded, tmp_path / "without", 0)
    measured, seen = trained(loaded, tmp_path / "with", every)
    assert len(seen) == 3 // every + 3 % every and not nothing
    assert seen[0] != seen[-1]
    for name, value in without.items():
        assert torch.equal(value, measured[name]), name


def test_a_module_without_any_gradient_is_left_out(load_family):
    loaded = load_family("angiogram")
    model, inputs = copy.deepcopy(loaded.model), batch(loaded)
    model.requires_grad_(False)
    connector, last = loaded.anatomy.connector, loaded.anatomy.llm_blocks[-1]
    model.get_submodule(last).requires_grad_(True)
    model.get_submodule(connector).requires_grad_(True)
    model.get_submodule(connector).project.last.weight.data.zero_()
    modules = [each.module for each in dynamics(model, inputs, [f"{connector}.project.linear_1", last])]
    assert modules == [ALL, last]  # in front of a layer of zeros nothing is felt
