"""The processes that share a simulation: one thread each, as there is one a core, and none outlives who started it."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread

import torch
from threadpoolctl import threadpool_limits


@contextmanager
def workers(count: int = 2) -> Iterator[ProcessPoolExecutor]:
    """Processes to submit work to."""
    with ProcessPoolExecutor(count, get_context("spawn"), _begin) as pool:
        yield pool


def one_thread() -> None:
    """No more than one thread in this process, whatever computes."""
    torch.set_num_threads(1)
    threadpool_limits(1)


def _begin() -> None:
    one_thread()
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A killed parent cannot tell its workers, which would wait, or go on computing, for ever."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
