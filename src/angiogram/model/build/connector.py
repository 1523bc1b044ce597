"""From patch tokens to LLM tokens."""

from torch import Tensor, nn


def merge_blocks(tokens: Tensor, block: int) -> Tensor:
    """Join each `block` x `block` square of a token grid into one wider token.

    Args:
        tokens: `[B, T, D]`, a square grid in row-major order.
        block: side of the square to join; the grid's side must be a multiple of it.

    Returns:
        `[B, T / block**2, D * block**2]`, row-major; inside a token the block's rows follow each other.

    >>> import torch
    >>> merge_blocks(torch.arange(16.0).reshape(1, 16, 1), 2)[0, 1]  # the upper right quarter of a 4x4 grid
    tensor([2., 3., 6., 7.])
    """
    batch, count, width = tokens.shape
    side = round(count**0.5)
    if side * side != count or side % block:
        raise ValueError(f"{count} tokens are not a square grid that divides into {block}x{block} blocks.")
    rows = side // block
    grid = tokens.reshape(batch, rows, block, rows, block, width)
    return grid.permute(0, 1, 3, 2, 4, 5).reshape(batch, rows * rows, block * block * width)


class MlpConnector(nn.Module):
    """2x2 merge, then Linear-GELU-Linear into the LLM's embedding space."""

    def __init__(self, encoder_width: int, merge_size: int, hidden_width: int, llm_width: int) -> None:
        super().__init__()
        self.merge_size = merge_size
        self.linear_1 = nn.Linear(encoder_width * merge_size**2, hidden_width)
        self.act = nn.GELU()
        self.linear_2 = nn.Linear(hidden_width, llm_width)

    def hidden(self, tokens: Tensor) -> Tensor:
        """What the last linear layer receives: `[B, T, D]` patch tokens -> `[B, T / merge**2, hidden_width]`."""
        return self.act(self.linear_1(merge_blocks(tokens, self.merge_size)))

    def forward(self, tokens: Tensor) -> Tensor:
        """`[B, T, D]` patch tokens -> `[B, T / merge**2, llm_width]` image tokens."""
        return self.linear_2(self.hidden(tokens))
