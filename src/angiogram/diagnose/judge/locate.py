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
- *Several together*: where no stage loses for sure, all from the specialist to the answer (from the
  encoder's end where that reads more), or all from the best probe
  behind the encoder to it. Every stage that is not cleared is a suspect, since which of them loses most is chance in
  the choice of patients; of more than two faults none is named.
- *A probe that reads less than those behind it* has not lost what they still read: it does not see it.
- *Told in words* and silent, a model fails without an image. Told and repeating, it has shown that it can copy a word,
  and what is named is what would be, had it not been told.
- *Mapped names* blame nobody: K likelihoods still hold the class after most faults. A *read-out* that succeeds where
  the answer fails says no more than the loss between them. Where random weights behind a re-fit do as well as the
  model, the re-fit proves nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from angiogram.diagnose.judge.behind_connector import answer_lost
from angiogram.diagnose.judge.believed import brings_back, clears
from angiogram.diagnose.judge.located import Found, Located, found_by
from angiogram.diagnose.judge.said import Said
from angiogram.diagnose.judge.spread import spread
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.repair.rung import Ladder, Place
from angiogram.diagnose.terms import Fault, Mode
from angiogram.statistics.interval import Interval

BEHIND: dict[Place, frozenset[Fault]] = {
    "input": frozenset({"vision", "connector", "language model", "words", "format"}),
    "encoder output": frozenset({"connector", "language model", "words", "format"}),
    "connector output": frozenset({"language model", "words", "format"}),
    "image tokens": frozenset({"words", "format"}),
}
"""Faults that stand behind a place: what its repair clears, the earliest place first."""


def locate(verdicts: Sequence[Verdict], ladder: Ladder, said: Said, total: Interval) -> Located:
    """The first fault, and those behind it.

    Args:
        verdicts: of the four failure modes, in the order of the flow.
        ladder: of the same model and cases.
        said: of the same model and cases.
        total: what is lost in all; see `Measured.lost`.
    """
    modes: dict[Mode, Verdict] = {verdict.mode: verdict for verdict in verdicts}
    lasting: dict[Mode, Verdict] = {mode: each for mode, each in modes.items() if not _regained(each, modes, said)}
    found = [one for one in (_vision(lasting), _connector(lasting, ladder), answer_lost(modes, ladder, said)) if one]
    if not found:
        together = spread(modes, ladder, said, total)
        return _with_cleared(together, modes, ladder) if together.fault else together
    (fault, loss, of), *rest = found
    behind: dict[Fault, None] = {name: None for names, _, _ in rest for name in names if name not in fault}
    return _with_cleared(Located(fault, loss, of, behind=tuple(behind)), modes, ladder)


def _regained(verdict: Verdict, modes: Mapping[Mode, Verdict], said: Said) -> bool:
    """Whether something behind a loss has the class as often as what stands before it."""
    if verdict.accuracies is None:
        return False
    behind = [modes[mode] for mode in list(modes)[list(modes).index(verdict.mode) + 1 :]]
    read = [each.accuracies[1] for each in behind if each.accuracies is not None]
    return max([*read, said.calibrated, said.words]) >= verdict.accuracies[0] - verdict.margin


def _vision(modes: Mapping[Mode, Verdict]) -> Found | None:
    return found_by(modes.get("vision"), ("vision",))


def _connector(modes: Mapping[Mode, Verdict], ladder: Ladder) -> Found | None:
    vision = modes.get("vision")
    fault: tuple[Fault, ...] = ("connector",)
    if vision is not None and vision.state == "undetermined" and vision.loss and vision.loss.value > vision.margin:
        fault = ("vision", "connector")
    elif brings_back(ladder, "encoder output"):
        fault = ("connector", "hand-over")
    return found_by(modes.get("connector"), fault)


def _with_cleared(located: Located, modes: Mapping[Mode, Verdict], ladder: Ladder) -> Located:
    """With what repairs clear, which is never a fault that is named, and with what they leave open.

    A map in closed form clears nothing: behind the connector it gives the language model the class in words, and a
    model that copies them need not have read the image's own terms.
    """
    fault = set(located.fault)
    place = next((place for place in BEHIND if clears(ladder, place) and not BEHIND[place] & fault), None)
    inside = "comprehension" in modes and modes["comprehension"].state == "present"
    suspects: set[Fault] = set()
    if fault & {"hand-over", "language model"} and place is None:
        suspects = {"language model"} if inside and "format" not in fault else {"language model", "words"}
    order: tuple[Fault, ...] = ("language model", "words")
    return replace(located, cleared=place, open=tuple(name for name in order if name in suspects - fault))
