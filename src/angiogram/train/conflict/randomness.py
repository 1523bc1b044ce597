"""The random numbers of one call of a module, drawn once more when the call is repeated."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor


@dataclass(frozen=True)
class Randomness:
    """State of the generators.

    Attributes:
        cpu: of the CPU.
        cuda: of the GPU in use; None where there is none.
    """

    cpu: Tensor
    cuda: Tensor | None

    @classmethod
    def now(cls) -> Self:
        """The state at this moment."""
        return cls(torch.get_rng_state(), torch.cuda.get_rng_state() if torch.cuda.is_available() else None)

    @contextmanager
    def again(self) -> Generator[None]:
        """Inside, the same numbers come as they came after `now`; outside, nothing is changed.

        >>> state = Randomness.now()
        >>> first = torch.rand(3)
        >>> with state.again():
        ...     torch.equal(torch.rand(3), first)
        True
        """
        with torch.random.fork_rng([] if self.cuda is None else [torch.cuda.current_device()]):
            torch.set_rng_state(self.cpu)
            if self.cuda is not None:
                torch.cuda.set_rng_state(self.cuda)
            yield
