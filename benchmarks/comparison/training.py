"""Recipes of the comparisons, and running them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from angiogram.api.training import train_together
from angiogram.api.watching import Watching
from angiogram.cache import default_cache
from angiogram.data.annotations.table import read_annotations
from angiogram.train.recipe import Assembly, Blend, PartTraining, Recipe, Stage
from comparison.bench import Bench
from comparison.budget import RATIOS, TASKS, Budget

JOIN = {"name": "join", "block": (2, 2)}


def parts_of(bench: Bench, project: Mapping[str, Any]) -> Assembly:
    """Encoder and LLM of the bench around a fresh connector of this projector."""
    connector = {"reduce": JOIN, "project": dict(project)}
    return Assembly(bench.parts, bench.parts, image_size=bench.image_size, connector=connector, tasks=TASKS)


def stage(name: str, steps: int, table: Path, budget: Budget) -> Stage:
    """Connector and low-rank factors of the LLM, on the tasks that a table has."""
    there = read_annotations(table).entries.filter(pl.col("split") == "train").select("task").unique().collect()
    ratios = {task: RATIOS[task] for task in TASKS if task in set(there["task"])}
    return Stage(
        name,
        steps,
        budget.batch_size,
        {
            "connector": PartTraining("full", budget.connector_rate),
            "llm": PartTraining("lora", budget.llm_rate, budget.rank, budget.alpha),
        },
        accumulate=budget.batch_size,
        mixture=Blend(ratios),
    )


def trained(
    start: Assembly | Path,
    stages: Sequence[Stage],
    table: Path,
    seed: int,
    out: Path,
    watching: Watching | None = None,
) -> list[Path]:
    """The stages' folders."""
    whole = {"parts": start} if isinstance(start, Assembly) else {"model": str(start)}
    recipe = Recipe(out.name, seed, tuple(stages), data=str(table), precision="float32", **whole)
    return train_together(recipe, out, watching=watching, cache=default_cache(), progress=_said)


def _said(line: str) -> None:
    print(line, flush=True)
