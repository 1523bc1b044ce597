"""Attention whose heads divide the width, or one sentence that says so."""

from torch import nn

from angiogram.errors import InputError


def attention(width: int, heads: int) -> nn.MultiheadAttention:
    """Attention between tokens `[B, T, D]`.

    Raises:
        InputError: the heads do not divide the width.

    >>> attention(16, 3)
    Traceback (most recent call last):
    angiogram.errors.InputError: The 3 heads of a connector must divide the encoder's width 16.
    """
    if width % heads:
        raise InputError(f"The {heads} heads of a connector must divide the encoder's width {width}.")
    return nn.MultiheadAttention(width, heads, batch_first=True)
