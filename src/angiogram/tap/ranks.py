"""The processes that share one run, started by `accelerate launch` or `torchrun`: who is who, and how they agree.

Ranks talk over gloo, through the host's memory: what they exchange is read from the model anyway, and the GPUs' memory
stays the model's. The first rank alone writes, so machines need no common disk for the features.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from angiogram.errors import InputError
from angiogram.tap.lifeline import end_with_parent

# While the first rank trains a specialist or probes, the others wait; a dead one is noticed by its closed connection.
PATIENCE = timedelta(days=7)
# What a launcher tells each process. Whatever else uses Accelerate in this process (a training) goes on alone.
LAUNCHED = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "GROUP_RANK")


@dataclass(frozen=True)
class Ranks:
    """This process among those of the run.

    Attributes:
        number: its rank; 0 writes, probes and reports.
        count: of ranks.
        local: its number on its machine.
    """

    number: int = 0
    count: int = 1
    local: int = 0

    @property
    def is_first(self) -> bool:
        """Whether this is the rank that writes and speaks."""
        return self.number == 0

    def exchange(self, mine: Any) -> list[Any]:
        """What each rank gives, by rank, on every rank."""
        if self.count == 1:
            return [mine]
        from torch import distributed

        found: list[Any] = [None] * self.count
        distributed.all_gather_object(found, mine)
        return found

    def to_first(self, mine: Any) -> list[Any]:
        """What each rank gives, by rank, on the first one; nothing on the others."""
        if self.count == 1:
            return [mine]
        from torch import distributed

        found: list[Any] | None = [None] * self.count if self.is_first else None
        distributed.gather_object(mine, found)
        return found or []

    def from_first(self, mine: Any) -> Any:
        """What the first rank gives, on every rank."""
        if self.count == 1:
            return mine
        from torch import distributed

        held = [mine]
        distributed.broadcast_object_list(held)
        return held[0]

    @contextmanager
    def agreed(self) -> Generator[None]:
        """Leave together: an InputError of one rank is raised on all of them, so that none waits for ever."""
        if self.count == 1:  # it is raised as it is
            yield
            return
        error: InputError | None = None
        try:
            yield
        except InputError as raised:
            error = raised
        said = [message for message in self.exchange(None if error is None else str(error)) if message is not None]
        if said:
            raise InputError(said[0]) from error

    @contextmanager
    def one_before_the_others(self) -> Generator[None]:
        """The first rank of each machine does the body alone; the others then find what it has made or downloaded."""
        if self.local > 0:
            with self.agreed():
                pass
        with self.agreed():
            yield
        if self.local == 0:
            with self.agreed():
                pass


ALONE = Ranks()


@contextmanager
def joined_ranks() -> Generator[Ranks]:
    """The ranks of this run, once they are all there; `ALONE` where no launcher started this process as one of several.

    On a machine with GPUs each rank takes the one of its number there.
    """
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        yield ALONE
        return
    import torch

    end_with_parent(os.getppid())  # a launcher that is killed would leave its ranks running
    ranks = Ranks(int(os.environ["RANK"]), count, int(os.environ.get("LOCAL_RANK", "0")))
    if torch.cuda.is_available():
        torch.cuda.set_device(ranks.local % torch.cuda.device_count())
    torch.distributed.init_process_group("gloo", timeout=PATIENCE)
    for name in LAUNCHED:
        os.environ.pop(name, None)
    try:
        yield ranks
    finally:
        torch.distributed.destroy_process_group()
