"""A run that is killed anywhere and started again ends with the same bytes."""

import os
import signal
import time
import traceback
from dataclasses import replace

import numpy as np
import pytest

from angiogram.data.intake import examine
from angiogram.diagnose.collect.fill import collect
from angiogram.diagnose.collect.fingerprint import fingerprint
from angiogram.diagnose.collect.passes import Passes
from angiogram.diagnose.collect.plan import plan
from angiogram.imaging.image import Image
from angiogram.tap import store

SIZE = 2


@pytest.fixture
def small(squares):
    """Forty-eight images of two sizes, small ones first in the runner's order."""

    def read(row):
        pixels = squares.read(row).pixels
        return Image(pixels if int(row.id) % 2 else pixels[::2, ::2], ("drawn",))

    return examine(replace(squares, read=read))


class Runs:
    """Runs of one collection in processes of their own, which can be killed."""

    def __init__(self, loaded, examined, log):
        self.examined, self.log = examined, log
        self.planned = plan(loaded, examined.cases, np.arange(len(examined.cases)) % 3 == 0)
        self.settings = fingerprint(self.planned, examined.cases, examined.hashes)

    def start(self, folder):
        child = os.fork()  # everything is imported: what is killed is the work
        if child:
            return child
        status = 1
        try:
            self._count_batches()
            collect(self.planned, self.examined, self.settings, folder, SIZE, lambda line: None)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)

    def _count_batches(self):
        run, log = Passes.run, os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

        def counted(work, ready):
            os.write(log, (",".join(map(str, ready.rows)) + "\n").encode())
            return run(work, ready)

        Passes.run = counted

    def computed(self):
        """The batches of the run since the last call; the trial before a store is made is a single case."""
        lines = self.log.read_text().split() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [line for line in lines if "," in line]


def ended(child, seconds):
    """The exit status when the process ends by itself within this time, else None after killing it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return None if code == -signal.SIGKILL else code


def bytes_of(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.parametrize("kills", [4, pytest.param(20, marks=pytest.mark.nightly)])
def test_killed_at_random_moments_the_bytes_are_those_of_a_whole_run(tiny, small, tmp_path, kills):
    runs = Runs(tiny, small, tmp_path / "log")
    start = time.monotonic()
    assert ended(runs.start(tmp_path / "whole"), 120) == 0
    took = time.monotonic() - start
    assert runs.computed() == runs_of(small)
    expected = bytes_of(tmp_path / "whole")
    random, killed, number = np.random.default_rng(0), 0, 0
    while killed < kills:
        folder, known = tmp_path / f"parts{(number := number + 1)}", set()
        while (code := ended(runs.start(folder), random.uniform(0, took) if killed < kills else 120)) != 0:
            assert code is None, "a continued run failed"
            killed += 1
            now = runs.computed()
            assert len(now) == len(set(now)) and len(known & set(now)) <= 1
            known |= set(now)
        now = runs.computed()
        assert len(known & set(now)) <= 1 and known | set(now) == set(runs_of(small))
        assert bytes_of(folder) == expected


@pytest.mark.nightly
def test_killed_while_the_store_is_made_it_is_made_again(tiny, small, tmp_path, monkeypatch):
    runs, allocate = Runs(tiny, small, tmp_path / "log"), store._allocate
    with monkeypatch.context() as patched:
        patched.setattr(
            store,
            "_allocate",
            lambda path, *more: os.kill(os.getpid(), signal.SIGKILL) if "norm" in path.name else allocate(path, *more),
        )
        assert ended(runs.start(tmp_path / "features"), 120) == -signal.SIGKILL
    assert not (tmp_path / "features").exists()
    assert ended(runs.start(tmp_path / "features"), 120) == 0
    assert ended(runs.start(tmp_path / "whole"), 120) == 0
    assert bytes_of(tmp_path / "features") == bytes_of(tmp_path / "whole")


def runs_of(examined):
    """The batches of a whole run, as they are logged."""
    order = sorted(range(len(examined.cases)), key=lambda i: (examined.shapes[i][0] * examined.shapes[i][1], i))
    return [",".join(map(str, order[i : i + SIZE])) for i in range(0, len(order), SIZE)]
