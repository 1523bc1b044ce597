"""Who teaches a repair that is fitted: training cases alone, behind the question that the diagnosis asked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.diagnose.collect.plan import plan
from angiogram.diagnose.repair.asking import Asker
from angiogram.diagnose.repair.trial_cases import choose_trial
from angiogram.diagnose.terms import StageKey
from angiogram.errors import InputError
from angiogram.model.load import LoadedModel


@dataclass(frozen=True)
class Teaching:
    """A model, its question, and who teaches.

    Attributes:
        asker: the model and its question.
        rows: of the cases that teach, of each class as many as the cases allow; ascending.
        stage: the answer that is to be brought back, by likelihood (S) or in words (G).
        seed: of all draws.
    """

    asker: Asker
    rows: NDArray[np.int64]
    stage: StageKey
    seed: int


def teaching(
    loaded: LoadedModel, examined: Examined, splits: Splits, stage: StageKey, size: int, seed: int, most: int
) -> Teaching:
    """At most so many cases of the training side.

    Args:
        loaded: the model.
        examined: the cases.
        splits: one pair, of cases that teach and cases that judge.
        stage: see `Teaching`.
        size: images a forward pass.
        seed: see `Teaching`.
        most: cases.
    """
    planned = plan(loaded, examined.cases, np.zeros(len(examined.cases), dtype=bool))
    assert planned.tree is not None  # cases were named
    asker = Asker(loaded, planned.tree, examined.cases, examined.shapes, planned.prompt, size)
    return Teaching(asker, choose_trial(examined.cases, splits, seed, most).taught, stage, seed)


def one_group(name: str) -> InputError:
    """The error where no case can be held out to choose by."""
    return InputError(f"The training cases of '{name}' are of one group, so that none can be held out to choose by.")
