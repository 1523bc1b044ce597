"""How the tasks pull on a connector at the end of its training."""

from pathlib import Path
from typing import Any

from angiogram.data.progress import silent
from angiogram.model.load import LoadedModel
from angiogram.train.conflict.result import Conflict
from angiogram.train.conflict.tug_of_war import tug_of_war
from comparison.scores import held_out

SAMPLES = 2  # of each task in a batch
ENTRIES = 40  # of each task that batches are drawn from


def pull(loaded: LoadedModel, table: Path, batches: int) -> dict[str, Any]:
    """GD, GM and index of each task on the connector, over batches of held-out entries."""
    entries, read = held_out(table, ENTRIES)
    found = tug_of_war(loaded, entries, read, silent, batches=batches, samples=SAMPLES)
    (own,) = (module for module in found.modules if module.name == loaded.anatomy.connector)
    return {"tasks": found.tasks, "batches": batches, "samples": SAMPLES, **_numbers(own.conflict)}


def _numbers(conflict: Conflict) -> dict[str, Any]:
    tables = {"direction": conflict.direction, "magnitude": conflict.magnitude}
    return {
        "index": [[round(each, 4) for each in (one.value, one.low, one.high)] for one in conflict.index],
        **{name: [[round(each.value, 4) for each in row] for row in table] for name, table in tables.items()},
    }
