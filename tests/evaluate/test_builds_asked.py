"""Every build is asked about a table's pictures, or about its volumes whole."""

import numpy as np
import pytest

from angiogram.data.annotations.entry import frame_of
from angiogram.data.annotations.table import Annotations, write_annotations
from angiogram.evaluate.opened import opened
from angiogram.evaluate.run import evaluate
from angiogram.evaluate.settings import EvaluationSettings
from angiogram.model.load import load_model
from tests.data.annotations.entries import entry
from tests.model.build.every import BUILDS, EVERY

SETTINGS = EvaluationSettings(resamples=100, batch_size=4)
TASKS = ("multi_class", "vqa", "report", "text_qa")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    """The same questions about four pictures and about four volumes."""
    rng, found = np.random.default_rng(0), {}
    for kind, shape in (("pictures", (40, 50)), ("volumes", (6, 40, 50))):
        folder = tmp_path_factory.mktemp(kind)
        np.savez(folder / "all.npz", images=rng.integers(0, 255, (4, *shape), dtype=np.uint8))
        entries = [
            entry(i, task, id=f"{task}{i}", group=f"{i // 2}", image=None if task == "text_qa" else f"all.npz#{i}")
            for i in range(4)
            for task in TASKS
        ]  # fmt: skip
        write_annotations(Annotations(frame_of(entries), folder, ("Drawn.",)), folder / "table.parquet")
        found[kind] = opened(folder / "table.parquet")
    return found


@pytest.mark.parametrize("build", EVERY)
def test_all_entries_are_asked(build, tables, tmp_path):
    BUILDS[build](tmp_path / "model")
    loaded = load_model(str(tmp_path / "model"), tmp_path, lambda _: None)
    table = tables["pictures" if loaded.slices is None else "volumes"]
    result = evaluate(loaded, table, SETTINGS, tmp_path / "run", lambda _: None)
    assert not result.set_aside
    assert {task.task: task.outcomes[0].asked for task in result.tasks} == dict.fromkeys(TASKS, 4)
    assert all(example.thumbnail for task in result.tasks for example in task.examples if task.task != "text_qa")


def test_pictures_are_none_of_a_model_of_volumes(tables, tmp_path):
    BUILDS["native volumes"](tmp_path / "model")
    loaded = load_model(str(tmp_path / "model"), tmp_path, lambda _: None)
    result = evaluate(loaded, tables["pictures"], SETTINGS, tmp_path / "run", lambda _: None)
    assert len(result.set_aside) == 12 and "it is a picture where volumes are taken" in result.set_aside[0].reason
