"""Learned queries that look at all tokens once."""

import torch
from torch import nn
from transformers import initialization as init

from angiogram.model.build.connectors.attention import attention
from angiogram.model.build.connectors.patches import Grid, Patches
from angiogram.model.build.connectors.positions import positions
from angiogram.model.build.connectors.reducer import Reducer


class AttentionPooling(Reducer):
    """One layer of attention from `queries` learned vectors to all tokens, whose place is added to them.

    MedM-VL's pooling has 256 queries and 8 heads over the tokens of all slices, and knows neither slice nor place.

    Args:
        width: of the tokens.
        queries: image tokens that come out.
        heads: of the attention; divide the width.
    """

    def __init__(self, width: int, queries: int = 256, heads: int = 8) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.empty(queries, width))
        self.draw()
        self.norm = nn.LayerNorm(width)
        self.attention = attention(width, heads)

    def draw(self) -> None:
        """The queries, each of about length 1."""
        init.normal_(self.queries, std=self.queries.shape[1] ** -0.5)

    def grid_out(self, grid: Grid) -> Grid:
        """As many as there are queries, wherever the tokens lay."""
        return (len(self.queries),)

    def width_out(self, width: int) -> int:
        """As before."""
        return width

    def forward(self, patches: Patches) -> Patches:
        """What each query sees; tokens that are not real are not seen."""
        seen = self.norm(patches.tokens)
        placed = seen + positions(patches.grid, seen.shape[-1]).to(seen)
        asked = self.queries.to(seen).expand(len(seen), -1, -1)
        hidden = None if patches.mask is None else ~patches.mask
        found, _ = self.attention(asked, placed, seen, key_padding_mask=hidden, need_weights=False)
        return Patches(found, self.grid_out(patches.grid), None, patches.task)
