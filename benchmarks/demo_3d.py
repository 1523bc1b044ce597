"""Diagnoses `demo-3d` on the volumes of the CT phantom, as its model card tells it. Writes results/demo_3d.json.

Options go to `angiogram diagnose`, such as `--test-cases 96`. The run folder, with the page, stays in build/; a run
that was interrupted goes on there.
"""

import subprocess
import sys

from angiogram.model.parts import shipped_folder
from demo import PROGRAM, found
from record import RESULTS, record

MODEL, CASES = "demo-3d", "phantom-volumes"
RUNS = RESULTS.parents[1] / "build" / "demo-3d-diagnosed"
MOST_BYTES = 12_000_000


def main(arguments: list[str]) -> None:
    """Measure and record."""
    size = sum(file.stat().st_size for file in shipped_folder(MODEL).rglob("*") if file.is_file())
    command = [PROGRAM, "diagnose", MODEL, CASES, "--out", RUNS / MODEL, "--precision", "float32", *arguments]
    subprocess.run(command, check=True)
    told = found(RUNS, MODEL)
    answer = told["stages"]["S"]
    path = record(
        "demo_3d",
        answer["value"],
        "accuracy",
        f"surely above always naming the most frequent class, in {MOST_BYTES / 1e6:g} MB",
        met=answer["low"] > told["majority"] and size <= MOST_BYTES,
        spread={"lower": answer["low"], "upper": answer["high"]},
        contenders={},
        bytes=size,
        model=told,
    )
    print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
