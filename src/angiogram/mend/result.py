"""The result of a mend: everything that mend.html shows, as plain frozen data.

All accuracies, probabilities and changes are fractions (0.05 = 5 points); a change is the mended model minus the one
before.
"""

from dataclasses import dataclass
from typing import Literal

from angiogram.compare.comparison import Comparison
from angiogram.diagnose.repair.rung import Outcome
from angiogram.diagnose.terms import Fault, StageKey
from angiogram.mend.repairs import Repair
from angiogram.statistics.interval import Interval

Harm = Literal["harmed", "not harmed", "undecided"]


@dataclass(frozen=True)
class Returned:
    """One answer before and after, on the cases that no repair saw.

    Attributes:
        stage: the answer by likelihood (S), or in words (G).
        before, after: its accuracy.
        recovered: after minus before, paired case by case.
        target: accuracy before what was lost: of the specialist, a probe at the encoder's end, or the best probe behind
            the encoder.
        target_stage: which of them.
        outcome: by the rule of the ladder's repairs; "not needed" where nothing above the margin was lost.
    """

    stage: StageKey
    before: Interval
    after: Interval
    recovered: Interval
    target: float
    target_stage: StageKey
    outcome: Outcome


@dataclass(frozen=True)
class Guarded:
    """Cases that the repair must not harm.

    Attributes:
        cases: name of the set.
        entries: number of questions; `groups` is the number of groups among them.
        left_out: questions of the set that were not put, as the repair learnt from their images.
        said_before, said_after, said_change: share of the true answers that the model says word for word.
        probability_before, probability_after, probability_change: geometric mean probability of a true answer's tokens,
            averaged over the answers.
        harm: "harmed" where either change lies surely below 0, "not harmed" where both lie surely above minus the
            margin, else "undecided".
    """

    cases: str
    entries: int
    groups: int
    left_out: int
    said_before: Interval
    said_after: Interval
    said_change: Interval
    probability_before: Interval
    probability_after: Interval
    probability_change: Interval
    harm: Harm


@dataclass(frozen=True)
class Mending:
    """Everything the page shows.

    Attributes:
        model, cases: by name.
        fault: what the first diagnosis names.
        repair: that was made.
        why: why this one, one sentence.
        done: what was done, one sentence.
        unchanged: what of the model is as it was, one sentence.
        learnt: who taught and who judged, one sentence.
        folder: of the mended model, as it was given.
        headline: one sentence: whether the answer is back, by how much.
        answers: by likelihood and in words.
        larger: the repairs to try next where it is not back, the least first.
        guard: what became of other cases; None where none were named.
        margin: the loss that matters in practice.
        comparison: the diagnoses before and after.
    """

    model: str
    cases: str
    fault: tuple[Fault, ...]
    repair: Repair
    why: str
    done: str
    unchanged: str
    learnt: str
    folder: str
    headline: str
    answers: tuple[Returned, ...]
    larger: tuple[Repair, ...]
    guard: Guarded | None
    margin: float
    comparison: Comparison
