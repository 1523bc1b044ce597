import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from angiogram.tap.prefetch import prefetched, worker_count

BATCHES = [(i, i + 1) for i in range(0, 20, 2)]


def read(rows):
    return rows, os.getpid(), torch.full((2, 3), rows[0]), torch.get_num_threads()


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_batches_come_in_order_from_that_many_other_processes(workers):
    found = list(prefetched(read, BATCHES, workers))
    assert [rows for rows, *_ in found] == BATCHES
    assert all((states == rows[0]).all() and states.shape == (2, 3) for rows, _, states, _ in found)
    pids = {pid for _, pid, *_ in found}
    assert (pids == {os.getpid()}) if workers == 0 else (len(pids) == workers and os.getpid() not in pids)
    assert {threads for *_, threads in found} == {1}


def test_workers_read_while_the_batch_before_is_used():
    def slow(rows):
        time.sleep(0.15)
        return rows

    start = time.monotonic()
    for _ in prefetched(slow, BATCHES, 1):
        time.sleep(0.15)
    assert time.monotonic() - start < 0.15 * (2 * len(BATCHES) - 3)


def test_leaving_early_ends_the_workers():
    arriving = prefetched(read, BATCHES, 1)
    _, pid, *_ = next(arriving)
    arriving.close()
    assert gone(pid)


def test_a_fault_in_a_worker_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        list(prefetched(lambda rows: 1 / 0, BATCHES, 1))


def test_workers_leave_a_core_to_each_rank(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8))
    cpu, gpu = torch.device("cpu"), torch.device("cuda")
    assert [worker_count(cpu, 100), worker_count(gpu, 100)] == [1, 4]
    assert [worker_count(gpu, 100, sharing) for sharing in (2, 4, 8, 16)] == [3, 1, 0, 0]
    assert [worker_count(gpu, batches) for batches in (0, 1, 2)] == [0, 0, 1]


WITH_THREADS = """
import numpy as np, torch
from tokenizers import Tokenizer, models
from angiogram.tap.prefetch import prefetched
torch.set_num_threads(2)
torch.randn(800, 800) @ torch.randn(800, 800)
np.random.randn(800, 800) @ np.random.randn(800, 800)
tokenizer = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
tokenizer.encode_batch(["a"] * 100)
def read(rows):
    tokenizer.encode_batch(["a"] * 100)
    return torch.randn(400, 400) @ torch.randn(400, 400), np.random.randn(400, 400) @ np.random.randn(400, 400)
for _ in range(3):
    for _ in prefetched(read, [(i,) for i in range(6)], 2):
        torch.randn(400, 400) @ torch.randn(400, 400)
print("done")
"""


def test_workers_of_a_process_with_threads_do_not_hang_and_do_not_warn():
    done = subprocess.run(
        [sys.executable, "-c", WITH_THREADS], capture_output=True, text=True, timeout=120, env=dict(os.environ)
    )
    assert (done.stdout, done.stderr) == ("done\n", "")


def test_workers_do_not_see_ctrl_c():
    def masked(rows):
        return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])

    assert all(prefetched(masked, BATCHES, 1))
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_arrays_survive_the_way():
    (found,) = prefetched(lambda rows: {"a": np.arange(3), "b": torch.ones(2)}, [(0,)], 1)
    assert found["a"].tolist() == [0, 1, 2] and found["b"].tolist() == [1, 1]


def test_workers_die_with_a_killed_run():
    def endless():
        for _, pid, *_ in prefetched(lambda rows: (rows, os.getpid(), torch.zeros(100_000)), BATCHES, 1):
            os.write(told, pid.to_bytes(4, "big"))
            time.sleep(60)  # the worker goes on until its pipe is full

    told_here, told = os.pipe()
    run = os.fork()
    if not run:
        endless()
    worker = int.from_bytes(os.read(told_here, 4), "big")
    time.sleep(0.2)
    os.kill(run, signal.SIGKILL)
    os.waitpid(run, 0)
    assert gone(worker)


def gone(pid):
    """Whether the process ends within five seconds; one that is dead but not yet waited for has ended."""
    status = Path(f"/proc/{pid}/status")
    for _ in range(100):
        try:
            if "\nState:\tZ" in status.read_text():
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False
