"""What every probe promises, and the probes by name.

`PROBE.fit(features, labels, groups)` learns on one training side and returns something fitted, which names the classes
that it saw (`classes_`), scores new cases (`scores`), turns scores into probabilities (`as_probabilities`) and names
the best class (`predict`). One shared test goes over all of them.
"""

from collections.abc import Mapping
from typing import Protocol, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from angiogram.errors import InputError
from angiogram.probe.principal import check_features
from angiogram.registry import registered

REGISTRY: Mapping[str, str] = {
    "ridge": "angiogram.probe.ridge:RidgeProbe",
    "logistic": "angiogram.probe.logistic:LogisticProbe",
    "mlp": "angiogram.probe.mlp:MlpProbe",
}
"""Name -> "module:class"; a class that can be made without arguments and has `fit`."""


class Fitted(Protocol):
    """A probe after its fit."""

    @property
    def classes_(self) -> NDArray[np.generic]:
        """The labels seen, sorted, `[K]`."""
        ...

    @property
    def strength_(self) -> float:
        """The strength chosen, in the probe's own unit (larger shrinks more); NaN where there is none to choose."""
        ...

    @property
    def training_scores_(self) -> NDArray[np.float64]:
        """Scores of the training cases, `[N, K]`, by which taps may be chosen without a look at a case that is judged.

        From fits without the case's group where the probe has such (ridge: leave-one-group-out; logistic: inner folds),
        else of the fit itself (mlp, where anything else costs too much).
        """
        ...

    def scores(self, X: NDArray[np.generic]) -> NDArray[np.float64]:
        """Score of each class, larger is likelier and at best about 1, `[M, D]` -> `[M, K]`."""
        ...

    def as_probabilities(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probability of each class from `scores`, both `[M, K]`; ordered within a row as the scores are."""
        ...

    def predict(self, X: NDArray[np.generic]) -> NDArray[np.generic]:
        """The label with the highest score, `[M]`."""
        ...


class Probe(Protocol):
    """A classifier on frozen features."""

    def fit(self, X: NDArray[np.generic], y: ArrayLike, groups: NDArray[np.int64] | None = None) -> Fitted:
        """Learn from features `[N, D]` and labels `[N]`; `groups` `[N]` are held together by any inner choice.

        Raises:
            InputError: features that are not finite, fewer than two cases or classes, or labels that do not match.
        """
        ...


def make_probe(name: str) -> Probe:
    """A probe by name with its default settings.

    Raises:
        InputError: there is none of this name; the message names the nearest.

    >>> type(make_probe("ridge")).__name__
    'RidgeProbe'
    >>> make_probe("logstic")
    Traceback (most recent call last):
    angiogram.errors.InputError: There is no probe 'logstic'; known are logistic, mlp, ridge; did you mean 'logistic'?
    """
    return cast(Probe, registered("probe", name, REGISTRY)())


def training_side(
    X: NDArray[np.generic], y: ArrayLike, groups: NDArray[np.int64] | None
) -> tuple[NDArray[np.generic], NDArray[np.int64]]:
    """The classes of a training side, `[K]`, and the class index of each case, `[N]`, after checking it.

    Raises:
        InputError: see `Probe.fit`.
    """
    check_features(X)
    labels = np.asarray(y)
    for name, given in (("labels", labels), ("groups", groups)):
        if given is not None and given.shape != (len(X),):
            raise InputError(f"{len(X)} cases need as many {name}, not an array of shape {given.shape}.")
    classes, index = np.unique(labels, return_inverse=True)
    if len(classes) < 2:
        raise InputError(f"A probe needs at least two classes to train; all {len(X)} cases are the same.")
    return classes, index.reshape(-1).astype(np.int64)


def check_width(X: NDArray[np.generic], width: int) -> None:
    """Refuse features that are not a finite matrix of the width that a probe was fitted to.

    Raises:
        InputError: says which width was expected.
    """
    check_features(X)
    if X.shape[1] != width:
        raise InputError(f"This probe was fitted to {width} features, not {X.shape[1]}.")


def checked_classes(
    count: int,
    labels: NDArray[np.int64],
    classes: int | None,
    groups: NDArray[np.int64] | None = None,
    permuted: NDArray[np.int64] | None = None,
) -> int:
    """The number of classes, after a look at everything that has one entry a case.

    Raises:
        InputError: no case, or labels, groups or permutations that do not match.
    """
    if not count:
        raise InputError("A probe needs cases; there are none.")
    if labels.shape != (count,) or labels.dtype.kind not in "iu":
        raise InputError(f"{count} cases need as many labels, whole numbers, not {labels.dtype} of {labels.shape}.")
    K = int(labels.max()) + 1 if classes is None else classes
    for name, given in (("Labels", labels), ("Permuted labels", permuted)):
        if given is not None and given.size and not 0 <= given.min() <= given.max() < K:
            raise InputError(f"{name} of {K} classes must be 0 to {K - 1}, not {given.min()} to {given.max()}.")
    if permuted is not None and (permuted.ndim != 2 or permuted.shape[1] != count or not len(permuted)):
        raise InputError(f"Permuted labels of {count} cases must be [P, {count}], not an array of {permuted.shape}.")
    if groups is not None and groups.shape != (count,):
        raise InputError(f"{count} cases need as many groups, not an array of {groups.shape}.")
    return K
