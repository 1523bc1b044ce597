"""Stages, verdicts and ladders that are made up, so that the truth about them is known."""

import numpy as np

from angiogram.diagnose.judge.locate import locate
from angiogram.diagnose.judge.located import Located
from angiogram.diagnose.judge.said import Said
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.repair.rung import Ladder, Outcome, Place, Rung
from angiogram.diagnose.terms import MODES, Mode, StageKey
from angiogram.statistics.interval import Interval

FLOW: tuple[StageKey, ...] = ("R", "V", "C", "I", "U", "S", "G")
ENDS: dict[Mode, tuple[StageKey, StageKey]] = {
    "vision": ("R", "V"),
    "connector": ("V", "C"),
    "comprehension": ("C", "U"),
    "mapping": ("U", "G"),
}
PLACES: tuple[Place, ...] = (
    "own words", "exchanged names", "mapped names", "read-out",
    "image tokens", "connector output", "encoder output", "input",
)  # fmt: skip
RECOVERED: dict[Outcome, float] = {
    "brings it back": 0.5,
    "brings a part back": 0.2,
    "does not": 0.0,
    "undecided": 0.25,
    "proves nothing": 0.5,
}


def drawn(n, losses, seed=0, start=0.9, noise=0.02):
    """Stages that lose these shares one after the other; a case is now and then right or wrong by accident."""
    rng = np.random.default_rng(seed)
    u, share, right = rng.random(n), start, {}
    for key in FLOW:
        share -= losses.get(key, 0.0)
        right[key] = (u < share) ^ (rng.random(n) < noise)
    return right


def around(value: float, half: float = 0.05) -> Interval:
    return Interval(value, value - half, value + half)


def verdicts(*present: Mode) -> tuple[Verdict, ...]:
    """The four modes, these present with a loss of 30 points and the others absent."""
    found: list[Verdict] = []
    reads = 0.95
    for mode in MODES:
        start, end = ENDS[mode]
        loss, state = (0.3, "present") if mode in present else (0.0, "absent")
        ends = (reads, reads - loss)
        found.append(Verdict(mode, state, 0.05, None, start, end, ends, around(loss, 0.03), p_adjusted=0.001))
        reads -= loss
    return tuple(found)


def undecided(mode: Mode, loss: float) -> Verdict:
    """A loss whose interval holds the margin."""
    start, end = ENDS[mode]
    return Verdict(
        mode, "undetermined", 0.05, None, start, end, (0.95, 0.95 - loss), around(loss, 0.06), p_adjusted=0.2
    )


def rung(place: Place, outcome: Outcome = "not tried", recovered: float | None = None) -> Rung:
    """Of 55 points that are lost of 95; `recovered` says otherwise than by the outcome how much of them returns."""
    if outcome == "not tried":
        return Rung(place, "Left out.", outcome, "S", 0.4, 0.95)
    gain = RECOVERED[outcome] if recovered is None else recovered
    beyond_half = around(gain - 0.55 / 2)
    after, done = around(0.4 + gain), f"{place} was repaired."
    return Rung(place, done, outcome, "S", 0.4, 0.95, after, around(gain), beyond_half, cases=96)


def ladder(*rungs: Rung, likelihood: float = 0.55, words: float = 0.55) -> Ladder:
    """These rungs, the others not tried, and what the answer loses."""
    tried = {one.place: one for one in rungs}
    return Ladder(around(likelihood), around(words), tuple(tried.get(place, rung(place)) for place in PLACES), None)


def said(told="can say", calibrated=0.4, raw=0.4, words=0.4, classes=9, named=0.0) -> Said:
    """What the answers of nine classes say of where they fail."""
    return Said(told, classes, calibrated, raw, words, named)


def located(modes, made: Ladder, answers: Said | None = None, total: float = 0.5) -> Located:
    """Where the fault of such verdicts and repairs stands."""
    return locate(modes, made, answers or said(), around(total))
