"""The specialist that a model is measured against, stage R."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Reference:
    """The specialist's result on the evaluated cases.

    Attributes:
        source: what it is, one sentence without full stop.
        predicted: class of each evaluated case `[n]`, or None where only a number is known.
        accuracy: the number, where there are no predictions.
    """

    source: str
    predicted: NDArray[np.int64] | None = None
    accuracy: float | None = None
