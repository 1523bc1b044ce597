"""The first half of a connector: fewer tokens, or none fewer."""

from abc import ABC, abstractmethod

from torch import nn

from angiogram.model.build.connectors.patches import Grid, Patches


class Reducer(nn.Module, ABC):
    """Takes the tokens of B images and gives fewer."""

    @abstractmethod
    def grid_out(self, grid: Grid) -> Grid:
        """How the tokens lie that come of a grid.

        Raises:
            InputError: this grid cannot be reduced so.
        """

    @abstractmethod
    def width_out(self, width: int) -> int:
        """How wide they are."""

    @abstractmethod
    def forward(self, patches: Patches) -> Patches:
        """The reduced tokens with their grid and mask."""


class Unreduced(Reducer):
    """Every token as it is."""

    def grid_out(self, grid: Grid) -> Grid:
        """The same."""
        return grid

    def width_out(self, width: int) -> int:
        """The same."""
        return width

    def forward(self, patches: Patches) -> Patches:
        """The same."""
        return patches
