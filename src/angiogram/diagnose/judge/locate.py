"""Where the fault stands, from the losses, the ladder of repairs and what the model says when it is told. [own]

The image flows one way: a fault changes nothing before the place where it stands, and may well leave the parts behind
it with what they were not trained on. So the first present loss is the fault, and those behind it may follow from it.
Whether information is gone is for the probes to say. What a loss behind the connector means is for the repairs: one
that brings nearly all of the answer back clears every part behind it. Two faults are named where one model alone cannot
tell them apart.

`docs/verdict.md` has the table: which pattern of losses and repairs means which fault, and why.

- *Another class is named*: most of the loss goes by calibration, or most of the answers in words that are wrong where
  the likelihood is right name a class.
- *An image put otherwise*: a re-fit of the connector's or the encoder's output, or another preparation of the images.
- *Several together*: where no stage loses for sure, all from the specialist to the answer, or all from the best probe
  behind the encoder to it. Every stage that is not cleared is a suspect, since which of them loses most is chance in
  the choice of patients; of more than two faults none is named.
- *A probe that reads less than those behind it* has not lost what they still read: it does not see it.
- *Told in words* and silent, a model fails without an image. Told and repeating, it has shown that it can copy a word,
  and what is named is what would be, had it not been told.
- *Mapped names* blame nobody: K likelihoods still hold the class after most faults. A *read-out* that succeeds where
  the answer fails says no more than the loss between them. Where random weights behind a re-fit do as well as the
  model, the re-fit proves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import factorial

from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.read.told_in_words import Speech
from angiogram.diagnose.repair.rung import Ladder, Place
from angiogram.diagnose.terms import Fault, Interval, Mode

MOST = 2
NEARLY_ALL = 0.75
"""Share of what was lost that a repair must bring back by value, and half of it surely, to be believed alone. For a map
in closed form surely half is enough: nothing was learnt through the parts behind it."""
ACCIDENT = 0.05
"""Chance above which names that are exchanged one to one may be an accident."""
MAJORITY = 0.5
"""Share of the lost words above which they name another class."""
BEHIND_CONNECTOR: tuple[Mode, ...] = ("comprehension", "mapping")
OTHERWISE: tuple[Place, ...] = ("connector output", "encoder output", "input")
BEHIND: dict[Place, frozenset[Fault]] = {
    "input": frozenset({"vision", "connector", "language model", "words", "format"}),
    "encoder output": frozenset({"connector", "language model", "words", "format"}),
    "connector output": frozenset({"language model", "words", "format"}),
    "image tokens": frozenset({"words", "format"}),
}
"""Faults that stand behind a place: what its repair clears, the earliest place first."""


@dataclass(frozen=True)
class Said:
    """What the model's own answers say of where they fail.

    Attributes:
        told: whether it says the classes when it is told them in words.
        classes: their number K.
        calibrated: accuracy of the answer by likelihood, S.
        raw: the same as the likelihoods are, without calibration.
        words: accuracy of the answer in words, G.
        named: share of the cases that are right by likelihood and wrong in words in which the words name a class.
    """

    told: Speech
    classes: int
    calibrated: float
    raw: float
    words: float
    named: float

    @property
    def names_another(self) -> bool:
        """Whether what is lost in words alone names another class, most of it.

        Or most of it is lost without calibration already: what the model would say whatever the image then outweighs
        what it reads of the image.
        """
        by_calibration = self.calibrated - self.raw > (self.calibrated - self.words) / 2
        return by_calibration or self.named > MAJORITY

    @property
    def by_accident(self) -> bool:
        """Whether of so few classes any garbling of the image may give each class a name of its own.

        Of all maps from K classes to K names the share K! / K^K is one to one: half for two, 9 % for four.
        """
        return factorial(self.classes) / self.classes**self.classes > ACCIDENT


@dataclass(frozen=True)
class Located:
    """Where the fault stands.

    Attributes:
        fault: none where no loss is present; more than one where they cannot be told apart.
        loss: what is lost there, and `of` what; None without a fault and without `among`.
        of: accuracy before the loss.
        spread: whether no stage loses more than the margin for sure, but several of them together do.
        cleared: the earliest interface at which a repair brings the answer back: what stands behind it is cleared.
        behind: faults that show behind the first and may follow from it.
        open: faults that others are likelier than, and that no repair clears.
        among: where a loss is spread over more than can be named, the faults that it may be; `fault` is empty then.
    """

    fault: tuple[Fault, ...] = ()
    loss: Interval | None = None
    of: float | None = None
    spread: bool = False
    cleared: Place | None = None
    behind: tuple[Fault, ...] = ()
    open: tuple[Fault, ...] = ()
    among: tuple[Fault, ...] = ()


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
    lasting: Modes = {mode: verdict for mode, verdict in modes.items() if not _regained(verdict, modes, said, total)}
    found = [one for one in (_vision(lasting), _connector(lasting, ladder), _answer(modes, ladder, said)) if one]
    if not found:
        return _spread(modes, ladder, said, total)
    (fault, loss, of), *rest = found
    behind: dict[Fault, None] = {name: None for names, _, _ in rest for name in names if name not in fault}
    return _cleared(Located(fault, loss, of, behind=tuple(behind)), modes, ladder)


def _regained(verdict: Verdict, modes: Modes, said: Said, total: Interval) -> bool:
    """Whether what stands behind a loss has the class as often as what stands before it, or nothing is lost in all."""
    if verdict.accuracies is None:
        return False
    behind = [modes[mode] for mode in list(modes)[list(modes).index(verdict.mode) + 1 :]]
    read = [each.accuracies[1] for each in behind if each.accuracies is not None]
    return total.high < verdict.margin or max([*read, said.calibrated]) >= verdict.accuracies[0] - verdict.margin


def _spread(modes: Modes, ladder: Ladder, said: Said, total: Interval) -> Located:
    """Where no stage loses for sure and several together do: the widest stretch whose suspects are two faults at most.

    Suspects are the stages that no verdict clears; where these make up too little of what is lost by value, all that
    lose. Where every stretch has more than two faults, the widest that surely loses is told without a name.
    """
    losing = [verdict for verdict in modes.values() if verdict.loss is not None and verdict.loss.value > 0]
    suspects = [verdict for verdict in modes.values() if verdict.state == "undetermined"]
    held = sum(verdict.loss.value for verdict in suspects if verdict.loss is not None)
    behind = [verdict for verdict in suspects if verdict.mode in BEHIND_CONNECTOR]
    first = next((verdict.accuracies[0] for verdict in modes.values() if verdict.accuracies is not None), None)
    target, unnamed = ladder.rungs[0].target, Located()
    stretches = (
        (suspects if held >= NEARLY_ALL * total.value else losing, total, first),
        (behind, ladder.likelihood, target),
        (behind, ladder.words, target),
    )
    for some, loss, of in stretches:
        faults: dict[Fault, None] = {name: None for verdict in some for name in _suspected(verdict, ladder, said)}
        named = tuple(faults)
        if not named or loss.low <= some[0].margin:
            continue
        if len(named) <= MOST:
            return _cleared(Located(named, loss, of, spread=True), modes, ladder)
        unnamed = unnamed if unnamed.spread else Located((), loss, of, spread=True, among=named)
    return unnamed


def _suspected(verdict: Verdict, ladder: Ladder, said: Said) -> tuple[Fault, ...]:
    """What a loss may be that is not sure; none behind the connector where the answer surely loses nothing there."""
    if verdict.mode == "vision" or verdict.mode == "connector":
        return (verdict.mode,)
    if verdict.reason == "position":  # the probes before it do not see what the answer loses
        return ("hand-over", "language model")
    likelihood, words, inside = ladder.likelihood, ladder.words, verdict.mode == "comprehension"
    if max(likelihood.high, words.high) <= verdict.margin:
        return ()
    if likelihood.value > words.value / 2:
        return _by_likelihood(ladder, said, inside)
    return _lost(ladder, said, inside, verdict.margin)[0]


def _vision(modes: Modes) -> Found | None:
    return _measured(modes.get("vision"), ("vision",))


def _connector(modes: Modes, ladder: Ladder) -> Found | None:
    vision = modes.get("vision")
    fault: tuple[Fault, ...] = ("connector",)
    if vision is not None and vision.state == "undetermined" and vision.loss and vision.loss.value > vision.margin:
        fault = ("vision", "connector")
    elif _back(ladder, "encoder output"):
        fault = ("connector", "hand-over")
    return _measured(modes.get("connector"), fault)


def _measured(verdict: Verdict | None, fault: tuple[Fault, ...]) -> Found | None:
    if verdict is None or verdict.state != "present" or verdict.loss is None or verdict.accuracies is None:
        return None
    return fault, verdict.loss, verdict.accuracies[0]


def _answer(modes: Modes, ladder: Ladder, said: Said) -> Found | None:
    """Behind the connector: of the answer by likelihood, else of that in words alone."""
    shown = [modes[mode] for mode in BEHIND_CONNECTOR if mode in modes and modes[mode].state == "present"]
    if not shown:
        return None
    if max(ladder.likelihood.low, ladder.words.low) <= shown[0].margin and shown[-1].mode != "mapping":
        return None
    if shown[0].reason == "silent":
        return _measured(shown[0], ("format",))
    fault, loss = _lost(ladder, said, shown[0].mode == "comprehension", shown[0].margin)
    return fault, loss, ladder.rungs[0].target


def _lost(ladder: Ladder, said: Said, inside: bool, margin: float) -> tuple[tuple[Fault, ...], Interval]:
    """The fault, and what the answer loses: by likelihood, or in words where only these lose for sure."""
    likelihood, words = ladder.likelihood, ladder.words
    if likelihood.low > margin:
        return _by_likelihood(ladder, said, inside), likelihood
    if likelihood.value > margin and likelihood.value > words.value / 2:
        return _by_likelihood(ladder, said, inside), words
    if likelihood.value > margin and not said.names_another:
        return (_by_likelihood(ladder, said, inside)[0], "format"), words
    return _in_words(ladder, said), words


def _by_likelihood(ladder: Ladder, said: Said, inside: bool) -> tuple[Fault, ...]:
    if _believed(ladder, "own words", "exchanged names"):
        return ("hand-over", "words") if said.by_accident else ("words",)
    otherwise = _believed(ladder, *OTHERWISE)
    if said.told == "cannot say":
        if otherwise:
            return ("hand-over", "language model")
        return ("language model",) if inside else ("language model", "words")
    if otherwise:
        in_words = not any(_clears(ladder, place) for place in OTHERWISE)
        return ("hand-over", "language model") if inside and in_words else ("hand-over",)
    before = ladder.rung("connector output")
    if _believed(ladder, "image tokens") and before is not None and before.outcome == "does not":
        return ("language model",)
    return ("hand-over", "language model")


def _in_words(ladder: Ladder, said: Said) -> tuple[Fault, ...]:
    if _believed(ladder, "own words"):
        return ("words", "format")
    if not said.names_another:
        return ("format",)
    if _believed(ladder, *OTHERWISE):
        return ("hand-over",)
    return ("words", "format") if said.told == "cannot say" else ("hand-over", "language model")


def _back(ladder: Ladder, place: Place) -> bool:
    rung = ladder.rung(place)
    return rung is not None and rung.outcome == "brings it back"


def _believed(ladder: Ladder, *places: Place) -> bool:
    """Whether a repair at one of these places can be believed alone."""
    for place in places:
        rung = ladder.rung(place)
        if rung is None or rung.recovered is None or rung.beyond_half is None or rung.outcome != "brings it back":
            continue
        enough = rung.steps == 0 or rung.recovered.value >= NEARLY_ALL * (rung.target - rung.before)
        if enough and rung.beyond_half.low >= 0:
            return True
    return False


def _cleared(located: Located, modes: Modes, ladder: Ladder) -> Located:
    """With what repairs clear, which is never a fault that is named, and with what they leave open.

    A map in closed form clears nothing: behind the connector it gives the language model the class in words, and a
    model that copies them need not have read the image's own terms.
    """
    fault = set(located.fault)
    place = next((place for place in BEHIND if _clears(ladder, place) and not BEHIND[place] & fault), None)
    inside = "comprehension" in modes and modes["comprehension"].state == "present"
    suspects: set[Fault] = set()
    if fault & {"hand-over", "language model"} and place is None:
        suspects = {"language model"} if inside and "format" not in fault else {"language model", "words"}
    order: tuple[Fault, ...] = ("language model", "words")
    return replace(located, cleared=place, open=tuple(name for name in order if name in suspects - fault))


def _clears(ladder: Ladder, place: Place) -> bool:
    rung = ladder.rung(place)
    return _believed(ladder, place) and rung is not None and rung.steps != 0
