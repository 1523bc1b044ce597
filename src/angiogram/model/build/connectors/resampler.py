"""Flamingo's perceiver resampler: latents that look at the tokens and at each other, several times."""

import torch
from torch import Tensor, nn
from transformers import initialization as init

from angiogram.model.build.connectors.attention import attention
from angiogram.model.build.connectors.patches import Grid, Patches
from angiogram.model.build.connectors.positions import positions
from angiogram.model.build.connectors.reducer import Reducer


class PerceiverResampler(Reducer):
    """`layers` blocks of attention and MLP, after Alayrac et al., "Flamingo", 2022, arXiv 2204.14198, section 2.1.1.

    Args:
        width: of the tokens.
        latents: image tokens that come out.
        layers: of attention, each with an MLP four times as wide.
        heads: of the attention; divide the width.
    """

    def __init__(self, width: int, latents: int = 64, layers: int = 2, heads: int = 8) -> None:
        super().__init__()
        self.latents = nn.Parameter(torch.empty(latents, width))
        self.draw()
        self.layers = nn.ModuleList(_Layer(width, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def draw(self) -> None:
        """The latents, each of about length 1."""
        init.normal_(self.latents, std=self.latents.shape[1] ** -0.5)

    def grid_out(self, grid: Grid) -> Grid:
        """As many as there are latents, wherever the tokens lay."""
        return (len(self.latents),)

    def width_out(self, width: int) -> int:
        """As before."""
        return width

    def forward(self, patches: Patches) -> Patches:
        """The latents after the last layer; tokens that are not real are not seen."""
        tokens = patches.tokens + positions(patches.grid, patches.tokens.shape[-1]).to(patches.tokens)
        latents = self.latents.to(tokens).expand(len(tokens), -1, -1)
        hidden = None
        if patches.mask is not None:
            hidden = torch.cat([~patches.mask, patches.mask.new_zeros(latents.shape[:2])], dim=1)
        for layer in self.layers:
            latents = layer(latents, tokens, hidden)
        return Patches(self.norm(latents), self.grid_out(patches.grid), None, patches.task)


class _Layer(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.of_tokens, self.of_latents, self.of_mlp = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def forward(self, latents: Tensor, tokens: Tensor, hidden: Tensor | None) -> Tensor:
        asked = self.of_latents(latents)
        seen = torch.cat([self.of_tokens(tokens), asked], dim=1)
        found, _ = self.attention(asked, seen, seen, key_padding_mask=hidden, need_weights=False)
        latents = latents + found
        return latents + self.mlp(self.of_mlp(latents))
