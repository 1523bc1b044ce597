"""P7: killed anywhere and started again, a run repeats at most one batch and ends with the same bytes.

`collect` runs over a small model in a process of its own, is killed (SIGKILL) at random moments until it is through,
and started again each time; the files of its store are then compared with those of a run that nobody disturbed. A batch
is counted as repeated when it goes through the model again after a kill. The value is the most that one kill cost.
"""

import os
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from contest import PINNED, arguments, summary
from p5 import DISK
from record import record

GOAL, KILLS, CASES = 1, 25, 96
PATIENCE = 2.0  # seconds in which the workers of a killed run must have noticed


def main() -> None:
    """Measure and record."""
    options = arguments(__doc__ or "", rounds=1, shape="tiny").parse_args()
    os.environ.update(PINNED)
    from subjects import pictures, subject

    loaded, examined = subject(options.shape, processor=True), pictures(options.shape, CASES)
    random, repeated, same, runs = np.random.default_rng(0), [], [], 0
    DISK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DISK) as name:
        place = Path(name)
        start = time.monotonic()
        groups: list[int] = []
        run(loaded, examined, place / "whole", place / "log", options.batch, None, groups)
        took = time.monotonic() - start
        expected = bytes_of(place / "whole")
        whole = batches(place / "log")
        while len(repeated) < KILLS:
            folder, known = place / f"run{(runs := runs + 1)}", set[str]()
            ended = False
            while not ended:
                moment = random.uniform(0, took / 3)
                ended = run(loaded, examined, folder, place / "log", options.batch, moment, groups)
                now = batches(place / "log")
                if known:
                    repeated.append(len(known & set(now)))
                known |= set(now)
            same.append(bytes_of(folder) == expected and known == set(whole))
    time.sleep(PATIENCE)
    path = record(
        "P7",
        max(repeated),
        "batches repeated after a kill, at most",
        f"at most {GOAL}, and the same bytes",
        max(repeated) <= GOAL and all(same),
        spread=summary([float(count) for count in repeated]),
        contenders={},
        measured=options.commit,
        kills=len(repeated),
        runs=runs,
        same_bytes=all(same),
        runs_that_left_processes_behind=left_behind(groups),
        batches=len(whole),
        model=options.shape,
    )
    print(path)


def left_behind(groups: Sequence[int]) -> int:
    """How many of the killed runs have worker processes that are still there; they are ended now."""
    found = 0
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            continue
        found += 1
    return found


def run(
    loaded: Any, examined: Any, folder: Path, log: Path, size: int, seconds: float | None, groups: list[int]
) -> bool:
    """Collect in a process of its own, killed after so many seconds; whether it came to its end.

    Its process group is added to `groups`.

    Raises:
        RuntimeError: it ended in another way.
    """
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        status = 1
        try:
            _collect(loaded, examined, folder, log, size)
            status = 0
        finally:
            os._exit(status)
    until = float("inf") if seconds is None else time.monotonic() + seconds
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            break
        time.sleep(0.001)
    else:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    groups.append(child)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, -signal.SIGKILL):
        raise RuntimeError(f"A run that was continued ended with {code}.")
    return code == 0


def _collect(loaded: Any, examined: Any, folder: Path, log: Path, size: int) -> None:
    """In the child: write down which cases go through the model, then collect."""
    from angiogram.diagnose.collect.fill import collect
    from angiogram.diagnose.collect.passes import Passes
    from angiogram.diagnose.collect.plan import plan

    original, file = Passes.run, os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def logged(work: Any, ready: Any) -> Any:
        os.write(file, (",".join(map(str, ready.rows)) + "\n").encode())
        return original(work, ready)

    Passes.run = logged
    asked = np.ones(len(examined.cases), dtype=bool)
    collect(plan(loaded, examined.cases, asked), examined, {}, folder, size, lambda line: None)


def batches(log: Path) -> Sequence[str]:
    """What went through the model since the last call, but for the single case that is tried before a store is made."""
    lines = log.read_text().split() if log.exists() else []
    log.unlink(missing_ok=True)
    return [line for line in lines if "," in line]


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a store."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


if __name__ == "__main__":
    main()
