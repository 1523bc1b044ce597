"""Opening is watched from outside: a process that hangs or dies is seen, the file at which it did is named."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path

from damaged.opening import Job, Outcome, name_of, work

PATIENCE = 60.0  # seconds without a word


@dataclass
class Told:
    """What became of all jobs.

    Attributes:
        accepted: files, or sets, that became images.
        aside: the others, (name, reason).
        faults: what must not be, (name, what happened).
        slowest: (seconds, name).
        peak: memory in bytes.
        noise: lines that decoders wrote to standard error by themselves.
    """

    accepted: int = 0
    aside: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    peak: int = 0
    noise: int = 0

    def add(self, job: Job, outcome: Outcome) -> None:
        """Count one set; where it is the one thing given, it is accepted or set aside as a whole."""
        self.faults += outcome.faults
        self.slowest = max(self.slowest, outcome.slowest)
        self.peak = max(self.peak, outcome.peak)
        self.noise += outcome.noise
        name = name_of(job.path)
        if job.files is None:
            self.accepted += not outcome.refused and not outcome.faults
            self.aside += [(name, outcome.refused)] if outcome.refused else []
            return
        self.accepted += outcome.accepted
        self.aside += outcome.aside
        left = outcome.accepted + len(outcome.aside)
        if outcome.refused:
            self.faults.append((name, f"the whole set was refused: {outcome.refused}"))
        elif left != job.files:
            self.faults.append((name, f"{job.files} were given, {left} are accounted for"))


def open_all(jobs: Sequence[Job], cache: Path) -> Told:
    """Open every job in another process; after one that hangs or dies the rest goes on in a new one."""
    told, left = Told(), list(jobs)
    while left:
        left = _open_until_it_ends(left, cache, told)
    return told


def _open_until_it_ends(jobs: list[Job], cache: Path, told: Told) -> list[Job]:
    """The jobs that are left, without the file at which the process ended."""
    context = get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(jobs, cache, there), daemon=True)
    process.start()
    there.close()
    left, at = list(jobs), jobs[0].path
    fault = ""
    while left and not fault:
        try:
            said = here.recv() if here.poll(PATIENCE) else None
        except EOFError:
            process.join()
            fault = f"the process died ({process.exitcode})"
            break
        if said is None:
            fault = f"no word for {PATIENCE:g} s"
        elif isinstance(said, Outcome):
            told.add(left.pop(0), said)
        else:
            at = said
    process.kill()
    process.join()
    if not fault:
        return []
    told.faults.append((name_of(at), fault))
    job = left.pop(0)
    if job.files is not None and at != job.path:
        at.unlink()
        left.insert(0, replace(job, files=job.files - 1))
    return left
