"""The rungs without a pass, the words and the read-out, judged on all evaluated cases."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import LIKELIHOODS
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.repair.bench import Right, best_behind_encoder, guessed
from angiogram.diagnose.repair.outcome import weighed
from angiogram.diagnose.repair.returned import returned
from angiogram.diagnose.repair.rung import Place, Rung
from angiogram.diagnose.repair.words import exchanged_names, own_words
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.terms import StageKey
from angiogram.probe.evaluate import probe_tap
from angiogram.probe.permutation import least_telling, null_band, permuted_labels

LAST = "llm.norm@last"


def free_rungs(material: Material, found: Assessed, settings: Settings) -> tuple[Rung, ...]:
    """The four of them, from the answer back; own words are left out where all cases are of one group."""
    free = _Free(material, found, settings, _permuted(material, settings))
    rungs = (free.own_words(), free.exchanged_names(), free.mapped_names(), free.read_out())
    return tuple(rung for rung in rungs if rung is not None)


def _permuted(material: Material, settings: Settings) -> NDArray[np.int64]:
    cases = material.examined.cases
    return permuted_labels(cases.labels, material.splits.pairs, settings.permutations, settings.seed, cases.groups)


@dataclass(frozen=True)
class _Free:
    material: Material
    found: Assessed
    settings: Settings
    permuted: NDArray[np.int64]  # labels [P, N]

    def own_words(self) -> Rung | None:
        found, seed = self.found, self.settings.seed
        others = self._strangers[found.evaluated]
        read, by_others = (
            own_words(found.answering.texts, labels, found.groups, seed) for labels in (found.truth, others)
        )
        if read is None or by_others is None:
            return None
        return self._rung(
            "own words",
            "What the model says was read as the class for which that text stands most often.",
            read == found.truth,
            permuted=float((by_others == others).mean()),
        )

    def exchanged_names(self) -> Rung:
        likelihoods, folds, here = self._likelihoods(), self.material.splits.pairs, self.found.evaluated
        others = self._strangers
        read, by_others = (exchanged_names(likelihoods, labels, folds)[here] for labels in (self._labels, others))
        return self._rung(
            "exchanged names",
            "Each class name was read as the one class for which it stands most often on the training side.",
            read == self.found.truth,
            permuted=float((by_others == others[here]).mean()),
        )

    def mapped_names(self) -> Rung:
        likelihoods, cases, twin = self._likelihoods(), self.material.examined.cases, self.material.twin
        read = probe_tap(
            likelihoods,
            cases.labels,
            self.material.splits.pairs,
            classes=likelihoods.shape[1],
            groups=cases.groups,
            permuted=self.permuted,
        )
        assert read.null is not None  # permutations were asked for
        random = None
        if twin is not None and LIKELIHOODS in twin.names:
            random = self._accuracy(np.asarray(twin.read(LIKELIHOODS)).mean(axis=1))
        return self._rung(
            "mapped names",
            "A linear map of all class likelihoods onto the classes was fitted on the training side.",
            read.predicted == self.found.truth,
            permuted=float(null_band(read.null[None])),
            random=random,
        )

    def read_out(self) -> Rung:
        flow, twin = self.found.flow, self.material.twin
        return self._rung(
            "read-out",
            f"A {flow.probe} probe read the last token.",
            flow.mean[LAST].predicted == self.found.truth,
            permuted=flow.null_band,
            random=None if twin is None else self._accuracy(np.asarray(twin.read(LAST))[:, 0]),
        )

    def _rung(
        self, place: Place, done: str, after: Right, *, permuted: float | None = None, random: float | None = None
    ) -> Rung:
        found, margin = self.found, self.settings.margin
        draws, target = found.resamples, best_behind_encoder(found)
        right: dict[StageKey, Right] = {
            "S": found.answering.constrained == found.truth,
            "G": found.answering.generated == found.truth,
        }
        stage: StageKey = "S" if draws.loss(target, right["S"]).value > margin else "G"
        rung = replace(
            returned(draws, place, done, stage, right[stage], after, target, guessed(found.truth)),
            permuted=permuted,
            random=random,
        )
        return weighed(rung, margin, [control for control in (permuted, random) if control is not None])

    @cached_property
    def _strangers(self) -> NDArray[np.int64]:
        """Of the permuted labels those that say least of the true ones."""
        return least_telling(self._labels, self.permuted)

    @property
    def _labels(self) -> NDArray[np.int64]:
        return self.material.examined.cases.labels

    def _likelihoods(self) -> NDArray[np.floating]:
        """Means over the orders of the options, `[N, K]`."""
        return np.asarray(self.material.store.read(LIKELIHOODS)).mean(axis=1)

    def _accuracy(self, features: NDArray[np.generic]) -> float:
        cases, folds = self.material.examined.cases, self.material.splits.pairs
        read = probe_tap(features, cases.labels, folds, classes=len(cases.classes), groups=cases.groups)
        return float((read.predicted == cases.labels[read.cases]).mean())
