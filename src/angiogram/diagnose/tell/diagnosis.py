"""The result of a diagnosis: everything the report shows, as plain frozen data.

`report/` writes it to report.json field by field; nothing on the page comes from anywhere else. All accuracies,
skills and losses are fractions (0.05 = 5 points).
"""

from dataclasses import dataclass

from angiogram.data.audit.pair import ListedPair
from angiogram.data.grouping import Grouping
from angiogram.diagnose.cause.result import Causes
from angiogram.diagnose.collect.reference import TrainedReference
from angiogram.diagnose.picture.result import EvidenceMap, FeatureMap
from angiogram.diagnose.read.measured import Confusion, CurvePoint, HealthScore, LossStep, Stage
from angiogram.diagnose.repair.tried import Tried
from angiogram.diagnose.terms import Interval, Mode, StageKey, State


@dataclass(frozen=True)
class Verdict:
    """One failure mode.

    Attributes:
        loss: None when not assessed.
        margin: the practical margin d.
        p_adjusted: one-sided p of loss <= margin, Holm-adjusted over the modes measured.
        evidence: one sentence.
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
class Example:
    """A case where a probe knows and the answer does not (or the reverse).

    Attributes:
        says: label read or said at each stage, None where unparsed.
        generated: the model's own words.
        thumbnail: PNG, base64.
    """

    case: str
    label: str
    says: tuple[tuple[StageKey, str | None], ...]
    generated: str
    thumbnail: str


@dataclass(frozen=True)
class Orders:
    """The constrained answer when the options stand in rotated orders.

    Attributes:
        sensitivity: share of the evaluated cases whose class is not the same in all orders.
        accuracies: of each order alone; the first is the order of the classes.
    """

    sensitivity: float
    accuracies: tuple[float, ...]


@dataclass(frozen=True)
class Answers:
    """How the model was asked and how its answers were read.

    Attributes:
        accuracies: (name, accuracy) of each way to read the likelihoods, e.g. "summed, raw".
        orders: None where the options were asked in one order only.
        told: mean probability that the answer gives to the class that the prompt says in words.
        exact, mention, unparsed: counts of parse outcomes.
        unparsed_texts: every distinct unparsed text with its count, most frequent first.
    """

    prompt: str
    accuracies: tuple[tuple[str, float], ...]
    orders: Orders | None
    told: float
    exact: int
    mention: int
    unparsed: int
    unparsed_texts: tuple[tuple[str, int], ...]


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
class Leakage:
    """What stands on both sides of the split, what is labelled twice, and what was joined to one group.

    Attributes:
        leaked: tested cases with a duplicate among the cases that teach for them.
        exact: how many of these have one with equal pixels.
        divided_groups: groups that both teach and are tested.
        affected: tested cases that are leaked, of a divided group or joined to such; they are not judged.
        share: share of the tested cases that is affected.
        conflicts: pairs of duplicates with two labels, on whichever side.
        within: cases with a duplicate on their own side only.
        grouping: how many groups the cases make, before and after duplicates are one group.
        accuracies: (stage, accuracy on all tested cases, on the clean ones); empty where none is affected.
        findings: the same in words, one sentence each.
        pairs: the pairs, leaks first, worst first; at most 200.
    """

    leaked: int
    exact: int
    divided_groups: int
    affected: int
    share: float
    conflicts: int
    within: int
    grouping: Grouping
    accuracies: tuple[tuple[StageKey, float, float], ...]
    findings: tuple[str, ...]
    pairs: tuple[ListedPair, ...]


@dataclass(frozen=True)
class Fact:
    """One line of provenance."""

    name: str
    value: str


@dataclass(frozen=True)
class Diagnosis:
    """Everything the report shows.

    Attributes:
        headline: one sentence: where the signal is lost, how much, how sure.
        fault: the mode at fault, the first present one; None where none is.
        not_assessed: what was not assessed and why, one sentence each.
        warnings: what weakens the result (disagreeing poolings, few groups, quarantined cases), one sentence each.
        majority: accuracy of always naming the most frequent class.
        null_band: accuracy that the best tap reaches by chance (95 % quantile over label permutations).
        evaluated: number of clean tested cases, on which every accuracy is measured; `groups` is the number of groups
            among them.
        steps: consecutive; their losses add up to first stage - last stage exactly.
        evidence: maps of the examples, where the places of the model's image tokens are known.
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
    fault: Mode | None
    not_assessed: tuple[str, ...]
    warnings: tuple[str, ...]
    majority: float
    null_band: float
    permutations: int
    curve: tuple[CurvePoint, ...]
    stages: tuple[Stage, ...]
    steps: tuple[LossStep, ...]
    total: Interval
    verdicts: tuple[Verdict, ...]
    tried: tuple[Tried, ...]
    causes: Causes | None
    health: tuple[HealthScore, ...]
    confusions: tuple[Confusion, ...]
    examples: tuple[Example, ...]
    evidence: tuple[EvidenceMap, ...]
    maps: tuple[FeatureMap, ...]
    answers: Answers
    beside: tuple[Beside, ...]
    quarantined: tuple[tuple[str, str], ...]
    leakage: Leakage
    statements: tuple[str, ...]
    references: tuple[TrainedReference, ...]
    provenance: tuple[Fact, ...]
