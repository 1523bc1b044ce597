"""The tug-of-war of a model's tasks on its encoder, its connector and every block of its LLM."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from angiogram.cache import Progress
from angiogram.data.annotations.entry import Entry
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel
from angiogram.train.answer_losses import answer_losses
from angiogram.train.conflict.batch import Pull, pulls
from angiogram.train.conflict.indexes import conflict_of_gradients
from angiogram.train.conflict.result import ModulePull, TugOfWar
from angiogram.train.conflict.scores import score_shares
from angiogram.train.mixture import Mixture
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
) -> TugOfWar:
    """Draw batches with as many entries of each task, and see how the gradients of their answers' losses pull.

    The loss of an entry is the mean cross-entropy of its answer's tokens; all parameters count, trained or not. Every
    task draws by itself: where a table is small and its images serve several tasks, two may draw the same image, whose
    noise they then share, and seem to agree a little more than they do.

    Args:
        loaded: the model.
        entries: with images, of two tasks or more.
        read: gives the picture of this name.
        progress: receives plain lines.
        batches: the more, the closer the intervals; the published account takes 100.
        samples: entries of each task in a batch.
        seed: of the draws.

    Raises:
        InputError: there are too few tasks, entries or batches, an entry cannot be learnt from, or the model's samples
            cannot be told apart in one of its modules.
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
    mixtures = [Mixture([own], [1.0], seed + number) for number, own in enumerate(rows.values())]
    tasks = torch.arange(len(rows)).repeat_interleave(samples).to(loaded.device)
    names = loaded.anatomy.parts
    found: dict[str, list[Pull]] = {name: [] for name in names}
    with _all_trained(loaded.model):
        for step in range(batches):
            drawn = [entries[row] for mixture in mixtures for row in mixture.batch(step, samples)]
            images = [read(entry.image) for entry in drawn if entry.image is not None]
            inputs = supervised(loaded.processor, loaded.model, drawn, images)
            of_batch = pulls(loaded.model, answer_losses(inputs, loaded.device), tasks, names)
            for name, pull in of_batch.items():
                found[name].append(pull)
            progress(f"batch {step + 1}/{batches}")
    return TugOfWar(
        model=loaded.name,
        tasks=tuple(rows),
        batches=batches,
        samples=samples,
        seed=seed,
        modules=tuple(
            ModulePull(name, conflict_of_gradients(own, seed), score_shares([pull.scores for pull in own], seed))
            for name, own in found.items()
        ),
    )


def _rows_of_tasks(entries: Sequence[Entry]) -> dict[str, NDArray[np.int64]]:
    """Numbers of the entries with images, of each task, tasks in the order of their first."""
    rows: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        if entry.image is not None:
            rows.setdefault(entry.task, []).append(number)
    return {task: np.array(own) for task, own in rows.items()}


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
