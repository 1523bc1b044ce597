"""What the embedded models can do on the simulated radiographs: every task and metric, with the image and without.

Radiographs are made by their seed; of the test split so many entries a task are asked with the entry's own image,
without one, and with another setting's image. Writes results/seven_tasks.json.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import angiogram as ag
from angiogram.cache import default_cache
from angiogram.data.radiographs.making import Wanted, make_radiographs
from angiogram.evaluate.result import TaskResult
from angiogram.report.evaluation.image_use import image_use, leading
from angiogram.statistics.interval import Interval
from record import record

MODELS = ("demo", "demo-tuned")


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=200, help="radiographs of all splits together")
    parser.add_argument("--most", type=int, default=48, help="entries a task")
    parser.add_argument("--out", type=Path, help="keeps the runs")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as temporary:
        out = options.out or Path(temporary)
        made = make_radiographs(out / "radiographs", Wanted(options.images), default_cache())
        for model in MODELS:
            table = out / "radiographs" / "annotations.parquet"
            done = ag.evaluate(model, table, out / model, split="test", most=options.most)
            tasks = {task.task: said_of(task) for task in done.evaluation.tasks}
            found[model] = {"blind": done.evaluation.blind, "tasks": tasks}
    uses = [task["image_use"] for of in found.values() for task in of["tasks"].values()]
    record(
        "seven_tasks",
        uses.count("yes"),
        f"of {len(uses)} tasks of {len(MODELS)} models on which the score is seen to come from the image",
        "none: nothing was trained on radiographs",
        True,
        spread="one set; intervals of 95 % over the settings of radiographs",
        contenders={},
        radiographs=made.images,
        models=found,
    )


def said_of(task: TaskResult) -> dict[str, Any]:
    """One task in numbers: how its answers were read, and its metrics in the three conditions."""
    first = leading(task)
    return {
        "image_use": image_use(task),
        "leading": None if first is None else first.name,
        "entries": task.entries,
        "groups": task.groups,
        "parsed": {each.condition: round(each.parse_rate, 4) for each in task.outcomes},
        "metrics": {
            metric.name: {"not_assessed": metric.not_assessed}
            if metric.real is None
            else {
                "better": metric.better,
                "cases": metric.cases,
                **{
                    name: rounded(getattr(metric, name))
                    for name in ("real", "blind", "other", "real_minus_blind", "real_minus_other")
                },
            }
            for metric in task.metrics
        },
    }


def rounded(interval: Interval | None) -> list[float] | None:
    """Value, low and high."""
    return None if interval is None else [round(each, 4) for each in (interval.value, interval.low, interval.high)]


if __name__ == "__main__":
    main()
