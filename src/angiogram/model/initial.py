"""Random weights in place of those that an architecture starts at zero."""

import torch
from torch import nn

GATE = 0.5
STD = 0.02


@torch.no_grad()
def open_closed_gates(model: nn.Module) -> None:
    """Draw matrices of zeros from N(0, 0.02^2), and set gates of a single zero to 0.5.

    Some families start with a connector or with gates at zero, so that training begins as if there were no image: a
    model with fresh weights would let nothing of it through, and say nothing about its architecture. Biases and the
    scales of norms keep their start.
    """
    for weight in model.parameters():
        if weight.is_meta or bool(weight.any()):
            continue
        if weight.dim() > 1:
            nn.init.normal_(weight, std=STD)
        elif weight.numel() == 1:
            nn.init.constant_(weight, GATE)
