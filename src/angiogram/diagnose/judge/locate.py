"""Where the fault stands, from the losses and the ladder of repairs. [own]

The image flows one way: a fault changes nothing before the place where it stands, and may well leave the parts behind
it with what they were not trained on. So the first present loss is the fault, and those behind it may follow from it.
Whether information is gone is for the probes to say; what a loss behind the connector means is for the ladder. The
pattern, written down before anything was tuned:

| losses | rungs | fault |
|---|---|---|
| R - V present | | vision |
| V - C present | the encoder's output does not bring the answer back | connector |
| V - C present | it does | connector or hand-over: the connector carries the class when it is put otherwise |
| the answer by likelihood loses | own words or exchanged names bring it back | words |
| | connector's or encoder's output brings (nearly) all of it back | hand-over |
| | the connector's output brings a half to three quarters back | hand-over or language model |
| | the connector's output does not, the image tokens do | hand-over or language model |
| | neither does | language model |
| | re-fits were not made or do not decide | hand-over or language model; or words, where mapped names bring it back |
| only the answer in words loses | own words bring it back | words or format |
| | the connector's output brings it back | hand-over |
| | else | format |

Two faults are named where one model alone cannot tell them apart. A repair at a later place that brings the answer back
is the least that is needed, so the words come first: a map of the connector's output can also teach a model to say the
wrong name for the right thing. *Mapped names* blame nobody: K likelihoods still hold the class after most faults.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.repair.rung import Ladder, Place, Rung
from angiogram.diagnose.terms import Fault, Interval, Mode

NEARLY_ALL = 0.75
"""Share of what was lost that a re-fit at the connector must bring back, so that nothing behind it is suspected."""


@dataclass(frozen=True)
class Located:
    """Where the fault stands.

    Attributes:
        fault: none where no loss is present; more than one where they cannot be told apart.
        loss: what is lost there, and `of` what; None without a fault.
        of: accuracy before the loss.
        cleared: the earliest interface at which a repair brings the answer back: what stands behind it is cleared.
        behind: faults that show behind the first and may follow from it.
    """

    fault: tuple[Fault, ...] = ()
    loss: Interval | None = None
    of: float | None = None
    cleared: Place | None = None
    behind: tuple[Fault, ...] = ()


def locate(verdicts: Sequence[Verdict], ladder: Ladder) -> Located:
    """The first fault, and those behind it.

    Args:
        verdicts: of the four failure modes, in the order of the flow.
        ladder: of the same model and cases.
    """
    present = {verdict.mode: verdict for verdict in verdicts if verdict.state == "present"}
    found: list[tuple[tuple[Fault, ...], Interval, float]] = []
    for mode, fault in (("vision", _vision), ("connector", _connector)):
        verdict = present.get(mode)
        if verdict is not None and verdict.loss is not None and verdict.accuracies is not None:
            found.append((fault(ladder), verdict.loss, verdict.accuracies[0]))
    target = ladder.rungs[0].target
    if _lost(ladder.likelihood, present, "comprehension", "mapping"):
        found.append((_behind(ladder), ladder.likelihood, target))
    elif "mapping" in present or _lost(ladder.words, present, "comprehension"):
        found.append((_only_in_words(ladder), ladder.words, target))
    if not found:
        return Located()
    (fault, loss, of), *rest = found
    behind = tuple(dict.fromkeys(name for names, _, _ in rest for name in names if name not in fault))
    return Located(fault, loss, of, _cleared(ladder), behind)


def _vision(_: Ladder) -> tuple[Fault, ...]:
    return ("vision",)


def _connector(ladder: Ladder) -> tuple[Fault, ...]:
    return ("connector", "hand-over") if _brings(ladder, "encoder output") else ("connector",)


def _lost(loss: Interval, present: dict[Mode, Verdict], *modes: Mode) -> bool:
    """Whether the answer surely loses more than the margin, and one of these modes is present."""
    shown = [present[mode] for mode in modes if mode in present]
    return bool(shown) and loss.low > shown[0].margin


def _behind(ladder: Ladder) -> tuple[Fault, ...]:
    if _brings(ladder, "own words") or _brings(ladder, "exchanged names"):
        return ("words",)
    connector, encoder = ladder.rung("connector output"), ladder.rung("encoder output")
    if any(rung is not None and _share(rung) >= NEARLY_ALL for rung in (connector, encoder)):
        return ("hand-over",)
    if _brings(ladder, "connector output", "encoder output", "image tokens"):
        return ("hand-over", "language model")
    if connector is not None and connector.outcome in ("does not", "brings a part back"):
        return ("language model",)
    if _brings(ladder, "mapped names"):
        return ("hand-over", "language model", "words")
    return ("hand-over", "language model")


def _only_in_words(ladder: Ladder) -> tuple[Fault, ...]:
    if _brings(ladder, "own words"):
        return ("words", "format")
    return ("hand-over",) if _brings(ladder, "connector output", "encoder output") else ("format",)


def _brings(ladder: Ladder, *places: Place) -> bool:
    return any((rung := ladder.rung(place)) is not None and rung.outcome == "brings it back" for place in places)


def _share(rung: Rung) -> float:
    """How much of what was lost returned, 0 where the rung does not count."""
    if rung.outcome != "brings it back" or rung.recovered is None:
        return 0.0
    return rung.recovered.value / (rung.target - rung.before)


def _cleared(ladder: Ladder) -> Place | None:
    places: tuple[Place, ...] = ("encoder output", "connector output", "image tokens")
    return next((place for place in places if _brings(ladder, place)), None)
