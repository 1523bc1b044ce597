"""Multinomial logistic regression with an L2 penalty: scikit-learn's objective, all inner folds at once.

On standardised features Z, with n cases, an intercept that is not penalised and strength a = 1 / C:

    minimise  mean_i( -log softmax(Z_i W + b)_{y_i} ) + a / (2 n) |W|^2

(two classes: scikit-learn fits one weight vector w for both; `W = (-w, w) / 2` with twice the penalty is the same.)

**Fast without being another problem [own].** The penalty does not change under rotation, so the features are turned
onto their principal axes: `min(N, D)` columns instead of D, with the same scores. On these axes the Hessian is close to
diagonal, `share (1 - share) eigenvalue / n + a / n`, which L-BFGS starts from: some twenty iterations where a plain
start takes a hundred or more on the features of real models. The inner folds that choose the strength are one batch of
problems on the same matrix, which differ in which cases weigh nothing; each strength starts from the next larger one.

**The strength** has the least squared error of held-out probabilities over the inner folds (which divide no group), the
criterion of the ridge probe; ties go to the larger strength, and the search ends after three strengths without an
improvement. The feature scales are those of the whole training side. A training side of one group cannot be cut: the
strength is then 1.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from angiogram.errors import InputError
from angiogram.probe.contract import check_width, training_side
from angiogram.probe.inner import inner_folds
from angiogram.probe.lbfgs import minimise
from angiogram.probe.principal import PrincipalAxes, principal_axes, standardise
from angiogram.probe.probability import softmax_of

STRENGTHS: tuple[float, ...] = tuple(float(10.0**k) for k in np.linspace(-4, 4, 10))
"""The default grid, scikit-learn's (`LogisticRegressionCV(Cs=10)`) as 1 / C."""

_PATIENCE = 3


