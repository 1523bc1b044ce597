"""Whether the answer is back, by the rule of the ladder's repairs, on the cases that no repair saw. [own]"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.compare.finished import Finished
from angiogram.compare.matching import matched_runs, rearranged
from angiogram.diagnose.phrases import listed, percent
from angiogram.diagnose.repair.bench import guessed
from angiogram.diagnose.repair.outcome import outcome_of
from angiogram.diagnose.terms import Fault, StageKey
from angiogram.mend.result import Returned
from angiogram.statistics.bootstrap import Reading, Resamples, resample_groups

ANSWERS: tuple[StageKey, ...] = ("S", "G")
SAYS: Mapping[StageKey, str] = {"S": "by likelihood", "G": "in words"}


def returned(before: Finished, after: Finished, fault: Sequence[Fault], margin: float) -> tuple[Returned, ...]:
    """Both answers before and after.

    Args:
        before, after: the two diagnoses, of the same cases.
        fault: what the first names: it says from where on the answer is lost.
        margin: the loss that matters in practice.
    """
    first, second = before.readings, rearranged(after.readings, matched_runs(before, after))
    draws = resample_groups(before.predictions.group_numbers, before.seed, before.resamples)
    target = _target(first, fault)
    guess = guessed(before.predictions.labels)
    return tuple(_of(stage, first, second, target, guess, draws, margin) for stage in ANSWERS if stage in first)


def lost_answer(run: Finished, fault: Sequence[Fault], margin: float) -> StageKey:
    """The answer that is to be brought back: that by likelihood, or in words where only these are lost."""
    readings = run.readings
    lost = np.mean(readings[_target(readings, fault)]) - np.mean(readings["S"])
    return "S" if lost > margin else "G"


def _target(readings: Mapping[StageKey, Reading], fault: Sequence[Fault]) -> StageKey:
    """The last stage before the first fault; behind the connector the better of the probes there."""
    if "vision" in fault and "R" in readings:
        return "R"
    if "connector" in fault:
        return "V"
    behind: tuple[StageKey, StageKey] = ("C", "U")
    return max(behind, key=lambda stage: float(np.mean(readings[stage])))


def _of(
    stage: StageKey,
    first: Mapping[StageKey, Reading],
    second: Mapping[StageKey, Reading],
    target: StageKey,
    guess: NDArray[np.bool_],
    draws: Resamples,
    margin: float,
) -> Returned:
    before, after, aim = first[stage], second[stage], first[target]
    assert isinstance(before, np.ndarray) and isinstance(after, np.ndarray)  # only R may be a number
    floor = max(before, guess, key=lambda right: float(right.mean()))
    recovered = draws.loss(after, before).interval()
    if isinstance(aim, np.ndarray):
        beyond = draws.beyond_half(floor, after, aim)
    else:
        beyond = draws.loss(after, (float(floor.mean()) + aim) / 2)
    reads = float(np.mean(aim))
    return Returned(
        stage=stage,
        before=draws.accuracy(before).interval(),
        after=draws.accuracy(after).interval(),
        recovered=recovered,
        target=reads,
        target_stage=target,
        outcome=outcome_of(
            recovered,
            beyond.interval(),
            reads - float(before.mean()),
            margin,
            above=reads - float(floor.mean()),
        ),
    )


def headline(answers: Sequence[Returned]) -> str:
    """One sentence: which answer is back, by how much."""
    lost = [answer for answer in answers if answer.outcome != "not needed"]
    if not lost:
        return "No answer had lost more than the margin: there was nothing to bring back."
    parts = [f"{_DID[answer.outcome]} {SAYS[answer.stage]} ({_from_to(answer)})" for answer in lost]
    return f"The answer {listed(parts)}."


_DID: Mapping[str, str] = {
    "brings it back": "is back",
    "brings a part back": "is back in part only",
    "does not": "is not back",
    "undecided": "may be back, which these cases cannot decide,",
}


def _from_to(answer: Returned) -> str:
    return f"{percent(answer.before.value)} to {percent(answer.after.value)} of {percent(answer.target)}"
