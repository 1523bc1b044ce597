"""What stands behind a located change, in sentences."""

from collections.abc import Iterator, Sequence

from angiogram.compare.comparison import StageChange
from angiogram.compare.difference import FirstDifference
from angiogram.compare.together import Read, blind
from angiogram.diagnose.phrases import READS, lost, percent
from angiogram.diagnose.terms import Fault
from angiogram.statistics.interval import Interval

_AT = {"V": "At the encoder's end", "C": "After the connector", "I": "In the image tokens", "U": "At the last token"}


def told(stages: Sequence[StageChange], read: Read | None, fault: Sequence[Fault]) -> tuple[str, ...]:
    """What was seen, in the order of the flow.

    Args:
        stages: the change at every stage, with probes that are trained anew.
        read: what the features of both runs say; None where a run kept none.
        fault: what explains it; empty where the answer is not shown to fall.
    """
    return tuple(_sentences(stages, read, fault))


def _sentences(stages: Sequence[StageChange], read: Read | None, fault: Sequence[Fault]) -> Iterator[str]:
    for stage in stages:
        if stage.key in ("S", "G"):
            yield f"{_capital(READS[stage.key])}: {lost(_as_loss(stage.change))}."
    if read is not None:
        if not read.asked_alike:
            yield "The two models were asked otherwise."
        yield _first(read.first)
        yield from _readers(stages, read)
    elif fault:
        yield "Features of both runs are not at hand: the place is that of the first stage that falls."
    if len(fault) > 1:
        yield f"These two runs do not tell apart: {' or '.join(fault)}; the first is the likelier."


def _first(first: FirstDifference) -> str:
    how = "bit for bit" if first.exact else "up to rounding"
    if first.tap is None:
        return f"The features of both are equal at every tap, {how}: what changed stands behind the last token."
    start = f"The first tap whose features differ is {first.tap}"
    if first.last_equal is None:
        return f"{start}, the first of all."
    return f"{start}; up to {first.last_equal} they are equal, {how}."


def _readers(stages: Sequence[StageChange], read: Read) -> Iterator[str]:
    anew = {stage.key: stage.after.value for stage in stages}
    changed = [each for each in read.frozen.stages if each.changed]
    for each in changed:
        own = f"; one trained anew reads {percent(anew[each.key])}" if each.key in anew else ""
        yield (
            f"{_AT[each.key]} the baseline's probe reads {percent(each.before.value)} of the cases in the baseline and "
            f"{percent(each.after.value)} here{own}."
        )
    dark = blind(read)
    if held := [each.key for each in read.frozen.stages if not each.changed and each.key not in dark]:
        yield f"At {_listed(held)} the baseline's probe is not shown to read more or less than before."
    if nothing := [each.key for each in read.frozen.stages if not each.changed and each.key in dark]:
        yield (
            f"At {_listed(nothing)} it reads no more than the commonest class in the baseline already, and cannot show "
            "a change."
        )


def _listed(keys: Sequence[str]) -> str:
    return keys[0] if len(keys) == 1 else f"{', '.join(keys[:-1])} and {keys[-1]}"


def _as_loss(change: Interval) -> Interval:
    return Interval(-change.value, -change.high, -change.low)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
