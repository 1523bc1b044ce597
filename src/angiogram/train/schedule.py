"""How long a training is, and how it is kept."""

from dataclasses import dataclass
from typing import Literal

Precision = Literal["auto", "float32", "bfloat16"]
PRECISIONS: tuple[Precision, ...] = ("auto", "float32", "bfloat16")


@dataclass(frozen=True)
class Schedule:
    """How long and how a run is kept.

    Attributes:
        steps: optimiser steps.
        warmup: share of the steps over which the rates rise; they fall along a cosine after it.
        seed: of everything random in a step, together with the step's number.
        weight_decay: of AdamW.
        keep_every: steps between checkpoints.
        precision: of the passes: "auto" (bfloat16 where the machine computes in it), "float32" or "bfloat16"; weights
            that are trained are float32 all the same.
    """

    steps: int
    warmup: float
    seed: int
    weight_decay: float = 0.0
    keep_every: int = 50
    precision: Precision = "auto"
