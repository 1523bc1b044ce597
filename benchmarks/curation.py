"""Curation: both views out of 350,000 entries on 47,500 images, and out of ten times as many.

The table is made beforehand, as dense as IMAX. Each turn is a process of its own that reads the table, checks it by the
rules of the schema, chooses, matches, draws, counts and writes both views:
- angiogram, with two threads and with one;
- pandas on Arrow columns, the same steps with the same solver (`curation_pandas.py`), in whose libraries only reading
  and writing take a second thread.
The value is the median over the rounds of our seconds with two threads, from the first byte read to the last written,
without imports. Memory is the largest that the process ever held, imports included. All must come to the same numbers,
to the last.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from annotated import write_annotated
from contest import PINNED, Turn, paired, summary, table
from record import record

SECONDS, MIB, RATIO = 60.0, 2048.0, 10.0
IMAGES = 47_500
CONTENDERS = {
    "angiogram": "Polars, two threads",
    "angiogram, one thread": "Polars, one thread",
    "pandas": "pandas on Arrow columns, two threads where its libraries take them",
}
DISK = Path(__file__).parents[1] / "build"


def main() -> None:
    """Referee or contender."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--images", type=int, default=IMAGES, help="of the smaller table")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each contender")
    parser.add_argument("--commit", help="what is measured, where git is not there to say it")
    parser.add_argument("--contender", help="play this part; without it, be the referee")
    parser.add_argument("--table", type=Path, help="that a contender reads")
    options = parser.parse_args()
    if options.contender:
        return part(options.contender, options.table)
    DISK.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DISK) as name:
        small, large = Path(name) / "small.parquet", Path(name) / "large.parquet"
        rows = write_annotated(small, options.images)
        write_annotated(large, 10 * options.images)
        turns = rounds(small, options.rounds)
        larger = rounds(large, 1)
    ours = turns["angiogram"]
    seconds, mib = (summary([turn[key] for turn in ours]) for key in ("seconds", "mib"))
    measures = ("seconds", "processor_seconds", "mib")
    growth = {key: paired(larger["angiogram"] * len(ours), ours, key)["median"] for key in measures}
    path = record(
        "curation",
        seconds["median"],
        "s",
        f"under {SECONDS:g} s and {MIB / 1024:g} GiB; ten times the size with at most {RATIO:g} times both",
        seconds["median"] < SECONDS and mib["max"] < MIB and growth["seconds"] <= RATIO and growth["mib"] <= RATIO,
        spread=seconds,
        contenders=table(turns, {}, CONTENDERS, "angiogram"),
        measured=options.commit,
        memory={name: summary([turn["mib"] for turn in found]) for name, found in turns.items()},
        memory_unit="MiB",
        processor_seconds={
            name: summary([each["processor_seconds"] for each in found]) for name, found in turns.items()
        },
        memory_of_pandas_to_ours=paired(turns["pandas"], ours, "mib"),
        rows=rows,
        entries=ours[0]["entries"],
        images=ours[0]["images"],
        ten_times={name: found[0] for name, found in larger.items()},
        growth=growth,
    )
    print(path)


def rounds(path: Path, count: int) -> dict[str, list[Turn]]:
    """Let the contenders take turns, each in a new process; each round begins with the next one."""
    turns: dict[str, list[Turn]] = {name: [] for name in CONTENDERS}
    order, same = list(CONTENDERS), set[str]()
    for number in range(count):
        first = number % len(order)
        for name in order[first:] + order[:first]:
            found = launched(name, path)
            same.add(json.dumps(found.pop("result")))
            turns[name].append(found)
        print(f"round {number + 1} of {count}", file=sys.stderr)
    assert len(same) == 1, same
    return turns


def launched(name: str, path: Path) -> dict[str, Any]:
    """One turn."""
    threads = "1" if name.endswith("one thread") else "2"
    limits = {"POLARS_MAX_THREADS": threads, "OMP_NUM_THREADS": threads, "ARROW_NUM_THREADS": threads}
    command = [sys.executable, sys.argv[0], "--contender", name, "--table", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | PINNED | limits)
    return json.loads(done.stdout.splitlines()[-1])


def peak_mib() -> float:
    """The most that this process ever held; what `getrusage` says may be its parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def part(contender: str, path: Path) -> None:
    """Build, match and write once; print seconds, memory, size and what was chosen."""
    from angiogram.plain import plain

    if contender == "pandas":
        import pyarrow as pa

        from curation_pandas import both_views

        pa.set_cpu_count(int(os.environ["ARROW_NUM_THREADS"]))
        pa.set_io_thread_count(int(os.environ["ARROW_NUM_THREADS"]))
    else:
        from angiogram.data.annotations.table import read_annotations
        from angiogram.data.views.build import build_views
        from angiogram.data.views.view import Asked, View
        from angiogram.data.views.write import write_views

        def both_views(path: Path, folder: Path) -> View:
            given = read_annotations(path)
            views = build_views(given, path.name, Asked())
            write_views(views, given, folder)
            return views.view

    start, before = time.perf_counter(), time.process_time()
    view = both_views(path, path.parent / "views")
    seconds, busy = time.perf_counter() - start, time.process_time() - before
    print(
        json.dumps(
            {
                "seconds": seconds,
                "processor_seconds": busy,
                "mib": peak_mib(),
                "entries": view.all.entries,
                "images": view.all.images,
                "result": [plain(part) for part in (view.matched, view.all, view.image_centric, view.scattered)],
            }
        )
    )


if __name__ == "__main__":
    main()
