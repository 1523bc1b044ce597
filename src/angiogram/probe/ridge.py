"""The default probe: multinomial ridge in closed form, its strength chosen by exact leave-one-out.

One-hot targets are regressed on standardised features, with an intercept that is not penalised [own]:

    W = (Z'Z + strength I)^-1 Z' Y,   scores = Z_new W + mean(Y),   prediction = argmax

**Exact leave-one-out.** The fit is a linear smoother, so that the scores of a case, or of a group of cases, from a fit
without them follow from the fit to all: no refit is needed (`held_out`). The feature scales are those of the whole
training side and stay fixed; given them it is exact.

**Why squared error, and of single cases.** The strength with the least leave-one-out squared error is taken; ties go to
the larger strength. Squared error changes smoothly with the data and has no ties, as leave-one-out accuracy has. Where
classes are many and cases few it asks for more shrinkage than accuracy would; with whole groups held out it asks for
more still, and the probes of the embedded model read less. So single cases choose, also where those of a patient are
alike: the evaluation stays honest, because it holds whole groups out.

**Where groups are held out.** Temperature and choice of a tap go by the scores of fits without the case's whole group:
a fit without the case alone still knows its patient, is too sure of itself, and favours taps that tell patients apart.

**Why no eigendecomposition.** It would serve every strength at once, but costs many Cholesky factors, and the search
of `strength` tries only some of the candidates. Of more than 500 training cases a random 500 are held out, of fits to
all: the strength is that of the whole training side, which fits to a part of the cases would not give.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from angiogram.errors import InputError
from angiogram.probe.contract import check_width, training_side
from angiogram.probe.gram import Gram, gram_of
from angiogram.probe.held_out import HeldOut
from angiogram.probe.principal import standardise
from angiogram.probe.probability import sharpness, softmax_of
from angiogram.probe.smoother import Smoother, Targets
from angiogram.probe.strength import JUDGES, best_strength, strength_grid


class RidgeProbe:
    """Multinomial ridge with scikit-learn's contract.

    Args:
        strengths: candidates, absolute (scikit-learn's `alpha` on standardised features); default: a log grid in half
            decades from 1e-4 to 1e3 times the mean eigenvalue of the Gram matrix, to fit any width.

    Attributes:
        classes_: the labels seen, sorted, `[K]`.
        strength_: the strength chosen.
        intercept_: class shares in training, `[K]`.
        mean_, scale_: of the features in training, `[D]`; the scale is infinite where a feature is constant.
        smoother_: the factor at the chosen strength.
        tried_: the factors at all strengths that were tried, the largest first, for whoever has more labels for the
            same features.
        judged_: the training cases (all, or about 500 of more) that `judged_scores_` are about, `[J]`.
        judged_scores_: their scores from fits without their group, `[J, K]`.

    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> probe = RidgeProbe().fit(X, np.array(["low", "low", "high", "high"]))
    >>> probe.predict(np.array([[-1.0], [4.0]])).tolist()
    ['low', 'high']
    """

    classes_: NDArray[np.generic]
    strength_: float
    intercept_: NDArray[np.float64]
    mean_: NDArray[np.float64]
    scale_: NDArray[np.float64]
    smoother_: Smoother
    tried_: tuple[Smoother, ...]
    judged_: NDArray[np.int64]
    judged_scores_: NDArray[np.float64]

    def __init__(self, strengths: Sequence[float] | None = None) -> None:
        if strengths is not None and (len(strengths) == 0 or not all(0 < s < np.inf for s in strengths)):
            raise InputError(f"Ridge strengths must be positive numbers, not {list(strengths)}.")
        self.strengths = strengths

    def fit(self, X: NDArray[np.generic], y: ArrayLike, groups: NDArray[np.int64] | None = None) -> "RidgeProbe":
        """Fit to features `[N, D]` and labels `[N]`; groups `[N]` are held out as one (default: each case alone).

        Constant features carry no weight; where all are constant, the class shares alone predict.

        Raises:
            InputError: features that are not finite, fewer than two cases or classes, or labels that do not match.
        """
        training_side(X, y, groups)
        gram = gram_of(X)
        self.fit_gram(gram, y, groups)
        gram.factors.clear()  # the probe keeps its own, and each holds the training side
        return self

    def fit_gram(self, gram: Gram, y: ArrayLike, groups: NDArray[np.int64] | None = None) -> "RidgeProbe":
        """Fit to a training side that is standardised already, with labels `[N]` and groups `[N]`."""
        for kept in ("smoother_", "tried_", "coef_", "training_scores_", "_sharpness"):
            self.__dict__.pop(kept, None)  # of an earlier fit
        self.classes_, index = np.unique(np.asarray(y), return_inverse=True)
        self._index = index.reshape(-1)
        targets = np.eye(len(self.classes_))[self._index]  # [N, K]
        self.mean_, self.scale_ = gram.mean, gram.scale
        self.intercept_ = targets.mean(axis=0)
        self._targets = Targets(gram, targets)
        alone = np.arange(len(targets))
        single = HeldOut.of(alone, JUDGES)
        chosen, self.tried_ = best_strength(gram, self._targets, single, self.strengths or strength_grid(gram))
        self.smoother_, self.strength_ = chosen.smoother, chosen.smoother.strength
        self._groups = alone if groups is None else groups
        held = single if groups is None else HeldOut.of(groups, JUDGES)
        miss = chosen.miss if groups is None else self.smoother_.leave_out(self._targets, held)
        self.judged_, self.judged_scores_ = held.rows, targets[held.rows] - miss
        return self

    @cached_property
    def coef_(self) -> NDArray[np.float64]:
        """Weights on standardised features, `[D, K]`."""
        return self.smoother_.weights(self._targets)

    @cached_property
    def training_scores_(self) -> NDArray[np.float64]:
        """Scores of all training cases from fits without their group, `[N, K]`."""
        held = HeldOut.of(self._groups)
        scores = np.empty_like(self._targets.centred)
        scores[held.rows] = self._targets.centred[held.rows] - self.smoother_.leave_out(self._targets, held)
        return scores + self.intercept_

    def scores(self, X: NDArray[np.generic]) -> NDArray[np.float64]:
        """Score of each class, `[M, K]`; a row sums to one, but entries may be negative: they are no probabilities."""
        return self.standardised(X) @ self.coef_ + self.intercept_

    decision_function = scores

    def standardised(self, X: NDArray[np.generic]) -> NDArray[np.float64]:
        """New cases in the units of the training side, `[M, D]`, as smoothers take them."""
        check_width(X, len(self.mean_))
        return standardise(X, self.mean_, self.scale_)

    def as_probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Softmax at the temperature that suits the scores of cases held out best, `[M, K]` (see `probability`)."""
        return softmax_of(scores, self._sharpness)

    @cached_property
    def _sharpness(self) -> float:
        return sharpness(self.judged_scores_, self._index[self.judged_])

    def predict(self, X: NDArray[np.generic]) -> NDArray[np.generic]:
        """The label with the highest score, `[M]`."""
        return self.classes_[self.scores(X).argmax(axis=1)]

    def score(self, X: NDArray[np.generic], y: ArrayLike) -> float:
        """Accuracy on cases `[M, D]` with labels `[M]`."""
        return float(np.mean(self.predict(X) == np.asarray(y)))
