"""Made-up readings whose truth is known, for simulations of intervals and bands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax


@dataclass(frozen=True)
class World:
    """Patients whose cases two probes read, one better than the other.

    Each case has a class, or each patient has one that all his cases share (a diagnosis); either is drawn with the
    probabilities of `classes`. Each probe scores every class: the true one gets its strength on top of noise, of which
    the share `alike` is common to all cases of a patient, and half of the rest is common to both probes.

    Attributes:
        groups: number of patients.
        size: cases of each.
        classes: how frequent each class is.
        alike: share of the noise's variance that the cases of a patient have in common.
        strengths: of the two probes.
        one_class: all cases of a patient have the same class.
    """

    groups: int
    size: int
    classes: tuple[float, ...]
    alike: float
    strengths: tuple[float, float] = (2.2, 1.8)
    one_class: bool = False

    @property
    def name(self) -> str:
        """Like '60 x 8 cases, 3 classes, alike 0.1', then ', one class a patient' where it is so."""
        kind = ", one class a patient" if self.one_class else ""
        return f"{self.groups} x {self.size} cases, {len(self.classes)} classes, alike {self.alike:g}{kind}"

    def draw(self, rng: np.random.Generator, groups: int | None = None) -> "Drawn":
        """A set of patients; `groups` of them in place of the world's own number."""
        G, K = groups or self.groups, len(self.classes)
        group = np.repeat(np.arange(G), self.size)
        n = len(group)
        labels = rng.choice(K, G, p=self.classes)[group] if self.one_class else rng.choice(K, n, p=self.classes)
        common = np.sqrt(self.alike) * rng.normal(size=(G, K))[group]
        shared, rest = rng.normal(size=(n, K)), rng.normal(size=(2, n, K))
        scores = common + np.sqrt((1 - self.alike) / 2) * (shared + rest)  # [2, n, K]
        scores[:, np.arange(n), labels] += np.array(self.strengths)[:, None]
        return Drawn(labels, group, scores[0], scores[1])


@dataclass(frozen=True)
class Drawn:
    """One set: labels and groups `[n]`, the two probes' scores `[n, K]`."""

    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    first: NDArray[np.float64]
    second: NDArray[np.float64]

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """The first probe's, over-confident by a third, `[n, K]`."""
        return softmax(3.0 * self.first, axis=1)


@dataclass(frozen=True)
class Blind:
    """A model that sees nothing of any class: its states know the patient at most.

    Attributes:
        classes: how frequent each class is; a patient has one.
        patients, size: how many, and cases of each.
        alike: share of the variance of a state that the cases of a patient have in common.
        pure: share of a patient's cases that have the patient's class for sure; the others are drawn like patients.
        taps, width: of the model.
    """

    classes: tuple[float, ...]
    patients: int = 160
    size: int = 1
    alike: float = 0.25
    pure: float = 1.0
    taps: int = 12
    width: int = 48

    @property
    def name(self) -> str:
        """Like '4 classes, 40 x 4 cases', then ', 70 % of one class' where that is not all of a patient's."""
        some = "" if self.pure == 1 else f", {self.pure:.0%} of one class"
        return f"{len(self.classes)} classes, {self.patients} x {self.size} cases{some}"

    def draw(self, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64], list[NDArray[np.float64]]]:
        """Labels `[n]`, patients `[n]`, and features `[n, width]` of each tap, a little changed from the one before."""
        groups = np.repeat(np.arange(self.patients), self.size)
        labels = rng.choice(len(self.classes), self.patients, p=self.classes)[groups]
        if self.pure < 1:
            other = rng.choice(len(self.classes), len(labels), p=self.classes)
            labels = np.where(rng.random(len(labels)) < self.pure, labels, other)
        common = rng.normal(size=(self.patients, self.width))[groups]
        states = np.sqrt(self.alike) * common + np.sqrt(1 - self.alike) * rng.normal(size=common.shape)
        found = [states]
        for _ in range(self.taps - 1):
            mixed = np.tanh(states @ rng.normal(size=(self.width, self.width)) / np.sqrt(self.width))
            states = mixed + 0.3 * rng.normal(size=states.shape)
            found.append(states)
        return labels, groups, found
