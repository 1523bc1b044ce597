"""The tug-of-war of a model's tasks on its encoder, its connector and every block of its LLM."""

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from angiogram.cache import Progress
from angiogram.data.annotations.entry import Entry
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel
from angiogram.train.answer_losses import answer_losses
from angiogram.train.conflict.batch import pulls
from angiogram.train.conflict.draw import draw
from angiogram.train.conflict.expert_use import expert_use
from angiogram.train.conflict.experts import mixture_in, overheard, routed
from angiogram.train.conflict.identity import identity_of
from angiogram.train.conflict.indexes import conflict_of_gradients
from angiogram.train.conflict.kept import Kept, Reading
from angiogram.train.conflict.packed import packed_rows
from angiogram.train.conflict.result import ModulePull, TugOfWar
from angiogram.train.conflict.scores import score_shares
from angiogram.train.supervised import supervised

FEWEST = 2  # batches, tasks, and samples of a task in a batch


def tug_of_war(
    loaded: LoadedModel,
    entries: Sequence[Entry],
    read: Callable[[str], Image],
    progress: Progress,
    batches: int = 100,
    samples: int = 2,
    seed: int = 0,
    keep: Path | None = None,
    conditions: Mapping[str, str] | None = None,
) -> TugOfWar:
    """Draw batches with as many entries of each task, and see how the gradients of their answers' losses pull.

    The loss of an entry is the mean cross-entropy of its answer's tokens; all parameters count, trained or not. Where
    the connector is a mixture of experts, what the batches say of these is in the result as well.

    Args:
        loaded: the model.
        entries: with images, of two tasks or more.
        read: gives the picture of this name.
        progress: receives plain lines.
        batches: the more, the closer the intervals; the published account takes 100.
        samples: entries of each task in a batch.
        seed: of the draws.
        keep: the file that holds what was measured so far, from which an interrupted call is gone on with; the caller
            removes it when the result is safe.
        conditions: of the reading, by what a user calls them; what is kept of others is refused by their names.

    Raises:
        InputError: there are too few tasks, entries or batches, an entry cannot be learnt from, the model's samples
            cannot be told apart in one of its modules, or what is kept is of another run.
    """
    rows = _rows_of_tasks(entries)
    if min(len(rows), batches, samples) < FEWEST:
        raise InputError(
            f"A tug-of-war needs {FEWEST} tasks, batches and samples of a task at least, not {len(rows)}, {batches} "
            f"and {samples}."
        )
    for task, own in rows.items():
        if len(own) < samples:
            raise InputError(f"The task '{task}' has {len(own)} entries with an image, and a batch takes {samples}.")
    images = [entry.image or "" for entry in entries]
    tasks = torch.arange(len(rows)).repeat_interleave(samples).to(loaded.device)
    names = loaded.anatomy.parts
    identity = {**identity_of(loaded, entries, names, samples, seed), **(conditions or {})}
    kept = None if keep is None else Kept(keep, identity)
    readings = [] if kept is None else kept.readings()[:batches]
    if readings:
        progress(f"going on after batch {len(readings)}")
    with _all_trained(loaded.model):
        for step in range(len(readings), batches):
            batch = draw(list(rows.values()), images, samples, seed, step)
            pictures = [read(images[row]) for row in batch]
            inputs = supervised(loaded.processor, loaded.model, [entries[row] for row in batch], pictures)
            readings.append(_reading(loaded, inputs, tasks))
            if kept is not None:
                kept.keep(readings)
            progress(f"batch {step + 1}/{batches}")
    return _result(loaded, tuple(rows), readings, samples, seed)


def _rows_of_tasks(entries: Sequence[Entry]) -> dict[str, NDArray[np.int64]]:
    """Numbers of the entries with images, of each task, tasks in the order of their first."""
    rows: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        if entry.image is not None:
            rows.setdefault(entry.task, []).append(number)
    return {task: np.array(own) for task, own in rows.items()}


def _reading(loaded: LoadedModel, inputs: dict[str, Tensor], tasks: Tensor) -> Reading:
    """Everything that is measured in one batch."""
    losses, packed = answer_losses(inputs, loaded.device), packed_rows(loaded.model, inputs, loaded.device)
    mixture = mixture_in(loaded.model, loaded.anatomy.connector)
    if mixture is None:
        return Reading(pulls(loaded.model, losses, tasks, loaded.anatomy.parts, packed), None)
    _, experts = mixture
    with overheard(experts) as heard:
        pulled = pulls(loaded.model, losses, tasks, loaded.anatomy.parts, packed)
    return Reading(pulled, routed(experts, heard[0], tasks))  # later calls repeat the first in the backward pass


def _result(
    loaded: LoadedModel, tasks: tuple[str, ...], readings: Sequence[Reading], samples: int, seed: int
) -> TugOfWar:
    of_module = {name: [reading.pulls[name] for reading in readings] for name in loaded.anatomy.parts}
    mixture = mixture_in(loaded.model, loaded.anatomy.connector)
    found = [reading.routed for reading in readings if reading.routed is not None]
    return TugOfWar(
        model=loaded.name,
        tasks=tasks,
        batches=len(readings),
        samples=samples,
        seed=seed,
        modules=tuple(
            ModulePull(name, conflict_of_gradients(own, seed), score_shares([pull.scores for pull in own], seed))
            for name, own in of_module.items()
        ),
        experts=None if mixture is None else expert_use(*mixture, found, seed),
    )


@contextmanager
def _all_trained(model: nn.Module) -> Generator[None]:
    """While it lasts, every parameter has a gradient."""
    frozen = [parameter for parameter in model.parameters() if not parameter.requires_grad]
    for parameter in frozen:
        parameter.requires_grad_(True)
    try:
        yield
    finally:
        for parameter in frozen:
            parameter.requires_grad_(False)
