"""Which task an image is asked about, by the number that a connector routes by."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from angiogram.model.build.configuration import AngiogramConfig

TASK = "task"
"""The argument of the model's forward pass that holds the numbers."""
UNKNOWN = -1


def task_numbers(model: Any, tasks: Sequence[str]) -> Tensor | None:
    """The tasks of B images as a model from parts numbers them, for its argument `task`.

    Args:
        model: a transformers model; only those made of parts name tasks (`AngiogramConfig.tasks`).
        tasks: of each image.

    Returns:
        `[B]`, `UNKNOWN` where the model does not name the task: its router then takes the mean of all tasks for that
        image. None where it names none of them, so that nothing need be said.

    >>> from types import SimpleNamespace
    >>> from angiogram.model.build import AngiogramConfig
    >>> model = SimpleNamespace(config=AngiogramConfig(tasks=["vqa", "report"]))
    >>> task_numbers(model, ["report", "vqa", "rec"])
    tensor([ 1,  0, -1])
    >>> task_numbers(model, ["rec"]) is None
    True
    """
    named: Sequence[str] = model.config.tasks if isinstance(model.config, AngiogramConfig) else ()
    if not set(tasks) & set(named):
        return None
    return torch.tensor([named.index(task) if task in named else UNKNOWN for task in tasks])
