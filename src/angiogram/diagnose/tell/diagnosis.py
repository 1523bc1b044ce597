"""The result of a diagnosis: everything the report shows, as plain frozen data.

`report/` writes it to report.json field by field; nothing on the page comes from anywhere else. All accuracies,
skills and losses are fractions (0.05 = 5 points).
"""

from dataclasses import dataclass

from angiogram.data.making import Making
from angiogram.diagnose.cause.result import Causes
from angiogram.diagnose.collect.reference import TrainedReference
from angiogram.diagnose.picture.examples import Example
from angiogram.diagnose.picture.result import EvidenceMap, FeatureMap
from angiogram.diagnose.read.answers import Answers
from angiogram.diagnose.read.columns import NuisanceColumn
from angiogram.diagnose.read.measured import (
    Confusion,
    CurvePoint,
    HealthScore,
    LensPoint,
    LossStep,
    Stage,
    Utilisation,
)
from angiogram.diagnose.repair.remedies.tried import Tried
from angiogram.diagnose.repair.rung import Ladder
from angiogram.diagnose.tell.leakage import Leakage
from angiogram.diagnose.terms import Fault, Mode, StageKey, State
from angiogram.statistics.interval import Interval


@dataclass(frozen=True)
class Card:
    """One failure mode, in words.

    Attributes:
        loss: None when not assessed.
        margin: the practical margin d.
        p_adjusted: one-sided p of loss <= margin, Holm-adjusted over the modes measured.
        evidence: what was measured and what follows, in a few sentences.
        cases_needed: for undetermined, how many cases would decide it.
        smallest_margin: how far a loss must lie from a margin to be told from it at Holm's strictest step, which is
            more than half the width of the interval; None where that is the whole scale.
        next_steps: what to try next, one sentence each.
    """

    mode: Mode
    title: str
    state: State
    loss: Interval | None
    margin: float
    p_adjusted: float | None
    evidence: str
    cases_needed: int | None
    smallest_margin: float | None
    next_steps: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One stage here and in another run on the same cases; `difference` is there minus here, paired."""

    stage: StageKey
    here: float
    there: float
    difference: Interval


@dataclass(frozen=True)
class Beside:
    """Another model diagnosed on the same cases."""

    model: str
    headline: str
    stages: tuple[Difference, ...]
    states: tuple[tuple[Mode, State], ...]


@dataclass(frozen=True)
class Fact:
    """One line of provenance."""

    name: str
    value: str


@dataclass(frozen=True)
class Diagnosis:
    """Everything the report shows.

    Attributes:
        headline: one sentence of at most 20 words: where the signal is lost, how much, how sure.
        proof: what the headline rests on, one sentence each.
        fault: where the fault stands; none where nothing is lost for sure or `among` says more, more than one where
            one model alone cannot tell them apart.
        among: where a loss is spread over more faults than can be named, those that may have a part in it.
        ladder: the repairs, from the answer back to the image, and what each brought back.
        not_assessed: what was not assessed and why, one sentence each.
        warnings: what weakens the result (disagreeing poolings, few groups, quarantined cases), one sentence each.
        majority: accuracy of always naming the most frequent class.
        null_band: accuracy that the best tap reaches by chance (95 % quantile over label permutations).
        evaluated: number of clean tested cases, on which every accuracy is measured; `groups` is the number of groups
            among them.
        lens: what the model's own head reads behind every LLM block; empty where its head cannot be read.
        forming: at which block the answer forms, or why that is not known.
        nuisance: further columns of the cases, and whether the class can be read through them; empty without any.
        utilisation: how much of what the language model is given its answer uses.
        steps: consecutive; their losses add up to first stage - last stage exactly.
        evidence: maps of the examples, where the places of the model's image tokens are known.
        making: how the images were made, and which are shown.
        maps: how the evaluated cases lie to each other at V, C and U.
        tried: remedies that were tried in this run, each with what it recovered.
        causes: what the answer is seen to use of the image; None where that was not tested.
        quarantined: (case id, reason).
        references: every specialist that was trained; R is one of them in each fold.
    """

    model: str
    cases: str
    classes: tuple[str, ...]
    evaluated: int
    groups: int
    headline: str
    proof: tuple[str, ...]
    fault: tuple[Fault, ...]
    among: tuple[Fault, ...]
    not_assessed: tuple[str, ...]
    warnings: tuple[str, ...]
    majority: float
    null_band: float
    permutations: int
    curve: tuple[CurvePoint, ...]
    lens: tuple[LensPoint, ...]
    forming: str
    nuisance: tuple[NuisanceColumn, ...]
    stages: tuple[Stage, ...]
    steps: tuple[LossStep, ...]
    total: Interval
    verdicts: tuple[Card, ...]
    ladder: Ladder
    tried: tuple[Tried, ...]
    causes: Causes | None
    health: tuple[HealthScore, ...]
    utilisation: Utilisation
    confusions: tuple[Confusion, ...]
    examples: tuple[Example, ...]
    evidence: tuple[EvidenceMap, ...]
    making: Making
    maps: tuple[FeatureMap, ...]
    answers: Answers
    beside: tuple[Beside, ...]
    quarantined: tuple[tuple[str, str], ...]
    leakage: Leakage
    statements: tuple[str, ...]
    references: tuple[TrainedReference, ...]
    provenance: tuple[Fact, ...]
