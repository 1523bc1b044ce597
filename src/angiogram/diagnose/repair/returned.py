"""What a repair brought back, before it is weighed against its controls."""

from angiogram.diagnose.repair.bench import Right
from angiogram.diagnose.repair.rung import Place, Rung
from angiogram.diagnose.terms import StageKey
from angiogram.statistics.bootstrap import Resamples


def returned(
    draws: Resamples, place: Place, done: str, stage: StageKey, before: Right, after: Right, target: Right, guess: Right
) -> Rung:
    """The rung, its outcome still open.

    Args:
        draws: of the judged cases.
        place, done, stage: of the rung.
        before, after: which cases the answer has right without and with the repair, `[n]`.
        target: which of them the best probe behind the encoder has right, `[n]`.
        guess: which of them a guess has right, `[n]`.
    """
    floor = max(before, guess, key=lambda right: float(right.mean()))
    return Rung(
        place=place,
        done=done,
        outcome="undecided",
        stage=stage,
        before=float(before.mean()),
        target=float(target.mean()),
        after=draws.accuracy(after).interval(),
        recovered=draws.loss(after, before).interval(),
        floor=float(floor.mean()),
        beyond_half=draws.beyond_half(floor, after, target).interval(),
        cases=draws.cases,
    )
