"""How long a set of simulated radiographs takes: images, table, settings and pairs, on all cores of this machine.

The patient is in the cache before the clock starts; processes start after it. Three sets of another seed each; the
goal is about 2,000 images, and where fewer are made the time is scaled to them. Writes results/radiographs.json.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from pathlib import Path

import polars as pl

from angiogram.cache import default_cache
from angiogram.data.radiographs.making import Wanted, make_radiographs
from angiogram.data.radiographs.patient import patient_folder
from record import record

ABOUT, GOAL_S = 2000, 300.0


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=ABOUT, help="of each set")
    parser.add_argument("--rounds", type=int, default=3, help="sets")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where the patient is kept")
    options = parser.parse_args()
    patient = patient_folder(options.cache, print)
    walls: list[float] = []
    used: list[float] = []
    counted: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.rounds):
            out = Path(folder) / str(seed)
            wanted = Wanted(options.images, seed=seed, counterfactuals=options.images // 10)
            before, start = _processor(), time.perf_counter()
            made = make_radiographs(out, wanted, options.cache, patient=patient)
            walls.append(time.perf_counter() - start)
            used.append(_processor() - before)
            entries = pl.read_parquet(out / "annotations.parquet")
            settings = pl.read_parquet(out / "settings.parquet")
            counted = {
                "images": made.images,
                "entries": made.entries,
                "pairs": made.pairs,
                **{f"entries {task}": count for task, count in sorted(entries["task"].value_counts().iter_rows())},
                **{f"grade {grade}": count for grade, count in sorted(_counts(settings))},
            }
            print(f"seed {seed}: {walls[-1]:.0f} s, processors {used[-1]:.0f} s", flush=True)
    scale = ABOUT / options.images
    value = statistics.median(walls) * scale
    record(
        "radiographs",
        round(value, 1),
        f"s for {ABOUT} radiographs of 224 px with their table and {ABOUT // 10} pairs",
        f"<= {GOAL_S:.0f} s on two cores",
        value <= GOAL_S,
        spread={"min": round(min(walls) * scale, 1), "max": round(max(walls) * scale, 1), "rounds": options.rounds},
        contenders={},
        cores=len(os.sched_getaffinity(0)),
        images_of_each_round=options.images,
        processor_s_per_image=round(statistics.median(used) / options.images, 3),
        last_set=counted,
    )


def _processor() -> float:
    """Processor time of this process and of those that it has started and that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _counts(settings: pl.DataFrame) -> list[tuple[str, int]]:
    return [(grade or "none", count) for grade, count in settings["grade"].value_counts().iter_rows()]


if __name__ == "__main__":
    main()
