"""The processes that share a simulation: one thread each, as there is one a core, and none outlives who started it."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import torch
from threadpoolctl import threadpool_limits

from angiogram.tap.lifeline import end_with_parent


def workers(count: int = 2) -> ProcessPoolExecutor:
    """Processes to submit work to."""
    return ProcessPoolExecutor(count, get_context("spawn"), _begin, (os.getpid(),))


def one_thread() -> None:
    """No more than one thread in this process, whatever computes."""
    torch.set_num_threads(1)
    threadpool_limits(1)


def _begin(parent: int) -> None:
    end_with_parent(parent)
    one_thread()
