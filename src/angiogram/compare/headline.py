"""A comparison's first sentence, and its proof: what the answer loses or gains and where the change stands; which stage
changes first in the flow, by how much, how sure."""

from collections.abc import Sequence

from angiogram.compare.comparison import Located, Place, StageChange
from angiogram.diagnose.phrases import READS, percent, points, span
from angiogram.diagnose.terms import Fault, StageKey
from angiogram.statistics.interval import Interval

_STANDS: dict[Fault, str] = {
    "vision": "the class is lost in the vision encoder",
    "connector": "the class is lost in the connector",
    "hand-over": "the language model no longer reads what it is given",
    "language model": "the language model is at fault",
    "words": "the class is known, another is named",
    "format": "the right class is preferred, but not said",
}
_HANDS: dict[Place, str] = {
    "encoder": "the encoder's output is no longer in the connector's terms",
    "connector": "the connector's output is no longer in the language model's terms",
}
_SHORT: dict[Fault, str] = {
    "vision": "the encoder",
    "connector": "the connector",
    "hand-over": "the hand-over",
    "language model": "the language model",
    "words": "the class words",
    "format": "the answer's format",
}


def contrast_headline(name: str, baseline: str, stages: Sequence[StageChange], located: Located) -> str:
    """One sentence of at most 20 words, where the names of the runs are one each.

    Args:
        name: the other run.
        baseline: the run it is compared with.
        stages: what changes, in the order of the flow; S or G among them.
        located: where the change stands.
    """
    start = f"{name} against {baseline}: "
    answers = [stage for stage in stages if stage.key in ("S", "G")]
    changed = [stage for stage in answers if stage.changed]
    if located.fault:
        worst = min(changed, key=lambda stage: stage.change.value)
        return f"{start}the answer loses {points(-worst.change.value)}; {_stands(located)}."
    if changed:
        return f"{start}{READS[changed[-1].key]} gains {points(changed[-1].change.value)}."
    if any(stage.changed for stage in stages):
        return f"{start}the answer is not shown to change, an earlier stage is."
    return f"{start}no stage is shown to change."


def _stands(located: Located) -> str:
    first = located.fault[0]
    if len(located.fault) > 1:
        return f"{' or '.join(_SHORT[fault] for fault in located.fault)} is at fault"
    if first == "hand-over" and located.place is not None:
        return _HANDS.get(located.place, _STANDS[first])
    return _STANDS[first]


def contrast_proof(name: str, baseline: str, stages: Sequence[StageChange]) -> str:
    """One sentence: which stage changes first, by how much, how sure.

    Args:
        name: the other run.
        baseline: the run it is compared with.
        stages: what changes, in the order of the flow; S or G among them.
    """
    judged = [stage for stage in stages if stage.p is not None]
    changed = [stage for stage in judged if stage.changed]
    answer = judged[-1]
    start = f"{name} against {baseline}: "
    if changed:
        first = changed[0]
        which = "the only stage" if len(changed) == 1 else "the first stage"
        text = f"{start}{which} that changes is {_where(first.key)}, which {_moves(first)}{_surely(first, judged)}"
        return f"{text}." if answer is first else f"{text}; {_goes(answer)}."
    alone = [stage for stage in judged if _outside(stage.change)]
    if alone:
        return (
            f"{start}no stage changes for sure when {len(judged)} are judged at once (Holm); each by itself, "
            f"{' and '.join(_goes(stage) for stage in alone)}."
        )
    return (
        f"{start}no stage is shown to change, all intervals hold zero; {READS[answer.key]} is right in "
        f"{percent(answer.before.value)} of the cases in {baseline} and {percent(answer.after.value)} in {name}."
    )


def _where(key: StageKey) -> str:
    return f"{READS[key]} ({key})"


def _goes(stage: StageChange) -> str:
    """`the answer in words gains 5 points (95 % interval 2 to 8)`, or that it is not shown to change."""
    who = READS[stage.key]
    if _outside(stage.change):
        return f"{who} {_moves(stage)}"
    return f"{who} is not shown to change ({span(_as_loss(stage.change), 1)} points)"


def _moves(stage: StageChange) -> str:
    """`gains 5 points (95 % interval 2 to 8)`."""
    verb = "gains" if stage.change.value > 0 else "loses"
    return f"{verb} {points(abs(stage.change.value), 1)} (95 % interval {span(_as_loss(stage.change), 1)})"


def _surely(stage: StageChange, judged: Sequence[StageChange]) -> str:
    p = stage.p_adjusted or 0.0
    return f", {'p < 0.001' if p < 0.001 else f'p = {p:.3f}'} with {len(judged)} stages judged at once"


def _outside(change: Interval) -> bool:
    return change.low > 0 or change.high < 0


def _as_loss(change: Interval) -> Interval:
    return Interval(-change.value, -change.high, -change.low)
