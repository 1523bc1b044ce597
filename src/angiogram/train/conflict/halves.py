"""Each task's samples of a batch in two halves, whose gradients are two independent readings of the task's gradient."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import torch
from torch import Tensor

from angiogram.errors import InputError
from angiogram.train.conflict.task_gradients import samples_of


@dataclass(frozen=True)
class Halves:
    """Samples in 2m groups: 2i and 2i + 1 are the halves of task i.

    Attributes:
        groups: of each sample, `[B]`.
    """

    groups: Tensor

    @classmethod
    def of(cls, tasks: Tensor) -> Self:
        """Every second sample of a task, in their order, goes into its second half.

        Args:
            tasks: number of each sample's task, `[B]`.

        Raises:
            InputError: a task has fewer than two samples.

        >>> Halves.of(torch.tensor([1, 0, 1, 0, 0])).groups
        tensor([2, 0, 3, 1, 0])
        """
        groups = 2 * tasks
        for task, own in enumerate(samples_of(tasks)):
            if len(own) < 2:
                raise InputError(f"Task {task} has one sample in the batch; its gradient's noise needs two or more.")
            groups[own[1::2]] += 1
        return cls(groups)

    @cached_property
    def means(self) -> Tensor:
        """What makes the means over tasks of the means over halves, `[m, 2m]`.

        >>> Halves(torch.tensor([2, 0, 3, 1, 0])).means
        tensor([[0.6667, 0.3333, 0.0000, 0.0000],
                [0.0000, 0.0000, 0.5000, 0.5000]])
        """
        sizes = torch.bincount(self.groups)
        of_task = torch.arange(len(sizes), device=sizes.device) // 2
        own = of_task == torch.arange(len(sizes) // 2, device=sizes.device)[:, None]
        return own * sizes / (own * sizes).sum(dim=1, keepdim=True)
