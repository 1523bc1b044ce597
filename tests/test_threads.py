"""Threads that leave room for other jobs: few for few cases, and none that spins for long."""

import os

import pytest
import scipy.linalg  # noqa: F401  (its BLAS must be loaded)
from threadpoolctl import ThreadpoolController

from angiogram.threads import FEW, SPIN, matrix_threads, wait_briefly


def taken():
    return [each["num_threads"] for each in ThreadpoolController().select(user_api="blas").info()]


def test_few_cases_take_one_thread_and_many_no_more_than_there_were():
    before = taken()
    with matrix_threads(FEW):
        assert set(taken()) == {1}
    with matrix_threads(10 * FEW):
        assert all(1 <= now <= was for now, was in zip(taken(), before, strict=True))
    assert taken() == before


@pytest.mark.parametrize("said", [None, "OMP_WAIT_POLICY", "GOMP_SPINCOUNT"])
def test_threads_wait_briefly_where_the_user_says_nothing(monkeypatch, said):
    for name in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT"):
        monkeypatch.setenv(name, "")  # so that it is put back
        monkeypatch.delenv(name)
    if said is not None:
        monkeypatch.setenv(said, "7")
    wait_briefly()
    assert os.environ.get("GOMP_SPINCOUNT") == {None: SPIN, "OMP_WAIT_POLICY": None, "GOMP_SPINCOUNT": "7"}[said]
