"""Losses that no stage has for sure, and several have together."""

from collections.abc import Mapping

from angiogram.diagnose.judge.behind_connector import BEHIND_CONNECTOR, fault_by_likelihood, fault_of_answer
from angiogram.diagnose.judge.believed import NEARLY_ALL
from angiogram.diagnose.judge.located import Located
from angiogram.diagnose.judge.said import Said
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.repair.rung import Ladder
from angiogram.diagnose.terms import Fault, Mode
from angiogram.statistics.interval import Interval

BEFORE_ANSWER: tuple[Mode, ...] = ("vision", "connector")
MOST = 2
"""Faults that are named together."""


def spread(modes: Mapping[Mode, Verdict], ladder: Ladder, said: Said, total: Interval) -> Located:
    """Where no stage loses for sure and several together do: the widest stretch whose suspects are two faults at most.

    Suspects are the stages that no verdict clears, the encoder only where it reads less than the specialist; where
    these make up too little of what is lost by value, all that lose. Where every stretch has more than two faults, the
    widest that surely loses is told without a name.
    """
    losing = [verdict for verdict in modes.values() if verdict.loss is not None and verdict.loss.value > 0]
    unsure = [verdict for verdict in modes.values() if verdict.state == "undetermined"]
    suspects = [verdict for verdict in unsure if verdict.mode != "vision" or verdict in losing]
    held = sum(verdict.loss.value for verdict in suspects if verdict.loss is not None)
    behind = [verdict for verdict in suspects if verdict.mode in BEHIND_CONNECTOR]
    starts = [modes[mode].accuracies for mode in BEFORE_ANSWER if mode in modes]
    first = max((start for start, _ in filter(None, starts)), default=None)
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
            return Located(named, loss, of, spread=True)
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
        return fault_by_likelihood(ladder, said, inside)
    return fault_of_answer(ladder, said, inside, verdict.margin)[0]
