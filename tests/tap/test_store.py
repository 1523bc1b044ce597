import errno
import os

import numpy as np
import pytest

from angiogram.errors import InputError
from angiogram.tap.store import BATCH_SIZE, ArraySpec, FeatureStore, planned_bytes, stored_batch_size

ARRAYS = {"a": ArraySpec((2, 3)), "b": ArraySpec((1,), "int32")}


def opened(folder, **changes):
    return FeatureStore.open(folder, {"model": "m", "prompt": "p"} | changes, 5, 2, lambda: ARRAYS)


def test_what_is_written_is_read_back_and_marked(tmp_path):
    store = opened(tmp_path / "features")
    a, b = np.arange(18, dtype=np.float32).reshape(3, 2, 3), np.array([[1], [2], [3]])
    store.write(0, [4, 0, 2], {"a": a, "b": b, "failed": np.array([0, 3, 0])})
    again = opened(tmp_path / "features")
    assert again.is_done(0) and not again.is_done(1)
    assert (again.read("a")[[4, 0, 2]] == a).all() and (again.read("b")[[4, 0, 2]] == b).all()
    assert again.read("failed").tolist() == [3, 0, 0, 0, 0]
    assert isinstance(again.read("a"), np.memmap)


def test_a_selection_reads_its_rows_only(tmp_path):
    store = opened(tmp_path / "features")
    store.write(0, range(5), {"a": np.zeros((5, 2, 3)), "b": np.arange(5)[:, None], "failed": np.zeros(5)})
    assert store.select(np.array([1, 4])).read("b").tolist() == [[1], [4]]
    assert len(store.read("b")) == 5


def test_arrays_are_planned_once(tmp_path):
    opened(tmp_path / "features", **{BATCH_SIZE: "3"})
    again = FeatureStore.open(
        tmp_path / "features", {"model": "m", "prompt": "p", BATCH_SIZE: "3"}, 5, 2, lambda: pytest.fail("planned")
    )
    assert again.arrays == ARRAYS
    assert stored_batch_size(tmp_path / "features") == 3 and stored_batch_size(tmp_path / "none") is None


def test_another_fingerprint_is_refused_by_name(tmp_path):
    opened(tmp_path / "features")
    with pytest.raises(InputError, match="another prompt"):
        opened(tmp_path / "features", prompt="q")
    with pytest.raises(InputError, match="another revision"):
        opened(tmp_path / "features", revision="r")


def test_the_refusal_names_model_and_cases_first(tmp_path):
    opened(tmp_path / "features", cases="c", answers="a")
    with pytest.raises(InputError, match="was made with another model and"):
        opened(tmp_path / "features", cases="d", answers="b", model="n")
    with pytest.raises(InputError, match="was made with other cases and"):
        opened(tmp_path / "features", cases="d", answers="b")
    with pytest.raises(InputError, match="was made with other class names or answer settings and"):
        opened(tmp_path / "features", cases="c", answers="b")


@pytest.mark.parametrize("text", ["{", "{}", "[]", '{"fingerprint": {}, "arrays": ["a"]}', None])
def test_damaged_settings_are_one_sentence(tmp_path, text):
    opened(tmp_path / "features")
    file = tmp_path / "features" / "store.json"
    file.unlink() if text is None else file.write_text(text)
    with pytest.raises(InputError, match=r"store\.json' is missing or damaged; delete the folder"):
        opened(tmp_path / "features")


@pytest.mark.parametrize("name", ["a", "done"])
@pytest.mark.parametrize("array", [np.zeros((5, 2, 2), np.float32), np.zeros((5, 2, 3)), np.zeros(1, bool)])
def test_an_array_of_another_shape_or_dtype_is_refused(tmp_path, name, array):
    opened(tmp_path / "features")
    np.save(tmp_path / "features" / f"{name}.npy", array)
    with pytest.raises(InputError, match=rf"{name}\.npy' is missing or damaged; delete the folder"):
        opened(tmp_path / "features")


def test_a_missing_or_cut_off_array_is_refused_each_time(tmp_path):
    opened(tmp_path / "features")
    file = tmp_path / "features" / "a.npy"
    for content in (b"nonsense", b"", file.read_bytes()[:-4]):
        file.write_bytes(content)
        for _ in range(2):
            with pytest.raises(InputError, match=r"a\.npy' is missing or damaged"):
                opened(tmp_path / "features")
    file.unlink()
    with pytest.raises(InputError, match=r"a\.npy' is missing or damaged"):
        opened(tmp_path / "features")


def test_a_store_of_other_sizes_is_refused(tmp_path):
    opened(tmp_path / "features")
    with pytest.raises(InputError, match="missing or damaged"):
        FeatureStore.open(tmp_path / "features", {"model": "m", "prompt": "p"}, 6, 2, lambda: ARRAYS)


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(InputError, match="disk is full"):
        opened(tmp_path / "features")
    assert list(tmp_path.iterdir()) == []


def test_planned_bytes_are_the_arrays_bytes():
    assert planned_bytes(10, ARRAYS) == 10 * (6 * 4 + 4)
