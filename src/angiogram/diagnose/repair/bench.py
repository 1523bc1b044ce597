"""What costly repairs are made and judged on: some cases, and what the model and the probes say of them before."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.answer.parse import parse_answer
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import LIKELIHOODS, Plan
from angiogram.diagnose.read.answers import UNPARSED
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.repair.asking import Around, Asker
from angiogram.diagnose.repair.trial_cases import Trial, choose_trial
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.terms import StageKey
from angiogram.statistics.bootstrap import Resamples, resample_groups
from angiogram.tap.store import BATCH_SIZE

Right = NDArray[np.bool_]


@dataclass(frozen=True)
class Answered:
    """Which of the judged cases are right, `[n]`.

    Attributes:
        likelihood: by the class likelihoods, calibrated as stage S.
        words: by what the model says.
    """

    likelihood: Right
    words: Right

    def of(self, stage: StageKey) -> Right:
        """By likelihood for S, in words for G."""
        return self.likelihood if stage == "S" else self.words


@dataclass(frozen=True)
class Bench:
    """One fold's cases.

    Attributes:
        asker: the model and its question.
        trial: who teaches and who is judged.
        before: the answers as they are.
        taught_scores: log-likelihood of each class for the cases that teach, as they are, `[n, K]`.
        target: which of the judged cases the best probe behind the encoder has right, `[n]`.
        resamples: of the judged cases.
        longest: most tokens of an answer.
        margin: the loss that matters in practice.
    """

    asker: Asker
    trial: Trial
    before: Answered
    taught_scores: NDArray[np.floating]
    target: Right
    resamples: Resamples
    longest: int
    margin: float

    @property
    def stage(self) -> StageKey:
        """The answer that is to be brought back: that by likelihood, or in words where only these are lost."""
        return "S" if self.lost("S") > self.margin else "G"

    @property
    def guess(self) -> Right:
        """Which of the judged cases a guess has right, `[n]`."""
        return guessed(self.asker.cases.labels[self.trial.judged])

    def lost(self, stage: StageKey) -> float:
        """How much less often it is right than the target."""
        return float(self.target.mean() - self.before.of(stage).mean())

    def answered(self, around: Around) -> Answered:
        """The answers while something is done to the model."""
        return answered(self.asker, self.trial, around, self.longest)


def bench(planned: Plan, material: Material, found: Assessed, settings: Settings) -> Bench | None:
    """The cases of the first fold.

    Returns:
        None where the judged ones are of one group, so that nothing can be said about others.
    """
    if planned.tree is None:
        raise ValueError("The plan must ask the model.")
    examined = material.examined
    trial = choose_trial(examined.cases, material.splits, settings.seed)
    groups = examined.cases.groups[trial.judged]
    if len(np.unique(groups)) < 2:
        return None
    size = int(material.store.fingerprint[BATCH_SIZE])
    asker = Asker(planned.loaded, planned.tree, examined.cases, examined.shapes, planned.prompt, size)
    stored = np.asarray(material.store.read(LIKELIHOODS)[:, 0])  # [N, K]
    here = np.searchsorted(found.evaluated, trial.judged)
    labels = examined.cases.labels
    return Bench(
        asker=asker,
        trial=trial,
        before=Answered(
            trial.right(stored[trial.taught], stored[trial.judged], labels),
            found.answering.generated[here] == found.truth[here],
        ),
        taught_scores=stored[trial.taught],
        target=best_behind_encoder(found)[here],
        resamples=resample_groups(groups, settings.seed, settings.resamples),
        longest=planned.longest_answer,
        margin=settings.margin,
    )


def best_behind_encoder(found: Assessed) -> Right:
    """Which evaluated cases the better of the probes behind connector and last token has right, `[n]`."""
    read = [found.flow.mean[tap].predicted == found.truth for tap in ("connector.out", "llm.norm@last")]
    return max(read, key=lambda right: float(right.mean()))


def guessed(truth: NDArray[np.int64]) -> Right:
    """Which cases are right where the most frequent of their classes is named each time, `[n]`.

    >>> guessed(np.array([2, 0, 2])).tolist()
    [True, False, True]
    """
    return truth == np.bincount(truth).argmax()


def answered(asker: Asker, trial: Trial, around: Around, longest: int) -> Answered:
    """Ask the cases that teach, for calibration, and the judged ones, in words as well."""
    labels = asker.cases.labels
    scores, said = asker.respond(trial.judged, around, longest)
    parsed = [parse_answer(text, asker.cases.words, finished).label for text, finished in said]
    words = np.array([UNPARSED if label is None else label for label in parsed])
    taught = asker.likelihoods(trial.taught, around)
    return Answered(trial.right(taught, scores, labels), words == labels[trial.judged])
