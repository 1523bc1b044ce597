"""The report's first sentence, of at most 20 words, and below it what it rests on: never more than the verdict says."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from angiogram.diagnose.account.accounting import Accounting
from angiogram.diagnose.cause.result import Causes
from angiogram.diagnose.judge.judgement import Judgement
from angiogram.diagnose.judge.located import Located
from angiogram.diagnose.judge.verdict import Verdict
from angiogram.diagnose.phrases import READS, WHO, count, listed, number, percent, points, span
from angiogram.diagnose.tell.cards import TITLES, why_not_assessed
from angiogram.diagnose.terms import Fault, StageKey

WHERE: Mapping[Fault, str] = MappingProxyType(
    {
        "vision": "the vision encoder",
        "connector": "the connector",
        "hand-over": "the hand-over to the language model",
        "language model": "the language model",
        "words": "the class words",
        "format": "the answer's format",
    }
)
_SHORT: Mapping[Fault, str] = MappingProxyType({**WHERE, "hand-over": "the hand-over"})


def headline(judgement: Judgement, null_band: float) -> str:
    """At most 20 words: where the signal is lost, how much, how sure.

    Args:
        judgement: the verdict.
        null_band: accuracy that the best tap reaches by chance.
    """
    located, verdicts = judgement.located, judgement.verdicts
    if judgement.silent:
        return (
            "The answer names no class; no probe at encoder, connector or last token exceeds the "
            f"{percent(null_band)} that chance allows."
        )
    if located.fault or located.among:
        return _found(located)
    if judgement.unread:
        return (
            "Where the image is lost cannot be said: encoder, connector and last token read no more than chance "
            f"({percent(null_band)})."
        )
    if any(verdict.state == "present" for verdict in verdicts):
        return "A probe on the way reads less, but no loss of the answer is sure."
    undecided = [verdict for verdict in verdicts if verdict.state == "undetermined"]
    if undecided:
        needed = [verdict.cases_needed for verdict in undecided]
        known = [cases for cases in needed if cases is not None]
        more = f"; about {count(max(known))} would" if known and len(known) == len(needed) else ""
        return f"These cases do not decide where the image is lost{more}."
    return f"No stage that was assessed loses more than {points(verdicts[0].margin, 1)}."


def _found(located: Located) -> str:
    assert located.loss is not None and located.of is not None
    loss = located.loss
    amount = f"{points(loss.value)} of {number(located.of)} (interval {number(loss.low)} to {number(loss.high)})"
    if not located.fault:
        return f"The image is lost in several places, none sure alone: {amount}."
    first, *others = (_SHORT[fault] for fault in located.fault)
    *between, last = [first, *(name.removeprefix("the ") for name in others)]
    where = f"{', '.join(between)} or {last}" if between else last
    return f"The image is lost in {where}: {amount}."


def not_assessed(
    verdicts: Sequence[Verdict], accounting: Accounting, image_tokens: bool = True, causes: Causes | None = None
) -> tuple[str, ...]:
    """What this diagnosis leaves open and why, one sentence each.

    Args:
        verdicts: of the four modes.
        accounting: of the same readings.
        image_tokens: whether image tokens stand in the language model's prompt.
        causes: what the answer is seen to use; None where that was not tested.
    """
    accuracies = accounting.accuracies
    found = [f"{TITLES[v.mode]}: {why_not_assessed(v)}." for v in verdicts if v.state == "not assessed"]
    if "R" in accuracies and accuracies["R"].low == accuracies["R"].high:
        found.append("The specialist's accuracy was given as a number: its own uncertainty is in no interval.")
    if not image_tokens:
        found.append(
            "This language model reads the image by cross-attention: there is no line of image tokens, and the loss "
            "inside it cannot be split into image tokens and routing."
        )
    elif "I" not in accuracies:
        found.append("The loss inside the language model was not split into image tokens and routing.")
    if "S" not in accuracies:
        found.append("Answers by likelihood were not measured, so wrong words and wrong format are not told apart.")
    if "G" not in accuracies:
        found.append("The model's own words were not read; the answer is that of its class likelihoods.")
    if causes is not None:
        return (*found, *causes.notes, "What a linear probe does not find may still be there in another form.")
    found.append(
        "Whether the model uses what a probe finds was not tested (--causal does): that a probe finds the class does "
        "not mean that the model uses it, and what a linear probe misses may still be there."
    )
    return tuple(found)


def where_by_stage(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """The losses that were found, ruled out and left undecided, one sentence each."""
    return tuple(sentence for sentence in (_present(verdicts), _absent(verdicts), _undecided(verdicts)) if sentence)


def _present(verdicts: Sequence[Verdict]) -> str:
    found = [
        f"{points(v.loss.value)} between {READS[v.start]} and {READS[v.end]} ({span(v.loss)})"
        for v in verdicts
        if v.state == "present" and v.loss is not None and v.start is not None and v.end is not None
    ]
    return f"Lost for sure: {listed(found)}." if found else ""


def _absent(verdicts: Sequence[Verdict]) -> str:
    """Not "the connector is not to blame": what a probe still reads may have become unreadable to the next part."""
    found = [
        f"{WHO[v.mode]} (at most {number(max(0.0, v.loss.high))})" for v in verdicts if v.state == "absent" and v.loss
    ]
    return f"No loss above {points(verdicts[0].margin, 1)} is seen in {listed(found)}." if found else ""


def _undecided(verdicts: Sequence[Verdict]) -> str:
    found = [WHO[v.mode] for v in verdicts if v.state == "undetermined"]
    return f"Undecided: {listed(found)}." if found else ""


def stages_above_chance(accounting: Accounting, null_band: float) -> tuple[str, ...]:
    """Readings above chance where no probe from V to U is: what is not read is hidden from them, and not all lost."""
    accuracies = accounting.accuracies
    keys: tuple[StageKey, ...] = ("I", "S", "G")
    above: list[StageKey] = [key for key in keys if key in accuracies and accuracies[key].value > null_band]
    if not above:
        return ()
    who = listed([f"{READS[key]} ({percent(accuracies[key].value)})" for key in above])
    return (f"Chance is exceeded by {who}: what the probes do not read is hidden from them, and not all lost.",)
