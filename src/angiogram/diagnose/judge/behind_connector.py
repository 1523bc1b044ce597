"""What an answer loses behind the connector, and which fault that is: for repairs and for what the model says."""

from collections.abc import Mapping

from angiogram.diagnose.judge.believed import OTHERWISE, believed, clears
from angiogram.diagnose.judge.located import Found, found_by
from angiogram.diagnose.judge.said import Said
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.repair.rung import Ladder
from angiogram.diagnose.terms import Fault, Mode
from angiogram.statistics.interval import Interval

BEHIND_CONNECTOR: tuple[Mode, ...] = ("comprehension", "mapping")


def answer_lost(modes: Mapping[Mode, Verdict], ladder: Ladder, said: Said) -> Found | None:
    """Behind the connector: of the answer by likelihood, else of that in words alone."""
    shown = [modes[mode] for mode in BEHIND_CONNECTOR if mode in modes and modes[mode].state == "present"]
    if not shown:
        return None
    if max(ladder.likelihood.low, ladder.words.low) <= shown[0].margin and shown[-1].mode != "mapping":
        return None
    if shown[0].reason == "silent":
        return found_by(shown[0], ("format",))
    fault, loss = fault_of_answer(ladder, said, shown[0].mode == "comprehension", shown[0].margin)
    return fault, loss, ladder.rungs[0].target


def fault_of_answer(ladder: Ladder, said: Said, inside: bool, margin: float) -> tuple[tuple[Fault, ...], Interval]:
    """The fault, and what the answer loses: by likelihood, or in words where only these lose for sure."""
    likelihood, words = ladder.likelihood, ladder.words
    if likelihood.low > margin:
        return fault_by_likelihood(ladder, said, inside), likelihood
    if likelihood.value > margin and likelihood.value > words.value / 2:
        return fault_by_likelihood(ladder, said, inside), words
    if likelihood.value > margin and not said.names_another:
        return (fault_by_likelihood(ladder, said, inside)[0], "format"), words
    return _in_words(ladder, said), words


def fault_by_likelihood(ladder: Ladder, said: Said, inside: bool) -> tuple[Fault, ...]:
    """The fault where the answer is lost by likelihood; `inside` the language model where its last token lost it."""
    if believed(ladder, "own words", "exchanged names"):
        return ("hand-over", "words") if said.by_accident else ("words",)
    otherwise = believed(ladder, *OTHERWISE)
    if said.told == "cannot say":
        if otherwise:
            return ("hand-over", "language model")
        return ("language model",) if inside else ("language model", "words")
    if otherwise:
        in_words = not any(clears(ladder, place) for place in OTHERWISE)
        return ("hand-over", "language model") if inside and in_words else ("hand-over",)
    before = ladder.rung("connector output")
    if believed(ladder, "image tokens") and before is not None and before.outcome == "does not":
        return ("language model",)
    return ("hand-over", "language model")


def _in_words(ladder: Ladder, said: Said) -> tuple[Fault, ...]:
    if believed(ladder, "own words"):
        return ("words", "format")
    if not said.names_another:
        return ("format",)
    if believed(ladder, *OTHERWISE):
        return ("hand-over",)
    return ("words", "format") if said.told == "cannot say" else ("hand-over", "language model")
