"""The re-fit tells an unreadable connector from a language model that does not understand."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from angiogram.data.splits import assign
from angiogram.diagnose.repair.affine import AffineMap, mapped
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.fit import fit
from angiogram.diagnose.repair.refit import REMEDY, refit_connector
from angiogram.diagnose.repair.remedies.judged import Judge
from angiogram.diagnose.repair.remedies.tried import Tried
from angiogram.diagnose.repair.trial import choose_trial
from angiogram.diagnose.statistics.bootstrap import resample_groups
from tests.diagnose.repair.planted import drowned, hooked, turned


def refitted(asker: Asker, steps: int = 24) -> Tried:
    cases = asker.cases
    trial = choose_trial(cases, assign(cases, 5, 0), 0)
    before = trial.right(asker.likelihoods(trial.taught), asker.likelihoods(trial.judged), cases.labels)
    judge = Judge(resample_groups(cases.groups[trial.judged]), 0.05, 0.25)
    tried = refit_connector(asker, trial, before, judge, 0, lambda _: None, steps)
    assert tried is not None and tried.remedy == REMEDY and tried.cases == len(trial.judged) == 96
    return tried


def test_a_turned_connector_is_unreadable_and_the_refit_brings_the_answer_back(answering):
    anatomy = answering.loaded.anatomy
    with hooked(answering.loaded.model, (anatomy.connector,), turned):
        tried = refitted(answering)
    assert tried.before < 0.5
    assert tried.after.value > 0.9 and tried.gain == "gain"


def test_noise_inside_the_language_model_stays(answering):
    with hooked(answering.loaded.model, answering.loaded.anatomy.llm_blocks, drowned):
        tried = refitted(answering)
    assert tried.before < 0.5
    assert tried.after.value < 0.5 and tried.recovered.value < 0.1


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
        tried = refitted(answering)
    finally:
        handle.remove()
    assert tried.before < 0.5 and tried.after.value < 0.5 and tried.gain == "no gain"


def test_a_healthy_model_gains_nothing(answering):
    tried = refitted(answering)
    assert tried.before > 0.9 and tried.gain == "no gain"


def test_a_fit_is_the_same_each_time_and_leaves_the_model_as_it_was(answering):
    model, path = answering.loaded.model, answering.loaded.anatomy.connector
    rows = choose_trial(answering.cases, assign(answering.cases, 5, 0), 0, 48).taught
    before, hooks = answering.likelihoods(rows), count_hooks(answering)
    start = {path: AffineMap(torch.zeros(32), 1.0)}
    with hooked(model, (path,), turned):
        one, other = (fit(answering, start, rows[:32], rows[32:], 3, 0, lambda _: None) for _ in range(2))
    assert one.steps == other.steps == 3 and one.loss == other.loss
    assert torch.equal(one.maps[path].change, other.maps[path].change) and not start[path].change.any()
    assert (answering.likelihoods(rows) == before).all() and count_hooks(answering) == hooks
    assert all(weight.requires_grad and weight.grad is None for weight in model.parameters())


def test_without_a_second_group_nothing_can_be_held_out(answering):
    cases = answering.cases
    one = replace(cases, rows=tuple(replace(row, group="g") if row.split == "train" else row for row in cases.rows))
    trial = choose_trial(one, assign(one, 5, 0), 0)
    judge = Judge(resample_groups(one.groups[trial.judged]), 0.05, 0.25)
    right = np.ones(len(trial.judged), dtype=bool)
    assert refit_connector(replace(answering, cases=one), trial, right, judge, 0, lambda _: None) is None


def count_hooks(asker: Asker) -> int:
    return sum(len(module._forward_hooks) for module in asker.loaded.model.modules())


@pytest.mark.parametrize("part", ["shift", "change"])
def test_maps_begin_as_nothing_and_end_as_something(answering, part):
    model, rows = answering.loaded.model, np.arange(8)
    plain = answering.likelihoods(rows)
    affine = AffineMap(torch.zeros(32), 1.0)
    with mapped(model, {answering.loaded.anatomy.connector: affine}):
        assert (answering.likelihoods(rows) == plain).all()
        getattr(affine, part).add_(0.3)
        assert abs(answering.likelihoods(rows) - plain).max() > 1e-3
