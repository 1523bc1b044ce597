"""Times `angiogram demo` as a whole process, first and again, and keeps what `make demo-full` finds.

The packages are installed; the cache and the run folder are empty at first. `--times` leaves the full demo out and
keeps what was found before. Writes results/demo.json and, where a browser is installed, the README's picture.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from picture import first_screen
from record import RESULTS, commit, record

FIRST_SECONDS, AGAIN_SECONDS, GOAL_MIB = 300.0, 60.0, 3072
FULL = ("--train-cases", "720", "--test-cases", "480", "--precision", "float32")
MODELS = ("demo", "demo-tuned")
PROGRAM = Path(sys.executable).parent / "angiogram"


def timed(out: Path, cache: Path) -> tuple[float, float, int]:
    """(seconds to the first page, seconds in all, peak MiB of the largest process so far) of one `angiogram demo`."""
    start, first = time.monotonic(), None
    page = out / MODELS[0] / "report.html"
    before = page.stat().st_mtime if page.is_file() else 0.0
    with subprocess.Popen([PROGRAM, "demo", "--out", out, "--cache", cache]) as running:
        while running.poll() is None:
            if first is None and page.is_file() and page.stat().st_mtime > before:
                first = time.monotonic() - start
            time.sleep(0.2)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, "angiogram demo")
    seconds = time.monotonic() - start
    return first or seconds, seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10


def found(runs: Path, model: str) -> dict[str, Any]:
    """What the report of one model says."""
    report = json.loads((runs / model / "report.json").read_text())
    return {
        "headline": report["headline"],
        "evaluated": report["evaluated"],
        "groups": report["groups"],
        "majority": report["majority"],
        "null_band": report["null_band"],
        "stages": {s["key"]: {"tap": s["tap"], **s["accuracy"]} for s in report["stages"] if s["accuracy"]},
        "verdicts": {v["mode"]: {"state": v["state"], **(v["loss"] or {})} for v in report["verdicts"]},
        "parse": {key: report["answers"][key] for key in ("exact", "mention", "unparsed")},
    }


def full() -> dict[str, Any]:
    """What the demo finds on all crops."""
    with TemporaryDirectory() as folder:
        subprocess.run([PROGRAM, "demo", "--out", folder, *FULL], check=True)
        return {"commit": commit(), "models": {model: found(Path(folder), model) for model in MODELS}}


def main(arguments: list[str]) -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", action="store_true", help="leave the full demo out")
    options = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        out, cache = Path(folder) / "runs", Path(folder) / "cache"
        page, first, _ = timed(out, cache)
        _, again, peak = timed(out, cache)
        models = {model: found(out, model) for model in MODELS}
        if not first_screen(out / MODELS[0] / "report.html"):
            print("no browser is installed, so docs/report.png stays as it is", file=sys.stderr)
    known = json.loads((RESULTS / "demo.json").read_text())["full"] if options.times else None
    path = record(
        "demo",
        first,
        "s",
        f"on two free cores with an empty cache in at most {FIRST_SECONDS:.0f} s, again in at most "
        f"{AGAIN_SECONDS:.0f} s, in {GOAL_MIB} MiB",
        met=first <= FIRST_SECONDS and again <= AGAIN_SECONDS and peak <= GOAL_MIB,
        first_page_s=page,
        again_s=again,
        peak_mib=peak,
        spread="one run of each kind",
        contenders={},
        models=models,
        full=known or full(),
    )
    print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
