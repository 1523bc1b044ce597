"""What one repair brought back, with the controls that say what that is worth."""

from dataclasses import dataclass
from typing import Literal

from angiogram.diagnose.terms import StageKey
from angiogram.statistics.interval import Interval

Place = Literal[
    "own words",
    "exchanged names",
    "mapped names",
    "read-out",
    "image tokens",
    "connector output",
    "encoder output",
    "input",
]
"""Interfaces, from the answer back to the image; the first three are repairs of the words."""
Outcome = Literal[
    "brings it back", "brings a part back", "does not", "undecided", "proves nothing", "not needed", "not tried"
]


@dataclass(frozen=True)
class Rung:
    """A repair at one interface, learnt on training cases and judged on others, everything else untouched. [own]

    Attributes:
        place: the interface.
        done: what was done, one sentence; why not, where it was not tried.
        outcome: "brings it back" where at least half of what was lost returns, and some of it surely; "does not" where
            surely less than half does, "brings a part back" where that part is no accident and above the margin;
            "proves nothing" where a control brings half of it back as well; "not needed" where nothing above the margin
            is lost; else "undecided". Half and controls are counted from the floor.
        stage: the answer that was to be brought back: by likelihood (S), or in words (G) where only these are lost.
        before: its accuracy on the same cases.
        target: accuracy of the best probe behind the encoder on them.
        after: accuracy with the repair; None where it was not tried.
        recovered: after minus before, paired.
        beyond_half: after minus the middle between floor and target, paired: above 0 for sure, surely half returns.
        floor: the better of before and the share of the most frequent class, which a guess has right.
        said: accuracy of the answer in words with the repair, and how much of it is recovered; None where none was
            asked for.
        permuted: accuracy with the same repair learnt from permuted labels (by group); None where it was not made.
        random: accuracy with the same repair in front of random weights; None where it was not made.
        cases: cases it was judged on.
        passes: forward passes of one case that it took, a training step counted as three.
        steps: of the gradient that a re-fit took, and each of its controls; 0 for a map in closed form, None where none
            was made.
    """

    place: Place
    done: str
    outcome: Outcome
    stage: StageKey
    before: float
    target: float
    after: Interval | None = None
    recovered: Interval | None = None
    beyond_half: Interval | None = None
    floor: float | None = None
    said: Interval | None = None
    said_recovered: Interval | None = None
    permuted: float | None = None
    random: float | None = None
    cases: int = 0
    passes: int = 0
    steps: int | None = None


@dataclass(frozen=True)
class Ladder:
    """All rungs, from the answer back to the image.

    Attributes:
        likelihood, words: what the answer loses against the best probe behind the encoder, by likelihood and in words.
        rungs: each interface once.
        allowed: forward passes that the rungs and their controls may take together; None for no bound.
    """

    likelihood: Interval
    words: Interval
    rungs: tuple[Rung, ...]
    allowed: int | None

    def rung(self, place: Place) -> Rung | None:
        """The one at this interface."""
        return next((rung for rung in self.rungs if rung.place == place), None)
