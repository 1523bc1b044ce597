"""What a metric is: a number over judged answers, with who computes it and in which variant."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version as version_of
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

import angiogram
from angiogram.data.annotations.entry import Entry
from angiogram.errors import InputError
from angiogram.evaluate.read.reading import Reading
from angiogram.statistics.bootstrap import Estimate, Resamples

Better = Literal["higher", "lower"]
OURS = "angiogram"


class NotAssessedError(InputError):
    """A metric cannot be had of these answers; says why, and what to install where something is missing."""


@dataclass(frozen=True)
class Judged:
    """One answer beside the truth.

    Attributes:
        entry: what was asked, and what is right.
        reading: what was read from the answer.
        likelihoods: log-likelihood of each option as the answer, `[K]`, where the model was asked for it.
    """

    entry: Entry
    reading: Reading
    likelihoods: NDArray[np.floating] | None = None


class Score(Protocol):
    """A number over n answers that can be resampled."""

    def estimate(self, resamples: Resamples) -> Estimate:
        """The number with its resamples over the groups of the same n answers."""
        ...


@dataclass(frozen=True)
class Metric:
    """One line of a result.

    Attributes:
        name: short, unique within its task.
        library: which computes it: a package, or `angiogram` where no library has it.
        variant: all that another implementation might do otherwise.
        score: from n answers to the number; raises NotAssessedError.
        on: the entries that it is for.
        better: higher or lower.
    """

    name: str
    library: str
    variant: str
    score: Callable[[Sequence[Judged]], Score]
    on: Callable[[Entry], bool] = lambda entry: True
    better: Better = "higher"

    @property
    def version(self) -> str:
        """Of the library."""
        return angiogram.__version__ if self.library == OURS else version_of(self.library)
