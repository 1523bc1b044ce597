"""Two ways to encode a volume, by the same verbs: the 3-D ViT of `demo-3d`, and the embedded ViT-S slice by slice.

`small-3d-slices` is trained where it is not there yet; both models are evaluated on the held-out volumes as an
annotation table, diagnosed on them, and compared stage by stage on the same volumes. Writes results/volumes.json.

Options go to both diagnoses, such as `--test-cases 96 --train-cases 240`. What is finished in build/ is not made again.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import angiogram as ag
from angiogram.report.evaluation.image_use import image_use
from demo import PROGRAM, found
from demo_3d import CASES, MODEL
from record import RESULTS, record

BUILD = RESULTS.parents[1] / "build" / "volumes"
RECIPE, STAGE = "small-3d-slices", "tuned"
NATIVE, SLICES = "native", "slice-wise"
MOST = 96  # volumes that are asked about in the evaluation, each three times


def main(arguments: list[str]) -> None:
    """Train, evaluate, diagnose, compare, record."""
    table = BUILD / "volumes.parquet"
    if not table.is_file():
        _run("data", "table", CASES, "--out", table)
    tuned = BUILD / RECIPE / STAGE
    if not tuned.is_dir():
        _run("train", RECIPE, "--out", tuned.parent)
    models = {NATIVE: MODEL, SLICES: str(tuned)}
    for name, model in models.items():
        _run("diagnose", model, CASES, "--out", BUILD / name, "--precision", "float32", *arguments)
    comparison = ag.compare(BUILD / NATIVE, BUILD / SLICES).comparison
    (contrast,) = comparison.contrasts
    stages = {stage.key: stage for stage in contrast.stages}
    answer = stages["G"].change
    path = record(
        "volumes",
        answer.value,
        "accuracy of the answer in words, slice by slice minus native, on the same held-out volumes",
        "none: a comparison, reported whatever it shows",
        True,
        spread={"lower": answer.low, "upper": answer.high},
        contenders={name: _of(name, model, table) for name, model in models.items()},
        evaluated=comparison.evaluated,
        groups=comparison.groups,
        changes={
            key: {"value": stage.change.value, "low": stage.change.low, "high": stage.change.high,
                  "changed": stage.changed}
            for key, stage in stages.items()
        },
        headline=contrast.headline,
    )  # fmt: skip
    print(path)


def _of(name: str, model: str, table: Path) -> dict[str, Any]:
    """What a model's diagnosis found, how it answered the table, and what it learnt in."""
    done = ag.evaluate(model, table, BUILD / f"{name}-evaluated", split="test", most=MOST).evaluation
    (task,) = done.tasks
    accuracy = next(metric for metric in task.metrics if metric.name == "accuracy")
    conditions = {each: getattr(accuracy, each) for each in ("real", "blind", "other")}
    return {
        **found(BUILD, name),
        "asked": task.entries,
        "image_use": image_use(task),
        "accuracy": {
            each: {"value": own.value, "low": own.low, "high": own.high}
            for each, own in conditions.items()
            if own is not None
        },
        "parameters": _parameters(model),
    }


def _parameters(model: str) -> dict[str, int]:
    """Of encoder and connector."""
    loaded = ag.load_model(model, progress=None)
    parts = {"encoder": loaded.anatomy.encoder, "connector": loaded.anatomy.connector}
    return {
        name: sum(each.numel() for each in loaded.model.get_submodule(part).parameters())
        for name, part in parts.items()
    }


def _run(*command: object) -> None:
    subprocess.run([PROGRAM, *map(str, command)], check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
