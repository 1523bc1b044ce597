"""What a trained model is worth on entries that it did not learn from: its loss on each answer, and its answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from angiogram.api.evaluating import evaluate_together
from angiogram.cache import default_cache
from angiogram.data.annotations.entry import Entry
from angiogram.data.annotations.pictures import read_picture
from angiogram.data.progress import silent
from angiogram.evaluate.opened import Chosen, opened
from angiogram.evaluate.settings import EvaluationSettings
from angiogram.model.load import LoadedModel, load_model
from angiogram.model.loading import Loading
from angiogram.report.evaluation.image_use import leading
from angiogram.tap.batches import cut
from angiogram.train.answer_losses import answer_losses
from angiogram.train.supervised import supervised
from comparison.budget import Budget

SPLIT = "test"
BATCH = 4


def loaded_from(folder: Path) -> LoadedModel:
    """The model that a stage left."""
    return load_model(str(folder), default_cache(), silent, Loading("cpu", "float32"))


def held_out(table: Path, most: int) -> tuple[Sequence[Entry], Any]:
    """So many entries of each task of the test split, and what reads their pictures."""
    found = opened(table, Chosen(SPLIT, (), most))
    return found.entries, lambda name: read_picture(found.images, name)


def scores(loaded: LoadedModel, table: Path, budget: Budget, run: Path) -> dict[str, Any]:
    """Losses and answers.

    Args:
        loaded: the model.
        table: of all splits.
        budget: how many entries of each task.
        run: folder of the evaluation.
    """
    return {"losses": losses(loaded, table, budget.held), "answers": answers(loaded, table, budget.answered, run)}


@torch.no_grad()
def losses(loaded: LoadedModel, table: Path, most: int) -> dict[str, dict[str, Any]]:
    """Mean cross-entropy of the tokens of each entry's right answer: by id, with its task and image."""
    entries, read = held_out(table, most)
    found: dict[str, dict[str, Any]] = {}
    for task in dict.fromkeys(entry.task for entry in entries):
        for batch in cut([row for row, entry in enumerate(entries) if entry.task == task], BATCH):
            own = [entries[row] for row in batch]
            inputs = supervised(loaded.processor, loaded.model, own, [read(entry.image) for entry in own])
            for entry, loss in zip(own, answer_losses(inputs, loaded.device)(loaded.model).tolist(), strict=True):
                found[entry.id] = {"task": task, "group": entry.group, "loss": round(loss, 6)}
    return found


def answers(loaded: LoadedModel, table: Path, most: int, run: Path) -> dict[str, dict[str, Any]]:
    """The first metric of each task, and how many answers could be read."""
    settings = EvaluationSettings(controls=False, pictures="none", resamples=100, batch_size=most)
    done = evaluate_together(
        loaded, table, run, Chosen(SPLIT, (), most), settings, cache=default_cache(), progress=silent
    )
    assert done is not None
    found: dict[str, dict[str, Any]] = {}
    for task in done.evaluation.tasks:
        metric = leading(task)
        known = metric is not None and metric.real is not None
        found[task.task] = {
            "metric": metric.name if metric is not None else None,
            "value": metric.real.value if known else None,
            "read": task.outcomes[0].parse_rate,
        }
    return found
