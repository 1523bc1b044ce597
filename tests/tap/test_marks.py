"""A mark outlasts the process; until the disk was waited for, it does not outlast the machine."""

import numpy as np
import pytest

from angiogram.tap import marks
from angiogram.tap.store import ArraySpec, FeatureStore


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "features"


def opened(folder):
    return FeatureStore.open(folder, {}, 2, 2, lambda: {"a": ArraySpec((1,))})


def write(store, batch):
    store.write(batch, [batch], {"a": np.ones((1, 1)), "failed": np.zeros(1)})


def done(store):
    return [store.is_done(batch) for batch in range(2)]


def test_a_mark_outlasts_the_process(folder):
    write(opened(folder), 0)
    assert done(opened(folder)) == [True, False]


def test_what_was_not_waited_for_is_forgotten_when_the_machine_starts_anew(folder, monkeypatch):
    store = opened(folder)
    write(store, 0)
    store.sync()
    write(store, 1)
    monkeypatch.setattr(marks, "_boot", lambda: "another start")
    assert done(opened(folder)) == [True, False]
    write(opened(folder), 1)
    assert done(opened(folder)) == [True, True]


def test_without_a_sign_of_the_start_only_what_is_safe_counts(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(marks, "Path", lambda _: tmp_path / "missing")
    write(opened(folder), 0)
    assert done(opened(folder)) == [False, False]
