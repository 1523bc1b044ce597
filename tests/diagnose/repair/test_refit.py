"""A re-fit tells an unreadable connector from a language model that does not understand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from angiogram.data.splits import assign
from angiogram.diagnose.repair.affine import AffineMap
from angiogram.diagnose.repair.asking import nothing
from angiogram.diagnose.repair.fit import fit, look, standing
from angiogram.diagnose.repair.interface import connector_output, encoder_output, image_tokens
from angiogram.diagnose.repair.refit import AS_IT_IS, passes, refit
from angiogram.diagnose.repair.refit_rung import refit_rung
from angiogram.diagnose.repair.starting_maps import moments, word_starts
from angiogram.diagnose.repair.trial_cases import choose_trial
from tests.diagnose.repair.benches import bench_of
from tests.diagnose.repair.planted import drowned, hooked, turned


def quiet(_: str) -> None: ...


def rung_of(asker, steps=24, which=connector_output, place="connector output"):
    return refit_rung(bench_of(asker, 96), place, which(asker.loaded.anatomy), 0, quiet, steps)


def test_a_turned_connector_is_unreadable_and_a_refit_of_its_output_brings_the_answer_back(answering):
    with hooked(answering.loaded.model, (answering.loaded.anatomy.connector,), turned):
        rung = rung_of(answering)
    assert rung.before < 0.7 and rung.after.value > 0.8 and rung.stage == "S"
    assert rung.outcome == "brings it back" and rung.steps > 0
    assert rung.permuted < 0.6 and rung.random < 0.6  # labels handed around, and a random model behind: neither helps
    assert rung.said is not None and rung.said_recovered is not None
    assert "An affine map at the connector output, nothing else, was fitted on 72 training cases, 24 more" in rung.done


def test_noise_inside_the_language_model_stays(answering):
    with hooked(answering.loaded.model, answering.loaded.anatomy.llm_blocks, drowned):
        rung = rung_of(answering, 8)
    assert rung.before < 0.5 and rung.outcome in ("does not", "brings a part back")
    assert rung.permuted is None and rung.random is None  # what brings nothing back needs no control


def test_a_language_model_that_does_not_see_the_image_stays(answering):
    loaded = answering.loaded
    image_id = loaded.model.config.image_token_index

    def blind(module: nn.Module, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        states = kwargs.get("hidden_states", args[0] if args else None)
        if states.shape[1] == len(ids):
            states = states.clone()
            states[:, ids == image_id] = 0
        return (states, *args[1:]), {name: value for name, value in kwargs.items() if name != "hidden_states"}

    ids = answering.inputs([0])["input_ids"][0]
    handle = loaded.model.get_submodule(loaded.anatomy.llm_blocks[0]).register_forward_pre_hook(blind, with_kwargs=True)
    try:
        rung = rung_of(answering, 4)
    finally:
        handle.remove()
    assert rung.before < 0.5 and rung.outcome == "does not"


def test_a_refit_of_a_healthy_model_stays_where_it_is(answering):
    rows = np.arange(96)
    before = answering.likelihoods(rows)
    fitted = refit(answering, encoder_output(answering.loaded.anatomy), rows, answering.cases.labels, 0, quiet, 4)
    assert fitted is not None and AS_IT_IS in fitted.described
    after = answering.likelihoods(rows, fitted.around)
    assert (after.argmax(axis=1) == answering.cases.labels[rows]).mean() > 0.9
    assert (answering.likelihoods(rows) == before).all()


@pytest.mark.parametrize("which", [encoder_output, connector_output, image_tokens])
def test_a_fit_is_the_same_each_time_and_leaves_the_model_as_it_was(answering, which):
    loaded = answering.loaded
    interface, rows = which(loaded.anatomy), np.arange(40)
    before, hooks = answering.likelihoods(rows), count_hooks(answering)
    width = 32 if which is not encoder_output else answering.loaded.model.config.vision_config.hidden_size
    start = {interface.modules[0]: AffineMap(torch.zeros(width), 1.0)}
    labels = answering.cases.labels
    with hooked(loaded.model, (loaded.anatomy.connector,), turned):
        one, other = (fit(answering, interface, start, labels, rows[:28], rows[28:], 2, 0, quiet) for _ in range(2))
    assert one.steps == other.steps and one.loss == other.loss
    for path, affine in start.items():
        assert torch.equal(one.maps[path].change, other.maps[path].change)
        assert not affine.change.any() and not affine.shift.any()
    assert (answering.likelihoods(rows) == before).all() and count_hooks(answering) == hooks
    assert all(weight.requires_grad and weight.grad is None for weight in loaded.model.parameters())


@pytest.mark.parametrize("part", ["shift", "change"])
def test_maps_begin_as_nothing_and_end_as_something(answering, part):
    rows, interface = np.arange(8), connector_output(answering.loaded.anatomy)
    plain = answering.likelihoods(rows)
    affine = AffineMap(torch.zeros(32), 1.0)
    around = standing(answering, interface, {interface.modules[0]: affine})
    assert (answering.likelihoods(rows, around) == plain).all()
    getattr(affine, part).add_(0.3)
    assert abs(answering.likelihoods(rows, around) - plain).max() > 1e-3


def test_a_map_that_begins_elsewhere_is_that_map():
    generator = torch.Generator().manual_seed(0)
    x, matrix, mean = (torch.randn(*shape, generator=generator) for shape in ((7, 5), (5, 5), (5,)))
    affine = AffineMap(x.mean(dim=0), 2.0)
    affine.begin(matrix, mean)
    torch.testing.assert_close(affine(x), mean + (x - x.mean(dim=0)) @ matrix)
    assert affine(x.bfloat16()).dtype == torch.bfloat16


def test_without_a_second_group_nothing_can_be_held_out(answering):
    cases = answering.cases
    one = replace(cases, rows=tuple(replace(row, group="g") if row.split == "train" else row for row in cases.rows))
    asker, interface = replace(answering, cases=one), connector_output(answering.loaded.anatomy)
    assert refit(asker, interface, choose_trial(one, assign(one, 5, 0), 0).taught, one.labels, 0, quiet) is None
    rung = rung_of(asker)
    assert rung.outcome == "not tried" and "one group" in rung.done and rung.passes == 0


def test_without_memory_for_a_gradient_only_the_rung_is_lost(answering):
    def full(tokens):
        if torch.is_grad_enabled():
            raise torch.OutOfMemoryError
        return tokens

    hooks = count_hooks(answering)
    with hooked(answering.loaded.model, (answering.loaded.anatomy.connector,), lambda tokens: full(turned(tokens))):
        rung = rung_of(answering)
    assert rung.outcome == "not tried" and "not enough memory" in rung.done and rung.after is None
    assert count_hooks(answering) == hooks and all(
        weight.requires_grad for weight in answering.loaded.model.parameters()
    )


@pytest.mark.parametrize("share", [0.0, 0.85])
def test_the_cost_that_is_told_bounds_the_passes_that_are_taken(answering, share):
    """Also where one patient has most of the cases: no more than a share of them is held out."""
    rows, spent, labels = np.arange(60), [], answering.cases.labels
    groups = ["one" if i < share * 60 else row.group for i, row in enumerate(answering.cases.rows)]
    cases = replace(answering.cases, rows=tuple(map(with_group, answering.cases.rows, groups)))
    asker, interface = replace(answering, cases=cases), image_tokens(answering.loaded.anatomy)

    def count(_, args):
        spent.append(len(args[0]) * (3 if torch.is_grad_enabled() else 1))

    handle = answering.loaded.model.get_submodule(answering.loaded.anatomy.encoder).register_forward_pre_hook(count)
    try:
        refit(asker, interface, rows, labels, 0, quiet, 3)
    finally:
        handle.remove()
    told = passes(asker, interface, rows, labels, 0, 3)
    assert 0.8 * told <= sum(spent) <= told


def count_hooks(asker) -> int:
    return sum(len(module._forward_hooks) + len(module._forward_pre_hooks) for module in asker.loaded.model.modules())


def with_group(row, group):
    return replace(row, group=group)


def test_a_map_onto_the_words_knows_no_other_labels_than_it_is_given(answering):
    """A control learns from labels that were handed around; the true ones must not reach it by its start."""
    interface, rows = connector_output(answering.loaded.anatomy), np.arange(60)
    others = (answering.cases.labels + 1) % 4
    path = answering.loaded.anatomy.connector
    starts = [
        word_starts(asker, moments(asker, interface, rows, others)[path])
        for asker in (answering, replace(answering, cases=with_labels(answering.cases, others)))
    ]
    for name, (matrix, mean) in starts[0].items():
        assert torch.equal(matrix, starts[1][name][0]) and torch.equal(mean, starts[1][name][1])
    own = word_starts(answering, moments(answering, interface, rows, answering.cases.labels)[path])
    assert not torch.allclose(own["1 times"][0], starts[0]["1 times"][0])


def with_labels(cases, labels):
    rows = (replace(row, label=cases.classes[label]) for row, label in zip(cases.rows, labels, strict=True))
    return replace(cases, rows=tuple(rows))


@pytest.mark.parametrize(("done", "target", "taken"), [(lambda states: states, 0.0, 0), (turned, None, 8)])
def test_a_fit_ends_as_soon_as_the_answer_is_back(answering, done, target, taken):
    """Nothing is to be brought back to 0, so that no step is taken; without a target all are."""
    labels, rows = answering.cases.labels, np.arange(60)
    with hooked(answering.loaded.model, (answering.loaded.anatomy.connector,), done):
        made = refit(answering, connector_output(answering.loaded.anatomy), rows, labels, 0, quiet, 8, target)
    assert made.taken == taken and (made.steps == 0) == (", in closed form" in made.described)


def test_only_the_words_are_read_as_the_model_would_say_them(answering):
    """A head that leans to one class is right by calibrated likelihoods, and wrong by those that it answers by."""
    rows, labels = np.arange(60), answering.cases.labels
    leaning = replace(answering)
    object.__setattr__(leaning, "likelihoods", lambda *_: answering.likelihoods(rows) + np.float32([40, 0, 0, 0]))
    calibrated, raw = (look(leaning, nothing, rows, labels, way) for way in (True, False))
    assert calibrated.right > 0.9 and raw.right < 0.5 and calibrated.loss < raw.loss
    assert not raw.outright.any()
