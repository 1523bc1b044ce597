"""The report's first sentence, and what was not assessed: never more than the verdicts say."""

from collections.abc import Mapping, Sequence

from angiogram.diagnose.account.accounting import Accounting
from angiogram.diagnose.cause.result import Causes
from angiogram.diagnose.phrases import READS, WHO, count, percent, points, span
from angiogram.diagnose.phrases import number as plain
from angiogram.diagnose.read.modulation_transfer import detail_words
from angiogram.diagnose.tell.diagnosis import Verdict
from angiogram.diagnose.terms import Interval, Mode, StageKey

_WHERE: dict[Mode, str] = {
    "vision": "in the vision encoder",
    "connector": "in the connector",
    "comprehension": "inside the language model",
    "mapping": "between the language model and its answer",
}
_UNREAD = "told in words what an image shows, the model says it, so it is the reading that fails and not the words"
_HIDDEN = (
    "the mean of the image tokens shows no more than chance at the encoder's end, and may hide what later parts read"
)
_NUMBERS = ("no", "one", "two", "three", "four")


def headline(
    verdicts: Sequence[Verdict],
    accounting: Accounting,
    null_band: float | None = None,
    alignment: str | None = None,
    unreadable: bool = False,
    blurred: float | None = None,
) -> str:
    """One sentence: where the signal is lost, how much, how sure.

    Args:
        verdicts: of the four modes.
        accounting: of the same readings.
        null_band: accuracy that the best tap reaches by chance. Where no probe from the encoder's end to the last token
            exceeds it, the sentence says that nothing is left to lose, or that what later readings show is hidden.
        alignment: what a re-fitted connector says of a loss inside the language model, a clause.
        unreadable: see `told.unreadable`.
        blurred: of `detail_kept`, where that is suspected.
    """
    accuracies = accounting.accuracies
    present = [v for v in verdicts if v.state == "present"]
    if null_band is not None and all(accuracies[key].value <= null_band for key in ("V", "C", "U")):
        blind = [v for v in present if v.mode == "vision"]
        there = _there(accuracies, null_band)
        unknown = "It cannot be said whether and where" if there else "It cannot be said where"
        start = f"{_present(blind, verdicts, accuracies)}; after it" if blind else f"{unknown} the image is lost:"
        before = "" if blurred is None else f"; {_before(blurred)}"
        return (
            f"{start} a probe reads no more at the encoder's end ({percent(accuracies['V'].value)}), after the "
            f"connector and at the last token than chance allows ({percent(null_band)}), "
            f"{there or 'so there is nothing for the later stages to lose'}{before}."
        )
    rest = [clause for clause in (_absent(verdicts), _gains(verdicts), _undecided(verdicts), _open(verdicts)) if clause]
    if null_band is not None and accuracies["V"].value <= null_band:
        rest.append(_HIDDEN)
    if present:
        controls = [alignment] if alignment else [_UNREAD] if unreadable else []
        if blurred is not None:
            controls = [_before(blurred)]
        return "; ".join([_present(present, verdicts, accuracies), *controls, *rest]) + "."
    if any(v.state == "undetermined" for v in verdicts):
        needed = [v.cases_needed for v in verdicts if v.state == "undetermined"]
        known = [n for n in needed if n is not None]
        more = f"; about {count(max(known))} cases would decide" if known and len(known) == len(needed) else ""
        return "; ".join(["These cases do not show where the image is lost", *rest]) + more + "."
    margin = points(verdicts[0].margin, 1)
    last = accuracies["G"] if "G" in accuracies else accuracies["S"]
    first = (
        f"No stage that was assessed loses more than {margin}: a probe reads {percent(accuracies['V'].value)} at the "
        f"encoder's end, and the answer is right in {percent(last.value)} of the cases"
    )
    return "; ".join([first, *(clause for clause in (_gains(verdicts), _open(verdicts)) if clause)]) + "."


def _there(accuracies: Mapping[StageKey, Interval], null_band: float) -> str:
    """What exceeds chance although no probe at the encoder's end, after the connector or at the last token does."""
    keys: tuple[StageKey, ...] = ("I", "S", "G")
    above: list[StageKey] = [key for key in keys if key in accuracies and accuracies[key].value > null_band]
    if not above:
        return ""
    who = _listed([f"{READS[key]} ({percent(accuracies[key].value)})" for key in above])
    return f"but that is exceeded by {who}, so that what is not read there is hidden from the probe and not all lost"


