"""What changes between two runs on the same cases: at every stage, in every loss and at every tap [own].

A change is the other run minus the baseline, paired case by case: with `b_i` and `a_i` whether case i is right before
and after, the mean of `a_i - b_i`; for a loss between two stages the mean of `(s_i - e_i)` after less that before. The
intervals are those of `bootstrap`, over the same resamples of groups as the baseline's own report, with pseudo-cases at
the two extremes that a change can reach: 1 for an accuracy, 2 for a loss.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from angiogram.compare.comparison import StageChange, StepChange, TapChange
from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.decision import holm
from angiogram.diagnose.read.measured import CurvePoint
from angiogram.diagnose.read.stages import TITLES
from angiogram.diagnose.terms import STAGES, StageKey
from angiogram.statistics.bootstrap import Estimate, Reading, Resamples
from angiogram.statistics.interval import Interval

LEVEL = 0.05
"""Two-sided level at which a stage counts as changed."""

_NO_TAPS: Mapping[StageKey, str | None] = MappingProxyType({})

Readings = Mapping[StageKey, Reading]


def stage_changes(
    before: Readings, after: Readings, resamples: Resamples, taps: Mapping[StageKey, str | None] = _NO_TAPS
) -> tuple[StageChange, ...]:
    """The change at every stage that both runs measured, in the order of the flow.

    Args:
        before: which of the n cases each stage of the baseline has right, `[n]` (R may be a number).
        after: the same of the other run, the cases in the same order.
        resamples: of these cases.
        taps: where a probe reads each stage.

    >>> from angiogram.statistics.bootstrap import resample_groups
    >>> right, left = np.array([True, False, True]), np.array([False, False, True])
    >>> (found,) = stage_changes({"G": right}, {"G": left}, resample_groups(np.arange(3)))
    >>> round(found.change.value, 3), found.changed
    (-0.333, False)
    """
    keys: list[StageKey] = [key for key in STAGES if key in before and key in after]
    changes: dict[StageKey, Estimate] = {key: resamples.loss(after[key], before[key]) for key in keys}
    p = {key: p_unchanged(change) for key, change in changes.items() if key != "R"}
    adjusted = dict(zip(p, holm(list(p.values())), strict=True))
    return tuple(
        StageChange(
            key=key,
            title=TITLES[key],
            tap=taps.get(key),
            before=resamples.accuracy(before[key]).interval(),
            after=resamples.accuracy(after[key]).interval(),
            change=change.interval(),
            p=p.get(key),
            p_adjusted=adjusted.get(key),
            changed=adjusted.get(key, 1.0) < LEVEL,
        )
        for key, change in changes.items()
    )


def step_changes(before: Readings, after: Readings, resamples: Resamples) -> tuple[tuple[StepChange, ...], Interval]:
    """The change of every loss between consecutive stages that both runs measured, I left out, and of their sum.

    Arguments as for `stage_changes`.
    """
    keys: list[StageKey] = [key for key in STAGES if key != "I" and key in before and key in after]
    mine = account({key: before[key] for key in keys}, resamples)
    theirs = account({key: after[key] for key in keys}, resamples)
    steps = tuple(
        StepChange(
            start=old.start,
            end=old.end,
            title=old.title,
            before=old.loss,
            after=new.loss,
            change=_loss_change(old.start, old.end, before, after, resamples).interval(),
        )
        for old, new in zip(mine.steps, theirs.steps, strict=True)
    )
    return steps, _loss_change(keys[0], keys[-1], before, after, resamples).interval()


def tap_changes(
    curve: Sequence[CurvePoint],
    before: Mapping[str, NDArray[np.bool_]],
    after: Mapping[str, NDArray[np.bool_]],
    resamples: Resamples,
) -> tuple[TapChange, ...]:
    """The change at every tap of the baseline's curve that the other run has by the same name.

    `before` and `after` say which of the n cases the probe at each tap has right, `[n]`.
    """
    points = [point for point in curve if point.tap in before and point.tap in after]
    if not points:
        return ()
    old, new = (np.stack([right[point.tap] for point in points]) for right in (before, after))  # [T, n]
    samples = resamples.means(new.astype(np.int8) - old.astype(np.int8), -1.0, 1.0)  # [B, T]
    groups = len(resamples.sizes) - 2
    return tuple(
        TapChange(
            tap=point.tap,
            part=point.part,
            stream=point.stream,
            depth=point.depth,
            on_path=point.on_path,
            before=first.interval(),
            after=second.interval(),
            change=Estimate(second.value - first.value, samples[:, t], groups, -1.0, 1.0).interval(),
        )
        for t, (point, first, second) in enumerate(
            zip(points, resamples.accuracies(old), resamples.accuracies(new), strict=True)
        )
    )


def p_unchanged(change: Estimate) -> float:
    """Two-sided p of "the true change is zero", matched to the interval: below 0.05 where that does not hold zero."""
    turned = replace(change, value=-change.value, samples=-change.samples)
    return min(1.0, 2 * min(change.p_at_most(0.0), turned.p_at_most(0.0)))


def _loss_change(start: StageKey, end: StageKey, before: Readings, after: Readings, resamples: Resamples) -> Estimate:
    old, new = resamples.loss(before[start], before[end]), resamples.loss(after[start], after[end])
    value = new.value - old.value
    four = [before[start], before[end], after[start], after[end]]
    right = [each.astype(np.int8) for each in four if isinstance(each, np.ndarray)]
    if len(right) < len(four):
        return replace(new, value=value, samples=new.samples - old.samples)
    change = (right[2] - right[3]) - (right[0] - right[1])
    return replace(new, value=value, samples=resamples.means(change[None], -2.0, 2.0)[:, 0])
