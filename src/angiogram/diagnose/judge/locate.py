"""Where the fault stands, from the losses, the ladder of repairs and what the model says when it is told. [own]

The image flows one way: a fault changes nothing before the place where it stands, and may well leave the parts behind
it with what they were not trained on. So the first present loss is the fault, and those behind it may follow from it.
Whether information is gone is for the probes to say. What a loss behind the connector means is for the repairs: one
that brings the answer back clears every part behind it, and of several the one that is needed least is believed.

| losses | repairs and controls | fault |
|---|---|---|
| R - V present | | vision |
| V - C present | the encoder's output does not bring the answer back | connector |
| | it does: the connector carries the class when it is put otherwise | connector or hand-over |
| | R - V is above the margin, but not for sure | vision or connector |
| the answer by likelihood loses | own words or exchanged names bring nearly all of it back | words |
| | told in words, the model does not say the classes; C - U present | language model |
| | the same, C - U not present | language model or words |
| | it says them; the connector's or the encoder's output brings nearly all back | hand-over |
| | it says them; else | hand-over or language model |
| no stage loses for sure, all together do | | those that lose more than the margin by value |
| only the answer in words loses | own words bring nearly all of it back | words or format |
| | most of it goes by calibration; told, it says the classes | hand-over or language model |
| | the same; told, it does not | words or format |
| | else | format |

Two faults are named where one model alone cannot tell them apart. Told in words and silent, a model fails without an
image: no hand-over explains that. Told and repeating, it has shown that it can copy a word, which clears neither its
words nor anything else. *Mapped names* blame nobody: K likelihoods still hold the class after most faults. A *read-out*
that succeeds where the answer fails says no more than the loss between them. Where random weights behind a re-fit do as
well as the model, the re-fit proves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.read.told import Speech
from angiogram.diagnose.repair.rung import Ladder, Place
from angiogram.diagnose.terms import Fault, Interval, Mode

MOST = 2
NEARLY_ALL = 0.75
"""Share of what was lost that a repair must bring back to be believed alone."""


@dataclass(frozen=True)
class Said:
    """What the model's own answers say of where they fail.

    Attributes:
        told: whether it says the classes when it is told them in words.
        calibrated: accuracy of the answer by likelihood, S.
        raw: the same as the likelihoods are, without calibration.
        words: accuracy of the answer in words, G.
    """

    told: Speech
    calibrated: float
    raw: float
    words: float

    @property
    def by_calibration(self) -> bool:
        """Whether most of what is lost between S and G is lost without calibration already.

        What the model would say whatever the image then outweighs what it reads of the image.
        """
        return self.calibrated - self.raw > (self.calibrated - self.words) / 2


@dataclass(frozen=True)
class Located:
    """Where the fault stands.

    Attributes:
        fault: none where no loss is present; more than one where they cannot be told apart.
        loss: what is lost there, and `of` what; None without a fault.
        of: accuracy before the loss.
        spread: whether no stage loses more than the margin for sure, but all of them together do.
        cleared: the earliest interface at which a repair brings the answer back: what stands behind it is cleared.
        behind: faults that show behind the first and may follow from it.
    """

    fault: tuple[Fault, ...] = ()
    loss: Interval | None = None
    of: float | None = None
    spread: bool = False
    cleared: Place | None = None
    behind: tuple[Fault, ...] = ()


Found = tuple[tuple[Fault, ...], Interval, float]
Modes = dict[Mode, Verdict]


def locate(verdicts: Sequence[Verdict], ladder: Ladder, said: Said, total: Interval) -> Located:
    """The first fault, and those behind it.

    Args:
        verdicts: of the four failure modes, in the order of the flow.
        ladder: of the same model and cases.
        said: of the same model and cases.
        total: what is lost between the first stage and the last.
    """
    modes: Modes = {verdict.mode: verdict for verdict in verdicts}
    found = [one for one in (_vision(modes), _connector(modes, ladder), _answer(modes, ladder, said)) if one]
    if not found:
        return _spread(modes, ladder, said, total)
    (fault, loss, of), *rest = found
    behind: dict[Fault, None] = {name: None for names, _, _ in rest for name in names if name not in fault}
    return Located(fault, loss, of, cleared=_cleared(ladder), behind=tuple(behind))


def _spread(modes: Modes, ladder: Ladder, said: Said, total: Interval) -> Located:
    """Where no stage loses for sure and all together do: what loses most by value, two names at most."""
    faults: dict[Mode, tuple[Fault, ...]] = {
        "vision": ("vision",),
        "connector": ("connector",),
        "comprehension": _by_likelihood(ladder, said, inside=True),
        "mapping": _by_likelihood(ladder, said, inside=False),
    }
    suspects = [
        verdict
        for mode in faults
        if (verdict := modes.get(mode)) is not None
        and verdict.state == "undetermined"
        and verdict.loss is not None
        and verdict.loss.value > verdict.margin
    ]
    if not suspects or total.low <= suspects[0].margin:
        return Located()
    named: dict[Fault, None] = {fault: None for verdict in suspects for fault in faults[verdict.mode]}
    fault = tuple(named) if len(named) <= MOST else faults[suspects[0].mode]
    of = suspects[0].accuracies
    return Located(fault, total, None if of is None else of[0], spread=True, cleared=_cleared(ladder))


def _vision(modes: Modes) -> Found | None:
    return _measured(modes.get("vision"), ("vision",))


def _connector(modes: Modes, ladder: Ladder) -> Found | None:
    vision = modes.get("vision")
    fault: tuple[Fault, ...] = ("connector",)
    if vision is not None and vision.state == "undetermined" and vision.loss and vision.loss.value > vision.margin:
        fault = ("vision", "connector")
    elif _share(ladder, "encoder output") > 0:
        fault = ("connector", "hand-over")
    return _measured(modes.get("connector"), fault)


def _measured(verdict: Verdict | None, fault: tuple[Fault, ...]) -> Found | None:
    if verdict is None or verdict.state != "present" or verdict.loss is None or verdict.accuracies is None:
        return None
    return fault, verdict.loss, verdict.accuracies[0]


def _answer(modes: Modes, ladder: Ladder, said: Said) -> Found | None:
    """Behind the connector: of the answer by likelihood, else of that in words alone."""
    behind: tuple[Mode, ...] = ("comprehension", "mapping")
    shown = [modes[mode] for mode in behind if mode in modes and modes[mode].state == "present"]
    if not shown:
        return None
    target = ladder.rungs[0].target
    if ladder.likelihood.low > shown[0].margin:
        return _by_likelihood(ladder, said, shown[0].mode == "comprehension"), ladder.likelihood, target
    if ladder.words.low > shown[0].margin or shown[-1].mode == "mapping":
        return _in_words(ladder, said), ladder.words, target
    return None


def _by_likelihood(ladder: Ladder, said: Said, inside: bool) -> tuple[Fault, ...]:
    if max(_share(ladder, "own words"), _share(ladder, "exchanged names")) >= NEARLY_ALL:
        return ("words",)
    if said.told == "cannot say":
        return ("language model",) if inside else ("language model", "words")
    if max(_share(ladder, "connector output"), _share(ladder, "encoder output")) >= NEARLY_ALL:
        return ("hand-over",)
    return ("hand-over", "language model")


def _in_words(ladder: Ladder, said: Said) -> tuple[Fault, ...]:
    if _share(ladder, "own words") >= NEARLY_ALL:
        return ("words", "format")
    if said.by_calibration:
        return ("hand-over", "language model") if said.told == "can say" else ("words", "format")
    return ("format",)


def _share(ladder: Ladder, place: Place) -> float:
    """How much of what was lost a repair brought back; 0 where it did not bring it back or proves nothing."""
    rung = ladder.rung(place)
    if rung is None or rung.outcome != "brings it back" or rung.recovered is None:
        return 0.0
    return rung.recovered.value / (rung.target - rung.before)


def _cleared(ladder: Ladder) -> Place | None:
    places: tuple[Place, ...] = ("encoder output", "connector output", "image tokens")
    return next((place for place in places if _share(ladder, place) > 0), None)
