"""The result of a comparison: everything that compare.html shows, as plain frozen data.

The change is always the other run minus the baseline. All accuracies, losses and changes are fractions (0.05 = 5
points).
"""

from dataclasses import dataclass
from typing import Literal

from angiogram.diagnose.terms import Fault, Mode, Part, StageKey, State, Stream
from angiogram.statistics.interval import Interval

Place = Literal["encoder", "connector", "language model", "answer"]
"""Where a change begins: in the encoder or before it, the connector, the language model, or behind its last token."""


@dataclass(frozen=True)
class StageChange:
    """The accuracy of one stage in both runs.

    Attributes:
        tap: where a probe reads it in the baseline, None for specialist and answers.
        before, after: accuracy in the baseline and in the other run.
        change: after - before, paired case by case.
        p: two-sided p of "nothing changed"; None for the specialist, which is no part of the model.
        p_adjusted: the same after Holm's correction over the stages of the model.
        changed: whether p_adjusted is below 0.05.
    """

    key: StageKey
    title: str
    tap: str | None
    before: Interval
    after: Interval
    change: Interval
    p: float | None
    p_adjusted: float | None
    changed: bool


@dataclass(frozen=True)
class StepChange:
    """The accuracy lost between two stages in both runs; a negative change means that less is lost than before."""

    start: StageKey
    end: StageKey
    title: str
    before: Interval
    after: Interval
    change: Interval


@dataclass(frozen=True)
class TapChange:
    """What a probe reads at one tap in both runs.

    Attributes:
        depth: position in the baseline's flow.
        on_path: whether the tap lies on the path to the answer in the baseline.
    """

    tap: str
    part: Part
    stream: Stream
    depth: int
    on_path: bool
    before: Interval
    after: Interval
    change: Interval


@dataclass(frozen=True)
class Located:
    """Where the change stands that makes the other run's answer worse.

    Attributes:
        fault: its class, the likeliest first where two cannot be told apart; empty where the answer is not shown to
            fall.
        place: where it begins; null where the answer is not shown to fall.
        first_tap: the first tap at which the features of the two runs differ; null where none does, or where features
            were not kept.
        evidence: what says so, one sentence each.
    """

    fault: tuple[Fault, ...]
    place: Place | None
    first_tap: str | None
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class VerdictChange:
    """The state of one failure mode in both runs."""

    mode: Mode
    title: str
    before: State
    after: State


@dataclass(frozen=True)
class Condition:
    """One choice in which the runs differ besides their results; an empty text stands for none."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class ComparedRun:
    """One of the runs.

    Attributes:
        headline, warnings: of its own report.
    """

    name: str
    model: str
    headline: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Contrast:
    """One run against the baseline.

    Attributes:
        headline: one sentence of at most 20 words: what the answer loses or gains, and where the change stands.
        proof: one sentence: which stage of the flow changes first, by how much, how sure.
        located: where the change stands.
        warnings: what weakens this comparison, one sentence each.
        readers: what the probes that learnt on the baseline's features read of this run's, at V, C, I and U; in the
            baseline they are ridge probes, whichever probe the runs were read with.
        unread: why a stage, or none, was read by them; empty where all were.
        steps: consecutive, over the stages that both runs have, I left out; their changes add up to that of `total`.
        total: the change of the loss from the first stage to the last.
        only_before, only_after: taps that only one of the runs has.
    """

    run: ComparedRun
    headline: str
    proof: str
    located: Located
    warnings: tuple[str, ...]
    stages: tuple[StageChange, ...]
    readers: tuple[StageChange, ...]
    unread: str
    steps: tuple[StepChange, ...]
    total: Interval
    taps: tuple[TapChange, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    verdicts: tuple[VerdictChange, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Comparison:
    """Runs on the same cases, the first of them the baseline.

    Attributes:
        evaluated: number of cases every accuracy is measured on; `groups` is the number of groups among them.
        seed, resamples: of the bootstrap over these groups, those of the baseline's own report.
        contrasts: one for each other run.
        statements: what a reader must know about these data.
    """

    cases: str
    classes: tuple[str, ...]
    evaluated: int
    groups: int
    seed: int
    resamples: int
    baseline: ComparedRun
    contrasts: tuple[Contrast, ...]
    statements: tuple[str, ...]
