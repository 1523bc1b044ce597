"""The processes that share a training: Accelerate's, on GPUs over NCCL and on CPUs over gloo."""

import os
from collections.abc import Generator
from contextlib import contextmanager

from angiogram.tap.lifeline import end_with_parent
from angiogram.tap.ranks import ALONE, Ranks


@contextmanager
def training_ranks() -> Generator[Ranks]:
    """The ranks that `accelerate launch` or `torchrun` has started, once they are all there; `ALONE` without one."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield ALONE
        return
    import torch
    from accelerate import PartialState

    end_with_parent(os.getppid())  # a launcher that is killed would leave its ranks running
    state = PartialState(cpu=not torch.cuda.is_available())
    try:
        yield Ranks(state.process_index, state.num_processes, state.local_process_index)
    finally:
        state.destroy_process_group()


def divides_weights() -> bool:
    """Whether the launcher was told to divide the weights among the processes (`accelerate launch --use_fsdp`)."""
    return os.environ.get("ACCELERATE_USE_FSDP", "").lower() == "true"
