import numpy as np
import pytest
import torch

from angiogram.errors import InputError
from angiogram.tap.store import FAILED, ArraySpec
from angiogram.tap.work import Fitted, Ready, reason, whole

ARRAYS = {"a": ArraySpec((2,)), "b": ArraySpec((), "int32")}


class Doubles:
    """Reads numbers and doubles them; more than `most` at a time do not fit."""

    def __init__(self, most=100, missing=()):
        self.most, self.missing, self.sizes = most, missing, []

    def read(self, rows):
        here = tuple(row for row in rows if row not in self.missing)
        return Ready(here, torch.tensor(here, dtype=torch.float32) if here else None)

    def run(self, ready):
        self.sizes.append(len(ready.rows))
        if len(ready.rows) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        doubled = (2 * ready.content).numpy()
        return {"a": np.stack([doubled, doubled], axis=1), "b": np.array(ready.rows, np.int32)}


@pytest.mark.parametrize("most", [1, 2, 3, 5, 8])
def test_what_does_not_fit_is_halved_until_it_does_and_stays_so(most):
    work = Doubles(most)
    fitted = Fitted(work)
    for start in (0, 8):
        rows = tuple(range(start, start + 8))
        values = whole(rows, fitted.run(rows, work.read(rows)), ARRAYS)
        assert (values["a"][:, 0] == 2 * np.array(rows)).all() and (values["b"] == rows).all()
        assert not values[FAILED].any()
    assert sum(size > most for size in work.sizes) <= 3
    later = work.sizes[-(8 // max(size for size in work.sizes if size <= most)) :]
    assert all(size <= most for size in later)


@pytest.mark.parametrize("most", [3, 5, 7, 13])
@pytest.mark.parametrize("rest", [16, 13, 7])
def test_a_batch_is_cut_alike_whatever_was_run_before(most, rest):
    rows = tuple(range(16, 16 + rest))
    before, fresh = Fitted(Doubles(most)), Fitted(Doubles(most))
    before.run(tuple(range(16)))
    assert [ready.rows for ready, _ in before.run(rows)] == [ready.rows for ready, _ in fresh.run(rows)]


def test_a_single_case_that_does_not_fit_is_one_sentence():
    with pytest.raises(InputError, match="not enough memory for a single image"):
        Fitted(Doubles(0)).run((0, 1, 2, 3))


def test_other_faults_of_the_model_are_not_taken_for_memory():
    class Broken(Doubles):
        def run(self, ready):
            raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes"):
        Fitted(Broken()).run((0, 1))


def test_unreadable_and_refused_cases_are_zero_and_marked():
    rows = (4, 3, 2, 1)
    ready = Ready((4, 1), None, refused=(2,))
    found = {"a": np.ones((2, 2), np.float32), "b": np.array([7, 8], np.int32)}
    values = whole(rows, [(ready, found)], ARRAYS)
    assert values[FAILED].tolist() == [0, 1, -1, 0] and values[FAILED].dtype == np.int16
    assert values["b"].tolist() == [7, 0, 0, 8]
    assert reason(1, ["a"]) != reason(-1, ["a"])


def test_the_first_array_that_is_not_finite_is_named_and_the_case_is_zero_everywhere():
    found = {"a": np.array([[1, 1], [1, np.nan], [np.inf, 1]], np.float32), "b": np.array([1, 2, 3], np.int32)}
    values = whole((0, 1, 2), [(Ready((0, 1, 2), None), found)], ARRAYS)
    assert values[FAILED].tolist() == [0, 2, 2]
    assert values["a"].tolist() == [[1, 1], [0, 0], [0, 0]] and values["b"].tolist() == [1, 0, 0]
    assert reason(2, list(ARRAYS)) == "a is not finite"


def test_a_batch_without_a_readable_case_is_not_run():
    work = Doubles(missing=(0, 1))
    values = whole((0, 1), Fitted(work).run((0, 1)), ARRAYS)
    assert work.sizes == [] and values[FAILED].tolist() == [1, 1]
