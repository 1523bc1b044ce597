"""How much is spent, the same for everything that is compared."""

from dataclasses import dataclass

TASKS = ("calculation", "report", "multi_class", "multi_label", "rec", "reg", "vqa")
RATIOS = {task: 0.25 if task in ("report", "multi_label") else 1.0 for task in TASKS}
"""How often each task is drawn. A step follows the mean over all answer tokens, and a report has fifty times those of a
yes or no: drawn as often, long answers would be nearly all that is learnt."""


@dataclass(frozen=True)
class Budget:
    """Of one run.

    Attributes:
        images: radiographs, of all splits together.
        size: their side in pixels.
        steps: optimiser steps, of all stages together.
        batch_size: entries a step, each in a pass of its own, so that none is padded to the longest.
        held: entries of each task whose loss is taken, of the test split.
        answered: of these, entries of each task that are answered in words.
        pulled: batches of the tug-of-war at the end of the first seed's runs.
        rounds: turns of the measurement of time.
        centric: images of the image-centric view.
        rank, alpha: of the LLM's low-rank factors.
        connector_rate, llm_rate: learning rates.
    """

    images: int = 400
    size: int = 224
    steps: int = 24
    batch_size: int = 8
    held: int = 12
    answered: int = 6
    pulled: int = 2
    rounds: int = 7
    centric: int = 24
    rank: int = 8
    alpha: int = 16
    connector_rate: float = 1e-3
    llm_rate: float = 1e-3


QUICK = Budget(images=24, size=32, steps=3, batch_size=4, held=2, answered=1, rounds=2, centric=3, rank=2, alpha=4)
"""To see that everything runs; its numbers mean nothing."""
