"""Spectra of the same entries' gradients, again and again along a training."""

from collections.abc import Iterable, Mapping
from typing import Any

from angiogram.errors import InputError
from angiogram.model.load import LoadedModel
from angiogram.train.draws.drawn import Draw, first_entries
from angiogram.train.dynamics.measure import dynamics
from angiogram.train.supervised import supervised
from angiogram.train.watching import Step

SAMPLES = 16  # n: both numbers depend on it
FEWEST = 2


class Along:
    """What `dynamics` says of some entries, every so many steps: rows of module, n, entropy and dominant ratio.

    The entries are the first with images that the training learns from, the same at every look and in every training
    with the same draws. The first look is behind the first step.

    Args:
        loaded: the model that is trained; low-rank factors are in its layers.
        draw: of the training.
        every: steps between two looks.

    Raises:
        InputError: there are too few entries, or they cannot be told apart in a module of this model.
    """

    def __init__(self, loaded: LoadedModel, draw: Draw, every: int) -> None:
        self._loaded, self._every = loaded, every
        chosen = first_entries(draw, SAMPLES)
        if len(chosen) < FEWEST:
            raise InputError(f"Training dynamics need {FEWEST} entries with images at least, not {len(chosen)}.")
        self._inputs = supervised(
            loaded.processor,
            loaded.model,
            [each.entry for each in chosen],
            [each.image for each in chosen if each.image is not None],
        )
        self._look()  # what cannot be measured is refused before the first step

    def __call__(self, step: Step) -> Iterable[Mapping[str, Any]]:
        """The rows of this step; none between two looks."""
        return self._look() if step.done == 1 or step.done % self._every == 0 else ()

    def _look(self) -> list[dict[str, Any]]:
        found = dynamics(self._loaded.model, self._inputs, self._loaded.anatomy.parts)
        return [
            {"module": each.module, "n": each.spectrum.n, "entropy": each.spectrum.entropy,
             "dominant": each.spectrum.dominant}
            for each in found
        ]  # fmt: skip
