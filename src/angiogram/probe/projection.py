"""The fixed-width control: every tap through a random projection to one width, so that wide layers have no advantage.

A wider layer gives a linear probe more to choose from, whatever it holds. Here the standardised features are multiplied
by a fixed matrix of random signs before the probe sees them (Achlioptas 2003: distances are kept up to a factor
`1 +- sqrt(8 ln(N) / width)`), the same for all taps of one width and all folds [own]. A tap that is no wider is left
as it is.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from angiogram.errors import InputError
from angiogram.probe.contract import Fitted, Probe, check_width, training_side
from angiogram.probe.principal import standardise, standardised
from angiogram.probe.ridge import RidgeProbe

WIDTH = 256
"""The default width."""


class ProjectedProbe:
    """A probe that sees features through a random projection.

    Args:
        inner: the probe itself; default: ridge.
        width: that it sees at most.
        seed: of the projection.

    >>> X = np.random.default_rng(0).normal(size=(40, 900)) + 5 * (np.arange(40) % 2)[:, None]
    >>> fitted = ProjectedProbe(width=16).fit(X, np.arange(40) % 2)
    >>> fitted.predict(X[:4]).tolist(), fitted.inner.coef_.shape
    ([0, 1, 0, 1], (16, 2))
    """

    def __init__(self, inner: Probe | None = None, width: int = WIDTH, seed: int = 0) -> None:
        if width < 1:
            raise InputError(f"Features are projected to a width of at least 1, not {width}.")
        self.inner: Probe = RidgeProbe() if inner is None else inner
        self.width, self.seed = width, seed
        self._signs: dict[int, NDArray[np.float32]] = {}  # by the width of the taps, which are many

    def fit(self, X: NDArray[np.generic], y: ArrayLike, groups: NDArray[np.int64] | None = None) -> "Projected":
        """See `contract.Probe.fit`."""
        training_side(X, y, groups)
        z, mean, scale = standardised(X)
        D = X.shape[1]
        if self.width < D and D not in self._signs:
            self._signs[D] = random_signs(D, self.width, self.seed)
        turn = self._signs.get(D)
        return Projected(self.inner.fit(_turned(z, turn), y, groups), mean, scale, turn)


class Projected:
    """What `ProjectedProbe` fits; see `contract.Fitted`."""

    def __init__(
        self,
        inner: Fitted,
        mean: NDArray[np.float64],
        scale: NDArray[np.float64],
        turn: NDArray[np.float32] | None,
    ) -> None:
        self.inner, self._mean, self._scale, self._turn = inner, mean, scale, turn
        self.classes_, self.strength_ = inner.classes_, inner.strength_
        self.training_scores_ = inner.training_scores_

    def scores(self, X: NDArray[np.generic]) -> NDArray[np.float64]:
        """Score of each class, `[M, D]` -> `[M, K]`."""
        check_width(X, len(self._mean))
        return self.inner.scores(_turned(standardise(X, self._mean, self._scale), self._turn))

    def as_probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """As the probe inside does it, `[M, K]`."""
        return self.inner.as_probabilities(scores)

    def predict(self, X: NDArray[np.generic]) -> NDArray[np.generic]:
        """The label with the highest score, `[M]`."""
        return self.classes_[self.scores(X).argmax(axis=1)]


def random_signs(features: int, width: int, seed: int = 0) -> NDArray[np.float32]:
    """Plus or minus one over the root of the width, `[D, width]`.

    >>> random_signs(3, 4).shape, float(abs(random_signs(3, 4)).max())
    ((3, 4), 0.5)
    """
    signs = np.random.default_rng(seed).integers(0, 2, (features, width), dtype=np.int8)
    return (2 * signs - 1).astype(np.float32) / np.float32(np.sqrt(width))


def _turned(z: NDArray[np.float64], turn: NDArray[np.float32] | None) -> NDArray[np.generic]:
    return z if turn is None else z.astype(np.float32) @ turn
