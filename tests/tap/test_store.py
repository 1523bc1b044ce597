import errno
import os

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.tap.store import ArraySpec, FeatureStore, planned_bytes

ARRAYS = {"a": ArraySpec((2, 3)), "b": ArraySpec((1,), "int32")}


def opened(folder, **changes):
    return FeatureStore.open(folder, {"model": "m", "prompt": "p"} | changes, 5, 2, ARRAYS)


def test_what_is_written_is_read_back_and_marked(tmp_path):
    store = opened(tmp_path / "features")
    a, b = np.arange(18, dtype=np.float32).reshape(3, 2, 3), np.array([[1], [2], [3]])
    store.write(0, slice(0, 3), {"a": a, "b": b})
    again = opened(tmp_path / "features")
    assert again.is_done(0) and not again.is_done(1)
    assert (again.read("a")[:3] == a).all() and (again.read("b")[:3] == b).all()
    assert isinstance(again.read("a"), np.memmap)


def test_another_fingerprint_is_refused_by_name(tmp_path):
    opened(tmp_path / "features")
    with pytest.raises(InputError, match="another prompt"):
        opened(tmp_path / "features", prompt="q")
    with pytest.raises(InputError, match="another revision"):
        opened(tmp_path / "features", revision="r")


def test_a_damaged_store_is_one_sentence(tmp_path):
    opened(tmp_path / "features")
    (tmp_path / "features" / "a.npy").write_bytes(b"nonsense")
    with pytest.raises(InputError, match="missing or damaged"):
        opened(tmp_path / "features").read("a")
    (tmp_path / "features" / "store.json").write_text("{")
    with pytest.raises(InputError, match="not a feature store"):
        opened(tmp_path / "features")


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(InputError, match="disk is full"):
        opened(tmp_path / "features")
    assert list(tmp_path.iterdir()) == []


def test_planned_bytes_are_the_arrays_bytes():
    assert planned_bytes(10, ARRAYS) == 10 * (6 * 4 + 4)
