"""Times `angiogram demo` as a whole process: into an empty run folder, then again, and keeps what it found.

What the cache of the user lacks is made in the first run. Writes results/demo.json.
"""

import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from record import record

GOAL_SECONDS, GOAL_MIB = 180.0, 3072
MODELS = ("demo", "demo-tuned")
RUNS = Path("runs")


def timed() -> tuple[float, int]:
    """(wall seconds, peak MiB of the largest process so far) of one `angiogram demo`."""
    start = time.monotonic()
    subprocess.run([str(Path(sys.executable).parent / "angiogram"), "demo", "--out", str(RUNS)], check=True)
    return time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10


def found(model: str) -> dict[str, Any]:
    """What the report of one model says."""
    report = json.loads((RUNS / model / "report.json").read_text())
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


def main() -> None:
    """Measure and record."""
    shutil.rmtree(RUNS, ignore_errors=True)
    whole, whole_mib = timed()
    again, again_mib = timed()
    path = record(
        "demo",
        again,
        "s",
        f"a second run in at most {GOAL_SECONDS:.0f} s and {GOAL_MIB} MiB",
        met=again <= GOAL_SECONDS and again_mib <= GOAL_MIB,
        empty_run_folder_s=whole,
        peak_mib=max(whole_mib, again_mib),
        spread="one run of each kind",
        contenders={},
        models={model: found(model) for model in MODELS},
    )
    print(path)


if __name__ == "__main__":
    main()