class LogisticProbe:
    """Logistic regression with the contract of all probes.

    Args:
        strengths: candidates, scikit-learn's 1 / C; a single one is taken without inner folds.
        folds: inner folds.
        tolerance: of the gradient of the mean loss, as scikit-learn's `tol`.

    Attributes:
        classes_, strength_, training_scores_: see `contract.Fitted`.
        coef_: weights on standardised features, `[D, K]`.
        intercept_: `[K]`.

    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> LogisticProbe().fit(X, np.array(["low", "low", "high", "high"])).predict(np.array([[-1.0], [4.0]])).tolist()
    ['low', 'high']
    """

    classes_: NDArray[np.generic]
    strength_: float
    training_scores_: NDArray[np.float64]
    coef_: NDArray[np.float64]
    intercept_: NDArray[np.float64]

    def __init__(self, strengths: Sequence[float] = STRENGTHS, folds: int = 5, tolerance: float = 1e-4) -> None:
        if not strengths or not all(0 < s < np.inf for s in strengths):
            raise InputError(f"Strengths must be positive numbers, not {list(strengths)}.")
        if folds < 2:
            raise InputError(f"A strength is chosen over at least 2 inner folds, not {folds}.")
        self.strengths, self.folds, self.tolerance = tuple(strengths), folds, tolerance

    def fit(self, X: NDArray[np.generic], y: ArrayLike, groups: NDArray[np.int64] | None = None) -> "LogisticProbe":
        """See `contract.Probe.fit`."""
        self.classes_, index = training_side(X, y, groups)
        self._axes = axes = principal_axes(X)
        problem = _Problem(axes, index, len(self.classes_), self.tolerance)
        fold = inner_folds(index, groups, self.folds) if len(self.strengths) > 1 else None
        start = problem.zeros(1)
        if fold is None:
            self.strength_ = self.strengths[0] if len(self.strengths) == 1 else 1.0
            held_out = None
        else:
            self.strength_, held_out, start = _choose(problem, self.strengths, index, fold)
        weight = problem.solve(torch.ones(1, len(X), dtype=torch.float64), self.strength_, start)
        self.coef_ = axes.back(weight[0, :-1].numpy())
        self.intercept_ = weight[0, -1].numpy()
        self.training_scores_ = softmax_of(problem.logits(weight)[0].numpy()) if held_out is None else held_out
        return self

    def decision_function(self, X: NDArray[np.generic]) -> NDArray[np.float64]:
        """Logit of each class, `[M, K]`."""
        check_width(X, len(self.coef_))
        return standardise(X, self._axes.mean, self._axes.scale) @ self.coef_ + self.intercept_

    def scores(self, X: NDArray[np.generic]) -> NDArray[np.float64]:
        """Softmax of the logits, `[M, K]`."""
        return softmax_of(self.decision_function(X))

    def as_probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The scores, which are probabilities already, `[M, K]`."""
        return scores

    def predict(self, X: NDArray[np.generic]) -> NDArray[np.generic]:
        """The label with the highest score, `[M]`."""
        return self.classes_[self.scores(X).argmax(axis=1)]


class _Problem:
    """Logistic regressions on the same rotated features that differ in the weights of the cases."""

    def __init__(self, axes: PrincipalAxes, index: NDArray[np.int64], classes: int, tolerance: float) -> None:
        N = len(index)
        self._design = torch.from_numpy(np.hstack([axes.rotated, np.ones((N, 1))]))  # [N, r + 1]
        self._onehot = torch.from_numpy(np.eye(classes)[index])  # [N, K]
        share = self._onehot.mean(dim=0)
        self._energy = torch.from_numpy(np.append(axes.eigenvalues / N, 1.0)) * float((share * (1 - share)).max())
        self._double = 2.0 if classes == 2 else 1.0
        self._tolerance = tolerance

    def zeros(self, problems: int) -> Tensor:
        """The start of that many problems, `[B, r + 1, K]`."""
        return torch.zeros(problems, self._design.shape[1], self._onehot.shape[1], dtype=torch.float64)

    def logits(self, weight: Tensor) -> Tensor:
        """`[B, r + 1, K]` -> `[B, N, K]`."""
        return torch.matmul(self._design, weight)

    def solve(self, cases: Tensor, strength: float, start: Tensor) -> Tensor:
        """Weights `[B, r + 1, K]` of B problems, given the weight of each case in each, `[B, N]`."""
        counts = cases.sum(dim=1)  # [B]
        penalty = strength * self._double / counts[:, None, None]  # [B, 1, 1]
        unpenalised = torch.ones(self._design.shape[1], 1, dtype=torch.float64)
        unpenalised[-1] = 0.0
        share = (cases / counts[:, None])[:, :, None]  # [B, N, 1]

        def objective(flat: Tensor) -> tuple[Tensor, Tensor]:
            weight = flat.view_as(start)
            logs = torch.log_softmax(self.logits(weight), dim=2)  # [B, N, K]
            shrunk = penalty * unpenalised * weight
            value = -(share * logs * self._onehot).sum(dim=(1, 2)) + (shrunk * weight).sum(dim=(1, 2)) / 2
            off = share * (logs.exp() - self._onehot)
            return value, (torch.matmul(self._design.T, off) + shrunk).flatten(1)

        hessian = self._energy[None, :, None] + penalty * unpenalised  # [B, r + 1, 1]
        diagonal = (1 / hessian).expand_as(start).flatten(1)
        return minimise(objective, start.flatten(1), diagonal, self._tolerance).view_as(start)


def _choose(
    problem: _Problem, strengths: Sequence[float], index: NDArray[np.int64], fold: NDArray[np.int64]
) -> tuple[float, NDArray[np.float64], Tensor]:
    """The strength, the held-out probabilities at it `[N, K]`, and a start for the fit to all cases `[1, r + 1, K]`."""
    numbers = np.arange(fold.max() + 1)
    cases = torch.from_numpy((fold != numbers[:, None]).astype(np.float64))  # [B, N]
    weight = problem.zeros(len(numbers))
    rows, targets = np.arange(len(index)), np.eye(weight.shape[2])[index]
    best, chosen, held_out, start, waited = np.inf, strengths[0], np.empty(0), weight[:1], 0
    for strength in sorted(strengths, reverse=True):
        weight = problem.solve(cases, strength, weight)
        logits = problem.logits(weight).numpy()[fold, rows]  # [N, K]
        found = softmax_of(logits)
        error = float(np.mean((found - targets) ** 2))
        if error < best:
            best, chosen, held_out, waited = error, strength, found, 0
            start = weight.mean(dim=0, keepdim=True)
        else:
            waited += 1
            if waited == _PATIENCE:
                break
    return chosen, held_out, start
