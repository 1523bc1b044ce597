"""Cases asked again and again, each time with something else done to the model."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.calibrate import calibrated
from angiogram.answer.labels import LabelTree
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import prefill
from angiogram.data.cases import Cases
from angiogram.data.splits import Pair
from angiogram.diagnose.collect.plan import Plan
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import prepare
from angiogram.tap.batches import cut


@dataclass(frozen=True)
class Batch:
    """Some of the cases, prepared.

    Attributes:
        rows: positions among all cases.
        inputs: the processor's, on the model's device.
    """

    rows: tuple[int, ...]
    inputs: Any


@dataclass(frozen=True)
class Asking:
    """How cases are asked: behind the plan's first prompt, whose options stand in the order of the classes.

    Attributes:
        loaded: the model.
        prompt: the whole text.
        tree: the class names.
        cases: all N.
        offsets: `[N, K]`, what calibration takes from each case's log-likelihoods.
        batch_size: most images a forward pass.
    """

    loaded: LoadedModel
    prompt: str
    tree: LabelTree
    cases: Cases
    offsets: NDArray[np.float64]
    batch_size: int

    def batches(self, rows: tuple[int, ...], multiple: int = 1) -> Iterator[Batch]:
        """The cases in this order, in batches of a multiple of `multiple` images.

        Raises:
            InputError: an image cannot be read or prepared any more.
        """
        size = max(multiple, self.batch_size // multiple * multiple)
        for some in cut(rows, size):
            images = [self.cases.read(self.cases.rows[row]) for row in some]
            yield Batch(some, prepare(self.loaded.processor, self.prompt, images).to(self.loaded.device))

    def scores(
        self,
        batch: Batch,
        throughout: AbstractContextManager[None] | None = None,
        prompt_only: AbstractContextManager[None] | None = None,
    ) -> NDArray[np.float64]:
        """Calibrated log-likelihoods `[B, K]` of the class names.

        Args:
            batch: of `batches`.
            throughout: entered around the prompts' forward pass and that of the names.
            prompt_only: entered around the prompts' forward pass alone.
        """
        with throughout or nullcontext():
            with prompt_only or nullcontext():
                prompts = prefill(self.loaded, batch.inputs)
            likelihoods = class_log_likelihoods(prompts, self.tree)
        return likelihoods.double().cpu().numpy() - self.offsets[list(batch.rows)]


def asking(
    planned: Plan, cases: Cases, likelihoods: NDArray[np.floating], pairs: tuple[Pair, ...], batch_size: int
) -> Asking:
    """How to ask so that the answer differs from the untouched one by the intervention alone.

    Args:
        planned: the pass of the diagnosis; it asked the model.
        cases: all N.
        likelihoods: `[N, K]` that the untouched model gave behind the first prompt; their mean over a fold's training
            cases is the offset of its test cases, whatever is done to the model afterwards.
        pairs: training and test cases of each fold.
        batch_size: most images a forward pass.
    """
    if planned.tree is None:
        raise ValueError("The plan must ask the model.")
    given = likelihoods.astype(np.float64)
    offsets = given - calibrated(given, pairs)
    return Asking(planned.loaded, planned.prompt, planned.tree, cases, offsets, batch_size)
