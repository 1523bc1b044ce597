"""The second half of a connector: from the encoder's width to the LLM's."""

from abc import ABC, abstractmethod

from torch import Tensor, nn

from angiogram.model.build.connectors.patches import Patches


class Projector(nn.Module, ABC):
    """Gives every token a vector of the LLM's width."""

    @abstractmethod
    def forward(self, patches: Patches) -> Tensor:
        """`[B, T, D]` -> `[B, T, D_llm]`."""
