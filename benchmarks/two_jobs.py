"""Two diagnoses at once on one machine: how much slower than one alone?

Each is a whole process of `angiogram diagnose` with as many threads as the machine has cores, as a user starts it. Two
jobs that share the cores fairly take twice as long; where threads that wait for one another keep their core meanwhile,
they take far longer. The turns alternate. Writes results/two_jobs.json.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from angiogram.cache import default_cache
from angiogram.cli.progress import printed
from angiogram.data.phantom import phantom_cases
from angiogram.model.load import load_model
from record import record

GOAL, ROUNDS = 2.5, 2
PROGRAM = Path(sys.executable).parent / "angiogram"
JOB = ("diagnose", "demo", "phantom", "--reference", "none", "--no-ladder", "--train-cases", "48", "--test-cases", "24")


def seconds(jobs: int) -> float:
    """How long so many diagnoses at once take, the slowest of them; each with a cache of its own for its twin."""
    named = ("OMP_", "GOMP_", "MKL_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(named)}
    with TemporaryDirectory() as folder:
        commands = []
        for number in range(jobs):
            own = Path(folder) / str(number)
            own.mkdir()
            for made in default_cache().glob("[bp]*"):  # the converted model and the phantom
                (own / made.name).symlink_to(made)
            commands.append([PROGRAM, *JOB, "--out", own / "run", "--cache", own])
        start = time.monotonic()
        running = [subprocess.Popen(each, env=environment, stdout=subprocess.DEVNULL) for each in commands]
        if any(each.wait() for each in running):
            raise SystemExit("A diagnosis failed.")
        return time.monotonic() - start


def main(arguments: list[str]) -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args(arguments).rounds
    phantom_cases(default_cache())
    load_model("demo", default_cache(), printed)
    alone: list[float] = []
    together: list[float] = []
    for _ in range(rounds):
        alone.append(seconds(1))
        together.append(seconds(2))
        print(round(alone[-1], 1), round(together[-1], 1), flush=True)
    ratios = [b / a for a, b in zip(alone, together, strict=True)]
    path = record(
        "two_jobs",
        median(ratios),
        "x as long as one alone",
        f"at most {GOAL}",
        median(ratios) <= GOAL,
        spread={"min": min(ratios), "max": max(ratios), "rounds": rounds},
        contenders={"one alone": {"seconds": median(alone)}, "two at once": {"seconds": median(together)}},
    )
    print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
