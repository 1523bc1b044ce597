"""Made-up readings whose truth is known, for simulations of intervals and bands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax


@dataclass(frozen=True)
class World:
    """Patients whose cases two probes read, one better than the other.

    Each case has a class, drawn with the probabilities of `classes`. Each probe scores every class: the true one gets
    its strength on top of noise, of which the share `alike` is common to all cases of a patient, and half of the rest
    is common to both probes.

    Attributes:
        groups: number of patients.
        size: cases of each.
        classes: how frequent each class is.
        alike: share of the noise's variance that the cases of a patient have in common.
        strengths: of the two probes.
    """

    groups: int
    size: int
    classes: tuple[float, ...]
    alike: float
    strengths: tuple[float, float] = (2.2, 1.8)

    @property
    def name(self) -> str:
        """Like '60 x 8 cases, 3 classes, alike 0.1'."""
        return f"{self.groups} x {self.size} cases, {len(self.classes)} classes, alike {self.alike:g}"

    def draw(self, rng: np.random.Generator, groups: int | None = None) -> "Drawn":
        """A set of patients; `groups` of them in place of the world's own number."""
        G, K = groups or self.groups, len(self.classes)
        group = np.repeat(np.arange(G), self.size)
        n = len(group)
        labels = rng.choice(K, n, p=self.classes)
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


def noise_taps(rng: np.random.Generator, taps: int, cases: int, width: int) -> list[NDArray[np.float64]]:
    """Features that know nothing of any label, each tap a little changed from the one before, `[cases, width]` each."""
    states = rng.normal(size=(cases, width))
    found = [states]
    for _ in range(taps - 1):
        states = np.tanh(states @ rng.normal(size=(width, width)) / np.sqrt(width)) + 0.3 * rng.normal(
            size=states.shape
        )
        found.append(states)
    return found