def _before(blurred: float) -> str:
    return f"but {detail_words(blurred)}, so the fault may stand before it"


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
    found = [f"{v.title} was {v.evidence[0].lower()}{v.evidence[1:]}" for v in verdicts if v.state == "not assessed"]
    if "R" in accuracies and accuracies["R"].low == accuracies["R"].high:
        found.append("The specialist's accuracy was given as a number: its own uncertainty is in no interval.")
    if not image_tokens:
        found.append(
            "This language model reads the image by cross-attention: no image tokens stand in its prompt, so there is "
            "no line of image tokens, and the loss inside it cannot be split into image tokens and routing."
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
        "Whether the model uses what a probe finds was not tested (--causal tests it): that a probe can find the class "
        "does not mean that the model uses it, and what a linear probe does not find may still be there."
    )
    return tuple(found)


def _size(verdict: Verdict) -> float:
    return verdict.loss.value if verdict.loss else 0.0


def _present(present: Sequence[Verdict], verdicts: Sequence[Verdict], accuracies: Mapping[StageKey, Interval]) -> str:
    """The main clause, without a full stop."""
    specialist = any(v.mode == "vision" for v in present)
    whole = (
        f"of the {percent(accuracies['R'].value)} that the specialist reaches"
        if specialist
        else f"of the {percent(accuracies['V'].value)} that a probe reads at the encoder's end"
    )
    if len(present) == 1:
        only = present[0]
        positive = sum(max(0.0, _size(v)) for v in verdicts)
        mostly = "mostly " if 0.5 * positive <= _size(only) < 0.99 * positive else ""
        return f"The image is lost {mostly}{_WHERE[only.mode]}: {_amount(only, ' 95 % interval')} {whole}"
    first, *behind = (
        f"{_WHERE[v.mode]}, {_amount(v, ' 95 % interval' if i == 0 else '')}" for i, v in enumerate(present)
    )
    return (
        f"The image is lost at {_NUMBERS[len(present)]} places, {whole}: first {first}, then {_listed(behind)}, which "
        "may follow from it"
    )


def _amount(verdict: Verdict, label: str) -> str:
    assert verdict.loss is not None
    return f"{points(verdict.loss.value)} ({(label + ' ').lstrip()}{span(verdict.loss)})"


def _absent(verdicts: Sequence[Verdict]) -> str:
    """`no loss above 5 points is seen in the connector (at most 3)`; gains have their own clause.

    Not "the connector is not to blame": what a probe still reads may have become unreadable to the next part.
    """
    found = [
        f"{WHO[v.mode]}{_at_most(v.loss)}"
        for v in verdicts
        if v.state == "absent" and v.loss is not None and not _is_gain(v)
    ]
    return f"no loss above {points(verdicts[0].margin, 1)} is seen in {_listed(found)}" if found else ""


def _at_most(loss: Interval) -> str:
    return f" (at most {plain(loss.high)})" if float(plain(loss.high)) > 0 else ""


def _gains(verdicts: Sequence[Verdict]) -> str:
    found = [
        f"{points(-v.loss.value)} are gained {_WHERE[v.mode]} ({span(v.loss)})"
        for v in verdicts
        if v.state == "absent" and v.loss is not None and _is_gain(v)
    ]
    return _listed(found)


def _undecided(verdicts: Sequence[Verdict]) -> str:
    found = [WHO[v.mode] for v in verdicts if v.state == "undetermined"]
    return f"{_listed(found)} {'is' if len(found) == 1 else 'are'} undecided" if found else ""


def _open(verdicts: Sequence[Verdict]) -> str:
    found = [WHO[v.mode] for v in verdicts if v.state == "not assessed"]
    return f"{_listed(found)} {'was' if len(found) == 1 else 'were'} not assessed" if found else ""


def _is_gain(verdict: Verdict) -> bool:
    """Whether the whole interval lies on the side of a gain, by at least what is printed as a point."""
    return verdict.loss is not None and verdict.loss.high < 0 and float(plain(-verdict.loss.value)) >= 1


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
