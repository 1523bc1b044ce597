"""How long work tells where it is: plain lines through a callable."""

from collections.abc import Callable

Progress = Callable[[str], None]
"""Receives one finished line of text at a time."""


def silent(line: str) -> None:
    """Says nothing; the default."""
