"""What is said of one failure mode, before it is put into words."""

from dataclasses import dataclass
from typing import Literal

from angiogram.diagnose.terms import Mode, StageKey, State
from angiogram.statistics.interval import Interval

Reason = Literal["no reference", "nothing to lose", "hidden", "position", "holm", "silent"]
"""Why a mode is not assessed: no specialist was given; nothing is read above chance where the part begins, and behind
it neither; nothing is read where it begins, but behind it (so that the probe does not see it). Why it is undetermined:
a 2x2 grid of the image tokens says otherwise than their mean; the loss is large, but not sure with all modes judged.
Why it is present though nothing is read above chance before it: most answers in words name no class at all."""


@dataclass(frozen=True)
class Part:
    """A step inside a mode, and what it loses."""

    start: StageKey
    end: StageKey
    loss: float


@dataclass(frozen=True)
class Verdict:
    """One failure mode.

    Attributes:
        start, end: the stages between which it was measured; None where one is missing.
        accuracies: of both.
        loss: by the mean of the image tokens; None where the mode was not assessed.
        grid: accuracies of both stages with the 2x2 grid where one is read from image tokens and the grid reads
            more by more than the margin, else None; and the loss by it.
        grid_loss: the loss with the grid; None without `grid`.
        parts: where the mode is split.
        p_adjusted: one-sided p of loss <= margin, Holm-adjusted over the modes measured.
        cases_needed: for undetermined, how many cases would decide it.
        smallest_margin: how far a loss must lie from a margin to be told from it at Holm's strictest step; None where
            that is the whole scale.
    """

    mode: Mode
    state: State
    margin: float
    reason: Reason | None = None
    start: StageKey | None = None
    end: StageKey | None = None
    accuracies: tuple[float, float] | None = None
    loss: Interval | None = None
    grid: tuple[float, float] | None = None
    grid_loss: Interval | None = None
    parts: tuple[Part, ...] = ()
    p_adjusted: float | None = None
    cases_needed: int | None = None
    smallest_margin: float | None = None
