"""What a remedy recovered, judged on cases from which it learnt nothing."""

from dataclasses import dataclass
from typing import Literal

from angiogram.diagnose.terms import Interval, Mode

Gain = Literal["gain", "no gain", "undecided"]


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
        gain: "gain" where the whole interval lies above 0, "no gain" where all of it lies below the margin, else
            "undecided".
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
    gain: Gain
    cases: int
    cost: str
