"""The next batches are read and prepared in worker processes while the model runs."""

import os
import pickle
import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar, cast

import torch
from torch.utils.data import DataLoader, Dataset

from angiogram.tap.lifeline import end_with_parent

T = TypeVar("T")
Rows = tuple[int, ...]
ON_GPU, ON_CPU = 4, 1  # workers at most: a GPU is soon waiting for one decoder, a CPU is itself what it would wait for


def worker_count(device: torch.device, batches: int, sharing: int = 1) -> int:
    """Worker processes for so many batches where `sharing` ranks share the machine's cores and keep one each."""
    spare = len(os.sched_getaffinity(0)) // sharing - 1
    return max(0, min(spare, batches - 1, ON_CPU if device.type == "cpu" else ON_GPU))


def prefetched(read: Callable[[Rows], T], batches: Sequence[Rows], workers: int) -> Iterator[T]:
    """`read(rows)` of each batch, in order, a few batches ahead; 0 workers read in this process.

    Workers are forked: how a set reads its images (a closure over open archives) does not travel otherwise. They come
    as bytes through a pipe and not in shared memory, of which containers often have too little.
    """
    if workers == 0:
        yield from map(read, batches)
        return
    # Tokenizers were used before the fork; they would say on each worker's behalf that they go on without threads.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    loader: DataLoader[bytes] = DataLoader(
        _Batches(read),
        batch_size=None,
        sampler=batches,
        num_workers=workers,
        collate_fn=cast(Any, _as_it_is),
        # Where this run is killed, its workers are: torch's own watch leaves them waiting for a reader of their pipe.
        worker_init_fn=partial(_end_with, os.getpid()),
        multiprocessing_context="fork",
    )
    with _without_interrupts():
        arriving = iter(loader)
    try:
        for packed in arriving:
            yield pickle.loads(packed)
    finally:
        del arriving  # ends the workers


class _Batches(Dataset[bytes]):
    def __init__(self, read: Callable[[Rows], Any]) -> None:
        self._read = read

    def __getitem__(self, rows: Rows) -> bytes:
        return pickle.dumps(self._read(rows))


def _as_it_is(packed: bytes) -> bytes:
    return packed


def _end_with(parent: int, worker: int) -> None:
    end_with_parent(parent)


@contextmanager
def _without_interrupts() -> Generator[None]:
    """Processes started inside never see Ctrl-C, which reaches a whole terminal: this process ends them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
