"""The four failure modes in words: what was measured, what follows, what to try next."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from angiogram.diagnose.judge.located import Located
from angiogram.diagnose.judge.verdict import Part, Verdict
from angiogram.diagnose.phrases import READS, WHO, lost, percent, points
from angiogram.diagnose.tell.diagnosis import Card
from angiogram.diagnose.tell.next_steps import next_steps
from angiogram.diagnose.terms import Mode

TITLES: Mapping[Mode, str] = MappingProxyType(
    {
        "vision": "Visual representation",
        "connector": "Connector fidelity",
        "comprehension": "Language-model comprehension",
        "mapping": "Semantic mapping",
    }
)
_CAUTION: Mapping[Mode, str] = MappingProxyType(
    {
        "vision": "The probe reads the mean of the image tokens only; what it misses may still be there.",
        "connector": "What the probe does not read may still be there in another form.",
        "comprehension": "What the probe does not read may still be there in another form.",
        "mapping": "That a probe reads the label does not prove that the model uses it.",
    }
)

_NOWHERE = Located()
_SILENT = "Most answers name no class at all: that is lost whatever the images show."


def cards(verdicts: Sequence[Verdict], cases: int, located: Located = _NOWHERE) -> tuple[Card, ...]:
    """One card a verdict, in their order.

    Args:
        verdicts: of the modes.
        cases: number of cases evaluated.
        located: where the fault stands.
    """
    return tuple(_card(verdict, verdicts[:number], cases, located) for number, verdict in enumerate(verdicts))


def _card(verdict: Verdict, earlier: Sequence[Verdict], cases: int, located: Located) -> Card:
    return Card(
        mode=verdict.mode,
        title=TITLES[verdict.mode],
        state=verdict.state,
        loss=verdict.loss,
        margin=verdict.margin,
        p_adjusted=verdict.p_adjusted,
        evidence=" ".join(_evidence(verdict, earlier)),
        cases_needed=verdict.cases_needed,
        smallest_margin=verdict.smallest_margin,
        next_steps=next_steps(verdict, cases, located.fault, located.cleared),
    )


def why_not_assessed(verdict: Verdict) -> str:
    """A clause."""
    if verdict.reason == "no reference" or verdict.start is None or verdict.end is None or verdict.accuracies is None:
        return "no specialist was given, so it is not known how much of these classes the images show"
    before, behind = verdict.accuracies
    nothing = f"{READS[verdict.start]} reads no more than chance ({percent(before)}), "
    if verdict.reason == "hidden":
        return f"{nothing}but {READS[verdict.end]} {percent(behind)}: what it starts from is hidden from the probe"
    return f"{nothing}so there is nothing left to lose"


def _evidence(verdict: Verdict, earlier: Sequence[Verdict]) -> list[str]:
    loss = verdict.loss
    if loss is None or verdict.start is None or verdict.end is None or verdict.accuracies is None:
        return [f"Not assessed: {why_not_assessed(verdict)}."]
    first = READS[verdict.start]
    said = [
        f"{first[0].upper()}{first[1:]} is right in {percent(verdict.accuracies[0])} of the cases, "
        f"{READS[verdict.end]} in {percent(verdict.accuracies[1])}: {lost(loss)}."
    ]
    limit = f"the margin of {points(verdict.margin, 1)}"
    if verdict.reason == "position" and verdict.grid is not None and verdict.grid_loss is not None:
        pairs = zip((verdict.start, verdict.end), verdict.grid, strict=True)
        reads = " and ".join(f"{READS[key]} reads {percent(value)}" for key, value in pairs)
        said.append(
            f"Position matters: from a 2x2 grid of the image tokens in place of their mean, {reads}; then "
            f"{lost(verdict.grid_loss)}."
        )
    elif verdict.reason == "holm":
        said.append(f"That is above {limit}, but not surely enough with several modes judged at once (Holm).")
    elif verdict.state == "undetermined":
        said.append(f"That neither exceeds {limit} for sure nor stays under it.")
    elif verdict.state == "absent":
        said.append(f"A loss above {limit} is ruled out.")
    else:
        said.append(f"That is more than {limit}{_inside(verdict.parts)}.")
        said.append(_SILENT if verdict.reason == "silent" else _CAUTION[verdict.mode])
        if (behind := next((one for one in earlier if one.state == "present"), None)) is not None:
            said.append(f"It stands behind the loss in {WHO[behind.mode]} and may follow from it.")
    return said


def _inside(parts: Sequence[Part]) -> str:
    listed = [f"{points(part.loss, 1)} from {part.start} to {part.end}" for part in parts]
    return f" ({', '.join(listed)})" if listed else ""
