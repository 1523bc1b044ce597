"""What a reference learns, how long, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.model.load import LoadedModel

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Task:
    """The same for all references of a diagnosis.

    Attributes:
        cases: all N of them.
        hashes: SHA-256 of each case's pixels.
        loaded: the diagnosed model; references learn on its device and leave it as it is.
        cache: where results and checkpoints are kept.
        progress: receives plain lines.
    """

    cases: Cases
    hashes: Sequence[str]
    loaded: LoadedModel
    cache: Path
    progress: Progress


@dataclass(frozen=True)
class Training:
    """How a reference is trained; part of its provenance.

    Attributes:
        steps: of AdamW, at a rate that rises over the `warmup` share of them and falls along a cosine after it.
        batch_size: images a step, drawn with replacement.
    """

    steps: int
    batch_size: int
    learning_rate: float
    weight_decay: float = 0.05
    warmup: float = 0.1
    seed: int = 0

    @property
    def described(self) -> str:
        """In words, for the report."""
        return f"{self.steps} steps of {self.batch_size} images, AdamW at {self.learning_rate:g}, seed {self.seed}"


@dataclass(frozen=True)
class Learned:
    """A trained reference.

    Attributes:
        predicted: class index of each judged row `[n]`, -1 where it cannot take the image.
        training: how it was trained.
        curve: the training loss of each step.
    """

    predicted: NDArray[np.int64]
    training: Training
    curve: tuple[float, ...]


Learn = Callable[[Rows, Rows], Learned]
"""Learns from the rows given first and names the class of the others."""
