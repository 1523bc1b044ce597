"""What a remedy recovered, judged on cases from which it learnt nothing."""

from dataclasses import dataclass
from typing import Literal

from angiogram.diagnose.terms import Mode
from angiogram.statistics.interval import Interval

Gain = Literal["gain", "not shown to beat guessing", "no gain", "undecided"]


@dataclass(frozen=True)
class Tried:
    """A remedy that was tried in this run. [own]

    Attributes:
        remedy: its name.
        modes: the failure modes that it is for.
        done: what was done, one sentence.
        compared: what it is compared with: the words (G), the likelihoods (S) or a probe.
        before: accuracy of what it is compared with, on the same cases.
        after: accuracy with the remedy.
        recovered: after minus before, paired.
        p: one-sided p of "nothing was recovered".
        p_adjusted: the same after Holm's correction over the remedies of the run.
        guessing: accuracy on the same cases of always naming their most frequent class.
        gain: "gain" where the whole interval of `recovered` lies above 0, p_adjusted is below 0.025 and the whole
            interval of `after` lies above guessing; where only the last fails, "not shown to beat guessing"; else "no
            gain" where all of `recovered` lies below the margin, or "undecided".
        cases: cases that it was judged on; none of them taught it or chose anything in it.
        cost: what it took.
    """

    remedy: str
    modes: tuple[Mode, ...]
    done: str
    compared: str
    before: float
    after: Interval
    recovered: Interval
    p: float
    p_adjusted: float
    guessing: float
    gain: Gain
    cases: int
    cost: str
