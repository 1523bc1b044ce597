"""From the entries of several tasks to the tug-of-war on every module of real tiny models."""

from dataclasses import replace

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.train.conflict.tug_of_war import tug_of_war
from tests.data.annotations.entries import entry
from tests.model.routed import load_routed

TASKS = ("report", "vqa", "rec")


def entries(count=6):
    return [entry(k, task, id=f"{task} {k}") for task in TASKS for k in range(count)]


def read(name):
    rng = np.random.default_rng(int(name.removesuffix(".png")))
    return Image(rng.integers(0, 256, (56, 56), dtype=np.uint8), ("drawn",))


def quiet(_):
    return None


@pytest.mark.parametrize("family", ["angiogram", "llava", "gemma3"])
def test_every_module_has_its_indexes(load_family, family):
    loaded = load_family(family)
    frozen = [parameter.requires_grad for parameter in loaded.model.parameters()]
    found = tug_of_war(loaded, entries(), read, quiet, batches=3)
    assert found.tasks == TASKS and (found.batches, found.samples) == (3, 2)
    anatomy = loaded.anatomy
    assert [module.name for module in found.modules] == [anatomy.encoder, anatomy.connector, *anatomy.llm_blocks]
    for module in found.modules:
        assert all(
            module.conflict.direction[i][i].value == module.conflict.magnitude[i][i].value == 1 for i in range(3)
        )
        for i in range(3):
            own = sum(module.conflict.direction[i][j].value * module.conflict.magnitude[i][j].value for j in range(3))
            assert module.conflict.index[i].value == pytest.approx(own)
        assert sum(share.value for share in module.scores) == pytest.approx(1)
    assert [parameter.requires_grad for parameter in loaded.model.parameters()] == frozen
    assert all(parameter.grad is None for parameter in loaded.model.parameters())
    assert found.experts is None


def test_a_task_that_is_another_by_name_agrees_with_it(load_family):
    same = [entry(k, "vqa", id=f"a {k}", target="liver") for k in range(12)]
    same += [replace(one, id=f"b {one.id}", task="text_qa") for one in same]  # the same words under another name
    found = tug_of_war(load_family("angiogram"), same, read, quiet, batches=20)
    for module in found.modules:
        assert module.conflict.direction[0][1].value > 0.5, module.name
        assert module.conflict.magnitude[0][1].value > 0.8


@pytest.mark.parametrize(("routing", "apart"), [("hard", True), ("soft-sigmoid", False)])
def test_an_expert_a_task_ends_the_tug_of_war_on_the_connector(routing, apart, tmp_path):
    loaded = load_routed(tmp_path, TASKS, routing)
    (connector,) = (m for m in tug_of_war(loaded, entries(), read, quiet, batches=2).modules if "connector" in m.name)
    between = [connector.conflict.direction[i][j].value for i in range(3) for j in range(i)]
    assert all(value == 0 for value in between) == apart


def test_the_same_seed_gives_the_same_and_another_another(load_family):
    loaded = load_family("angiogram")
    one, again, other = (tug_of_war(loaded, entries(), read, quiet, 2, seed=seed).modules for seed in (0, 0, 1))
    assert one == again and one != other


@pytest.mark.parametrize(
    ("given", "more", "said"),
    [
        (entries()[:6], {}, "needs 2 tasks, batches and samples of a task at least, not 1"),
        (entries(), {"batches": 1}, "not 3, 1 and 2"),
        (entries(1), {}, "The task 'report' has 1 entries with an image, and a batch takes 2"),
    ],
)
def test_too_little_is_one_sentence(load_family, given, more, said):
    with pytest.raises(InputError, match=said):
        tug_of_war(load_family("angiogram"), given, read, quiet, **more)


class StoppedError(Exception):
    """In the place of a kill."""


def stop_at(batch):
    def progress(line):
        if line.startswith(f"batch {batch}/"):
            raise StoppedError

    return progress


def test_an_interrupted_run_ends_where_an_uninterrupted_one_does(load_family, tmp_path):
    loaded, keep = load_family("angiogram"), tmp_path / "c.json.batches"
    whole = tug_of_war(loaded, entries(), read, quiet, batches=4)
    lines = []
    for stop in (1, 3):
        with pytest.raises(StoppedError):
            tug_of_war(loaded, entries(), read, stop_at(stop), batches=4, keep=keep)
    assert tug_of_war(loaded, entries(), read, lines.append, batches=4, keep=keep) == whole
    assert lines == ["going on after batch 3", "batch 4/4"]
    fewer = tug_of_war(loaded, entries(), read, quiet, batches=2)
    assert tug_of_war(loaded, entries(), read, quiet, batches=2, keep=keep) == fewer  # of the same first batches
    assert [each.name for each in tmp_path.iterdir()] == ["c.json.batches"]


@pytest.mark.parametrize(
    ("given", "more", "said"),
    [
        (entries(), {"seed": 1}, r"another run \(other are: seed\)"),
        (entries(), {"samples": 3}, r"other are: samples"),
        (entries(7), {}, r"other are: entries"),
        (entries(), {"conditions": {"preparation of images": "window 0..80"}}, r"other are: preparation of images"),
    ],
)
def test_batches_of_another_run_are_refused(load_family, tmp_path, given, more, said):
    loaded, keep = load_family("angiogram"), tmp_path / "c.json.batches"
    tug_of_war(loaded, entries(), read, quiet, batches=2, keep=keep)
    with pytest.raises(InputError, match=said):
        tug_of_war(loaded, given, read, quiet, batches=2, keep=keep, **more)


def test_another_model_s_batches_are_refused_and_damaged_ones_too(load_family, tmp_path):
    keep = tmp_path / "c.json.batches"
    tug_of_war(load_family("angiogram"), entries(), read, quiet, batches=2, keep=keep)
    with pytest.raises(InputError, match="other are: model, modules"):
        tug_of_war(load_family("llava"), entries(), read, quiet, batches=2, keep=keep)
    keep.write_bytes(keep.read_bytes()[:-9])
    with pytest.raises(InputError, match="are damaged; delete it and run again"):
        tug_of_war(load_family("angiogram"), entries(), read, quiet, batches=2, keep=keep)
