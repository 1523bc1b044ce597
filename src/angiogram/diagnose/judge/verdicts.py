"""Four failure modes, each present, absent, undetermined or not assessed [own].

With d the practical margin (5 points unless told otherwise) and the 95 % interval of the loss:

- *present*: the lower end exceeds d, and so does the loss after Holm's correction over the modes assessed
  (one-sided bootstrap p of "loss <= d", adjusted, below 0.025).
- *absent*: the upper end is under d (a gain is absent too).
- *undetermined*: anything else, with the number of cases that would decide it if the loss stays where it is.

Holm guards the finding of a fault. "Absent" is judged mode by mode.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from angiogram.diagnose.account.accounting import MODES, check_readings, mode_ends
from angiogram.diagnose.phrases import READS, WHO, lost, percent, points
from angiogram.diagnose.statistics.bootstrap import Estimate, Reading, Resamples
from angiogram.diagnose.statistics.decision import LEVEL, cases_to_decide, decide, holm
from angiogram.diagnose.tell.diagnosis import Verdict
from angiogram.diagnose.tell.next_steps import NO_REFERENCE, NOTHING_TO_LOSE, next_steps
from angiogram.diagnose.terms import Interval, Mode, StageKey, State
from angiogram.errors import InputError

TITLES: Mapping[Mode, str] = MappingProxyType(
    {
        "vision": "Visual representation",
        "connector": "Connector fidelity",
        "comprehension": "Language-model comprehension",
        "mapping": "Semantic mapping",
    }
)
_NO_REFERENCE = (
    "no specialist reference was given, so it is not known how much of these classes the images allow anyone to see"
)
_SPLITS: Mapping[Mode, StageKey] = MappingProxyType({"comprehension": "I", "mapping": "S"})
_CAUTION: Mapping[Mode, str] = MappingProxyType(
    {
        "vision": "the probe reads the mean of the image tokens only; what it misses may still be there",
        "connector": "what the probe does not read may still be there in another form",
        "comprehension": "what the probe does not read may still be there in another form",
        "mapping": "that a probe reads the label does not prove that the model uses it",
    }
)


def verdicts(
    readings: Mapping[StageKey, Reading],
    resamples: Resamples,
    margin: float = 0.05,
    reasons: Mapping[Mode, str] | None = None,
    null_band: float | None = None,
) -> tuple[Verdict, ...]:
    """Judge the four modes, in the order of the flow.

    Args:
        readings: as for `account`.
        resamples: of the same cases.
        margin: the practical margin d, a fraction.
        reasons: why a mode was not assessed, where the readings alone do not tell ("the reference failed to train").
        null_band: accuracy that the best tap reaches by chance. A mode that does not start above it is not assessed:
            where nothing can be read, nothing can be lost, and "absent" would mislead.

    Raises:
        InputError: readings that cannot be accounted for, or a margin outside 0..1.

    >>> import numpy as np
    >>> from angiogram.diagnose.statistics.bootstrap import resample_groups
    >>> right = {key: np.arange(400) < share for key, share in (("V", 360), ("C", 356), ("U", 290), ("G", 284))}
    >>> [(v.mode, v.state) for v in verdicts(right, resample_groups(np.arange(400)))]
    [('vision', 'not assessed'), ('connector', 'absent'), ('comprehension', 'present'), ('mapping', 'absent')]
    """
    if not 0.0 <= margin < 1.0:
        raise InputError(f"The margin must be a fraction from 0 to below 1, not {margin}.")
    check_readings(readings)
    ends = mode_ends(readings)
    losses = {mode: resamples.loss(readings[a], readings[b]) for mode, (a, b) in ends.items()}
    adjusted = dict(zip(losses, holm([loss.p_at_most(margin) for loss in losses.values()]), strict=True))
    judged = [
        _judge(mode, ends[mode], losses[mode], adjusted[mode], readings, resamples, margin, len(losses), null_band)
        if mode in losses
        else _not_assessed(mode, margin, (reasons or {}).get(mode, _NO_REFERENCE))
        for mode in MODES
    ]
    return tuple(_behind(verdict, judged[:number]) for number, verdict in enumerate(judged))


def _judge(
    mode: Mode,
    ends: tuple[StageKey, StageKey],
    loss: Estimate,
    p_adjusted: float,
    readings: Mapping[StageKey, Reading],
    resamples: Resamples,
    margin: float,
    tests: int,
    null_band: float | None,
) -> Verdict:
    interval = loss.interval()
    state = decide(interval, p_adjusted, margin)
    start, end = ends
    accuracies = (resamples.accuracy(readings[start]).value, resamples.accuracy(readings[end]).value)
    if null_band is not None and accuracies[0] <= null_band:
        nothing = f"{READS[start]} reads no more ({percent(accuracies[0])}) than chance allows ({percent(null_band)}), "
        if accuracies[1] > null_band:
            hidden = f"but {READS[end]} {percent(accuracies[1])}, so that what it starts from is hidden from the probe"
            return _not_assessed(mode, margin, nothing + hidden, NOTHING_TO_LOSE)
        return _not_assessed(mode, margin, nothing + "so there is nothing left to lose", NOTHING_TO_LOSE)
    middle = _SPLITS.get(mode)
    parts: dict[tuple[StageKey, StageKey], Estimate] = {}
    if middle is not None and middle in readings and middle != end:
        parts[start, middle] = resamples.loss(readings[start], readings[middle])
        parts[middle, end] = resamples.loss(readings[middle], readings[end])
    needed = cases_to_decide(loss, resamples.cases, margin, tests) if state == "undetermined" else None
    reach = loss.critical(1 - 2 * LEVEL / tests) * loss.standard_error  # the strictest step of Holm, as for `needed`
    smallest = reach if reach < 1.0 else None
    return Verdict(
        mode=mode,
        title=TITLES[mode],
        state=state,
        loss=interval,
        margin=margin,
        p_adjusted=p_adjusted,
        evidence=_evidence(mode, state, ends, accuracies, interval, parts, margin),
        cases_needed=needed,
        smallest_margin=smallest,
        next_steps=next_steps(mode, state, parts, margin, resamples.cases, needed),
    )


def _behind(verdict: Verdict, earlier: Sequence[Verdict]) -> Verdict:
    """Says of a loss behind another that it may follow from it: what flows one way is first harmed at the fault."""
    first = next((one for one in earlier if one.state == "present"), None)
    if verdict.state != "present" or first is None:
        return verdict
    why = f"it stands behind the loss in {WHO[first.mode]} and may follow from it, as no later part was trained on that"
    return replace(verdict, evidence=f"{verdict.evidence.removesuffix('.')}; {why}.")


def _evidence(
    mode: Mode,
    state: State,
    ends: tuple[StageKey, StageKey],
    accuracies: tuple[float, float],
    loss: Interval,
    parts: Mapping[tuple[StageKey, StageKey], Estimate],
    margin: float,
) -> str:
    """One sentence: what was measured, and what follows from it."""
    first = READS[ends[0]]
    text = (
        f"{first[0].upper()}{first[1:]} is right in {percent(accuracies[0])} of the cases, {READS[ends[1]]} in "
        f"{percent(accuracies[1])}: {lost(loss)}, "
    )
    limit = f"the margin of {points(margin, 1)}"
    if state == "absent":
        if loss.value < 0:
            return f"{text}so a loss above {limit} is ruled out."
        return f"{text}which stays under {limit}."
    if state == "undetermined":
        if loss.low > margin:
            return f"{text}above {limit}, but not surely enough when several stages are judged at once (Holm)."
        return f"{text}which neither exceeds {limit} for sure nor stays under it."
    inside = ""
    if parts:
        (one, two) = ((f"{a} to {b}", part) for (a, b), part in parts.items())
        inside = f" ({points(one[1].value, 1)} from {one[0]}, {points(two[1].value, 1)} from {two[0]})"
    return f"{text}more than {limit}{inside}; {_CAUTION[mode]}."


def _not_assessed(mode: Mode, margin: float, reason: str, step: str = NO_REFERENCE) -> Verdict:
    return Verdict(
        mode=mode,
        title=TITLES[mode],
        state="not assessed",
        loss=None,
        margin=margin,
        p_adjusted=None,
        evidence=f"Not assessed: {reason}.",
        cases_needed=None,
        smallest_margin=None,
        next_steps=(step,),
    )
