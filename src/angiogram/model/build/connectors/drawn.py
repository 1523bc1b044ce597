"""Vectors that a module holds itself, which start at random."""

from typing import Protocol, runtime_checkable


@runtime_checkable
class Drawn(Protocol):
    """A module that draws its own vectors.

    transformers draws what it knows, linear layers and norms, and leaves any other missing weight as it finds the
    memory; what is drawn through its `initialization` keeps weights that were read from a file.
    """

    def draw(self) -> None:
        """Draw them anew."""
