"""Which tokens are pooled with which weight: the mean over the image, and the means of a 2x2 grid.

A mean can hide what the LLM still sees when the class is a matter of position (left or right), so both are read:
row 0 of every image tap is the mean, rows 1 to 4 are the upper left, upper right, lower left and lower right
quarters. [own; the mean is what Zhu et al., arXiv 2604.08333, describe]
"""

from functools import cache

import torch
from torch import Tensor

from angiogram.errors import InputError

IMAGE_ROWS = 5


@cache
def grid_weights(tokens: int) -> Tensor:
    """`[5, T]` weights over a square, row-major grid of T tokens; each row sums to 1.

    The middle row and column of an odd grid count half to each side.

    >>> grid_weights(4).tolist()[:2]
    [[0.25, 0.25, 0.25, 0.25], [1.0, 0.0, 0.0, 0.0]]
    """
    side = round(tokens**0.5)
    if side * side != tokens or side < 2:
        raise InputError(f"{tokens} image tokens do not form a square grid of at least 2x2; they cannot be pooled.")
    first = (side / 2 - torch.arange(side)).clamp(0, 1)
    halves = torch.stack([first, first.flip(0)])
    quarters = torch.einsum("ay,bx->abyx", halves, halves).reshape(4, tokens)
    rows = torch.cat([torch.ones(1, tokens), quarters])
    return rows / rows.sum(dim=1, keepdim=True)


def prompt_weights(image_mask: Tensor, attention_mask: Tensor) -> Tensor:
    """`[B, 6, L]` weights over a prompt's tokens: five image rows, then the last token.

    Args:
        image_mask: `[B, L]`, true at image tokens, the same number in every row.
        attention_mask: `[B, L]`, 0 at padding; the last token is the last one that is not padding.
    """
    batch, length = image_mask.shape
    weights = torch.zeros(batch, IMAGE_ROWS + 1, length)
    for row in range(batch):
        at = image_mask[row].nonzero().squeeze(1)
        weights[row, :IMAGE_ROWS, at] = grid_weights(len(at))
    last = (attention_mask * torch.arange(1, length + 1)).argmax(dim=1)
    weights[torch.arange(batch), IMAGE_ROWS, last] = 1.0
    return weights
