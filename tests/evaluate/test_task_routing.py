"""A model whose connector routes by task is asked each entry by its own task's expert, whatever shares its batch."""

import numpy as np
import pytest

from angiogram.data.annotations.entry import Answer
from angiogram.evaluate.collect.fill import collect
from angiogram.evaluate.collect.fingerprint import fingerprint
from angiogram.evaluate.collect.passes import Passes
from angiogram.evaluate.collect.plan import GENERATED, LIKELIHOODS, plan
from angiogram.imaging.image import Image
from angiogram.imaging.read import Preparation
from tests.data.annotations.entries import entry
from tests.model.routed import load_routed

TASKS = ("reg", "vqa")
QUESTION = "What is seen?"


def read(name):
    rng = np.random.default_rng(int(name[0]))
    return Image(rng.integers(0, 256, (56, 56), dtype=np.uint8), ("drawn",))


def quiet(_):
    return None


@pytest.fixture(scope="module")
def routed(tmp_path_factory):
    return load_routed(tmp_path_factory.mktemp("routed"), TASKS)


def planned_of(loaded):
    """The same question about the same image under two tasks, once with options, and a task that has no expert."""
    entries = (
        entry(0, "vqa", id="a", prompt=QUESTION, answer=Answer()),
        entry(0, "reg", id="b", prompt=QUESTION),
        entry(0, "rec", id="c", prompt=QUESTION),
        entry(0, "vqa", id="d", prompt=QUESTION),
        entry(0, "multi_class", id="e", prompt="Is it normal or enlarged?"),
    )
    return plan(loaded, entries, ("real",), read, 0, {})


def by_expert(loaded, planned, row, expert):
    """What is kept of a row when every image goes through one expert."""
    experts = loaded.model.model.connector.project.experts
    kept = [{name: value.clone() for name, value in each.state_dict().items()} for each in experts]
    try:
        for each in experts:
            each.load_state_dict(kept[expert])
        return answered(planned, row)
    finally:
        for each, own in zip(experts, kept, strict=True):
            each.load_state_dict(own)


def answered(planned, *rows):
    work = Passes(planned)
    return work.run(work.read(rows))


def test_two_tasks_about_one_image_in_one_batch_get_each_its_own_expert(routed):
    planned = planned_of(routed)
    assert planned.prompts[0] == planned.prompts[1] and planned.requests[0].image == planned.requests[1].image
    ready = Passes(planned).read((0, 1, 2))
    assert ready.content["task"].tolist() == [1, 0, -1]
    together = answered(planned, 0, 1)[GENERATED]
    for place, (row, expert) in enumerate(((0, 1), (1, 0))):
        alone = answered(planned, row)[GENERATED][0]
        own = by_expert(routed, planned, row, expert)[GENERATED][0]
        other = by_expert(routed, planned, row, 1 - expert)[GENERATED][0]
        assert np.array_equal(alone, own) and not np.array_equal(own, other)
        assert np.array_equal(together[place, :10], own[:10])
    assert not np.array_equal(together[0], together[1])


def test_the_model_s_own_generate_routes_alike(routed):
    ready = Passes(planned_of(routed)).read((0, 1))
    said = routed.model.generate(**ready.content, max_new_tokens=10, do_sample=False)
    assert np.array_equal(said[:, -10:], answered(planned_of(routed), 0, 1)[GENERATED][:, :10])


def test_likelihoods_are_the_expert_s_too(routed):
    planned = planned_of(routed)
    own, other = (by_expert(routed, planned, 3, expert)[LIKELIHOODS][0, :2] for expert in (1, 0))
    np.testing.assert_allclose(answered(planned, 3)[LIKELIHOODS][0, :2], own, atol=1e-4)
    assert np.abs(own - other).max() > 1e-2


def test_a_whole_run_keeps_the_tasks_apart(routed, tmp_path):
    planned = planned_of(routed)
    for size in (1, 4):
        store = collect(planned, {"x": "y"}, tmp_path / str(size), size, quiet)
        for row, expert in ((0, 1), (1, 0)):
            own = by_expert(routed, planned, row, expert)[GENERATED][0]
            assert np.array_equal(store.read(GENERATED)[row, :10], own[:10])


def test_where_the_model_names_none_of_the_tasks_nothing_is_said(load_family, routed):
    for loaded in (load_family("angiogram"), load_family("llava")):
        planned = planned_of(loaded)
        assert "task" not in Passes(planned).read((0, 1)).content
        assert planned.routes((0, 1)) is None
    planned = planned_of(routed)
    assert "task" not in Passes(planned).read((2,)).content  # the router takes the mean of all tasks


def test_answers_by_other_experts_are_not_taken_for_these(routed, monkeypatch):
    planned = planned_of(routed)
    digest = fingerprint(planned, {}, Preparation())["answers"]
    monkeypatch.setattr(routed.model.config, "tasks", list(reversed(TASKS)))
    assert fingerprint(planned, {}, Preparation())["answers"] != digest
