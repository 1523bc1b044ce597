"""Sets opened as `data inspect` and `diagnose` open them, and what became of every file in them."""

import os
import re
import resource
import sys
import time
import traceback
import unicodedata
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from angiogram.data.cases import Case

MEMORY = 8 * 2**30  # of addresses: a bomb ends this process, not the machine
LONGEST = 400  # characters of a reason


@dataclass(frozen=True)
class Job:
    """One set to open.

    Attributes:
        path: what a user would name.
        files: how many cases it must account for; None where the set as a whole is the one thing given.
        folders: what its levels mean; None where the intake finds out.
    """

    path: Path
    files: int | None = None
    folders: str | None = None


@dataclass
class Outcome:
    """What became of a set.

    Attributes:
        accepted: cases that became images.
        aside: the others, (name, reason).
        refused: why the set as a whole is none; empty where it is one.
        faults: what must not be, (name, what happened).
        slowest: (seconds of processor time, name) of the case that took longest, or of the set.
        peak: memory of the process up to now, in bytes.
        noise: lines that decoders wrote to standard error by themselves.
    """

    accepted: int = 0
    aside: list[tuple[str, str]] = field(default_factory=list)
    refused: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    peak: int = 0
    noise: int = 0


def work(jobs: list[Job], cache: Path, out: Connection) -> None:
    """Open one set after another; say before each file that it is its turn, and after each set what became of it."""
    import angiogram.data.intake
    import angiogram.data.sources  # noqa: F401 - first, so that no limit hinders it

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    noise = cache.parent / "stderr.txt"
    os.dup2(os.open(noise, os.O_WRONLY | os.O_CREAT | os.O_APPEND), sys.stderr.fileno())
    for job in jobs:
        os.truncate(noise, 0)
        out.send(job.path)
        outcome = opened(job, cache, out)
        outcome.peak = most_memory()
        outcome.noise = len(noise.read_text(errors="replace").splitlines())
        out.send(outcome)


def opened(job: Job, cache: Path, out: Connection) -> Outcome:
    """Open one set and look at every image in it."""
    from angiogram.data.cases import Case
    from angiogram.data.intake import examine
    from angiogram.data.sources import open_cases
    from angiogram.data.sources.options import SourceOptions
    from angiogram.errors import InputError
    from angiogram.imaging.image import Image

    outcome, began = Outcome(), time.process_time()
    turn: tuple[float, str] | None = None

    def end_of_turn() -> None:
        if turn is not None:
            outcome.slowest = max(outcome.slowest, (time.process_time() - turn[0], turn[1]))

    try:
        cases = open_cases(str(job.path), cache, options=SourceOptions(folders=job.folders))

        def read(case: Case) -> Image:
            nonlocal turn
            end_of_turn()
            out.send(place(job, case))
            turn = (time.process_time(), name_of(Path(case.path)))
            try:
                image = cases.read(case)
                if lost := unaccounted(job.path / case.label, image.made):
                    outcome.faults.append((turn[1], lost))
                return image
            except InputError:
                raise
            except Exception as error:
                outcome.faults.append((turn[1], raised(error)))
                raise InputError(f"'{turn[1]}' raised.") from error  # the others are to have their turn

        examined = examine(replace(cases, read=read))
        end_of_turn()
        outcome.accepted = len(examined.cases)
        outcome.aside = [(name_of(Path(each.case.path)), each.reason) for each in examined.quarantined]
        if outcome.accepted + len(outcome.aside) != len(cases):
            outcome.faults.append(
                (name_of(job.path), f"{len(cases)} cases, {outcome.accepted + len(outcome.aside)} left")
            )
    except InputError as error:
        outcome.refused = str(error)
    except Exception as error:
        outcome.faults.append((name_of(job.path), raised(error)))
    if job.files is None:
        outcome.slowest = (time.process_time() - began, name_of(job.path))
    said = [(job.path.stem, outcome.refused)] if outcome.refused else []
    for name, reason in (*said, *outcome.aside):
        if wrong := amiss(name, reason):
            outcome.faults.append((name, f"{wrong}: {reason[:300]!r}"))
    return outcome


def unaccounted(folder: Path, made: tuple[str, ...]) -> str:
    """What is wrong with the count of a series' files, those in the volume and those left out; empty where it is right.

    Args:
        folder: of a class, which holds one series of one slice a file, where it holds one.
        made: how the image of the case was made.
    """
    slices = [re.match(r"(\d+|one) slices?\b", step) for step in made]
    aside = [re.match(r"(\d+) files? left out", step) for step in made]
    if not any(slices):
        return ""
    given = sum(path.name.endswith(".dcm") for path in folder.rglob("*"))
    told = sum(1 if found[1] == "one" else int(found[1]) for found in (*slices, *aside) if found)
    return "" if told == given else f"{given} files of a series, {told} accounted for"


def most_memory() -> int:
    """The most that this process has held, in bytes; what `getrusage` gives begins with its parent's."""
    status = Path("/proc/self/status").read_text()
    return 1024 * int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])


def raised(error: Exception) -> str:
    """What is no `InputError`, and where it was raised."""
    at = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in at if "angiogram" in frame.filename] or at
    said = " ".join(str(error).split())[:200]
    return f"{type(error).__name__} in {Path(ours[-1].filename).name}:{ours[-1].lineno}: {said}"


def place(job: Job, case: "Case") -> Path:
    """The file of a case, where a set of files was given."""
    return job.path / os.fsencode(case.id).decode("utf-8", "surrogateescape") if job.files is not None else job.path


def name_of(path: Path) -> str:
    """The file's name as messages write it."""
    from angiogram.imaging.printable import printable

    return printable(path.name)


def amiss(name: str, reason: str) -> str:
    """What is wrong with a message; empty where it is one clear sentence that names the file, or what is in it."""
    if name.partition("#")[0] not in reason and "'" not in reason:
        return "the message names nothing"
    if len(reason) - len(name) > LONGEST:
        return "the message is no sentence"
    rest = reason.replace(name, "")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in rest):
        return "the message holds bytes"
    if any(word in rest for word in ("Traceback", "MemoryError", "Error:", "object at 0x")):
        return "the message is Python's"
    return ""
