"""Verdicts that hold for the mean of the image tokens only: where position carries the class, the mean hides it. [own]

V, C and I are read from the mean over the image's tokens. Where a 2x2 grid of them reads otherwise by more than the
margin, the losses that start or end there are measured again with the grid; a verdict that then is another one becomes
undetermined. Where the grid reads no more than chance at the start, it judges nothing and contradicts nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.judge.verdicts import verdicts
from angiogram.diagnose.phrases import READS, lost, percent
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.tell.diagnosis import Verdict
from angiogram.diagnose.terms import Mode, StageKey
from angiogram.probe.evaluate import ProbeResult

TAPS: dict[StageKey, str] = {"V": "encoder.out", "C": "connector.out"}
_ENDS: dict[Mode, tuple[StageKey, ...]] = {"vision": ("V",), "connector": ("V", "C"), "comprehension": ("C",)}
_STEP = (
    "Position carries the class: read the table of the taps by its 2x2 grid, and compare stages that are pooled alike."
)


def weigh_position(
    judged: Sequence[Verdict], found: Assessed, grids: Mapping[str, ProbeResult], settings: Settings
) -> tuple[Verdict, ...]:
    """The verdicts, those that the grid contradicts undetermined.

    Args:
        judged: of the four modes, perhaps after other checks.
        found: the assessment with the mean.
        grids: what `controls.read_grid` gives, by tap; those of `TAPS` count.
        settings: names the margin.
    """
    grid: dict[StageKey, NDArray[np.bool_]] = {
        key: grids[tap].predicted == found.truth for key, tap in TAPS.items() if tap in grids
    }
    mean: dict[StageKey, float] = {key: found.accounting.accuracies[key].value for key in grid}
    apart: set[StageKey] = {
        key for key, right in grid.items() if abs(float(right.mean()) - mean[key]) > settings.margin
    }
    if not apart:
        return tuple(judged)
    again = verdicts({**found.readings, **grid}, found.resamples, settings.margin, null_band=found.flow.null_band)
    return tuple(
        _undetermined(
            one, other, {key: float(grid[key].mean()) for key in _ENDS.get(one.mode, ()) if key in apart}, mean
        )
        for one, other in zip(judged, again, strict=True)
    )


def _undetermined(one: Verdict, other: Verdict, grid: dict[StageKey, float], mean: dict[StageKey, float]) -> Verdict:
    if not grid or one.state not in ("present", "absent") or other.state == one.state or other.loss is None:
        return one
    reads = " and ".join(
        f"{READS[key]} reads {percent(value)} from a 2x2 grid of the image tokens, {percent(mean[key])} from their mean"
        for key, value in grid.items()
    )
    evidence = f"Not {one.state} but undetermined, because position matters: {reads}; with the grid {lost(other.loss)}."
    return replace(one, state="undetermined", evidence=evidence, cases_needed=None, next_steps=(_STEP,))
