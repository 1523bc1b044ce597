"""The controls beside the curve: what a probe would read at the same taps without what the model has learnt [own]."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.terms import StageKey
from angiogram.probe.code_length import CodeLength, code_length
from angiogram.probe.evaluate import ProbeResult, probe_tap
from angiogram.probe.projection import projected

GRID_TAPS: Mapping[StageKey, str] = MappingProxyType({"V": "encoder.out", "C": "connector.out"})


@dataclass(frozen=True)
class Controls:
    """Results by tap name.

    Attributes:
        grid: of the 2x2 grid in place of the mean, for image taps of encoder, connector and LLM.
        twin: of the same architecture with random weights.
        projected: of the mean-pooled features, all taps randomly projected to one width.
        code: online code length of the labels, with the ridge probe.
    """

    grid: dict[str, ProbeResult]
    twin: dict[str, ProbeResult]
    projected: dict[str, ProbeResult]
    code: dict[str, CodeLength]


def read_grid(material: Material, tap: str, probe: str) -> ProbeResult:
    """What a probe reads at an image tap from the four quarters of the image, side by side, in place of their mean."""
    cases = material.examined.cases
    quarters = np.asarray(material.store.read(tap))[:, 1:]  # [N, 4, D]
    return probe_tap(
        quarters.reshape(len(quarters), -1),
        cases.labels,
        material.splits.pairs,
        classes=len(cases.classes),
        probe=probe,
        groups=cases.groups,
    )


def by_grid(grids: Mapping[str, ProbeResult], truth: NDArray[np.int64]) -> dict[StageKey, NDArray[np.bool_]]:
    """Which of the evaluated cases V and C have right by the grid, `[n]`, for those that have one."""
    return {key: grids[tap].predicted == truth for key, tap in GRID_TAPS.items() if tap in grids}


def read_controls(planned: Plan, material: Material, probe: str, progress: Progress) -> Controls:
    """Every control at every tap.

    Args:
        planned: names the taps.
        material: with both stores, `[N, R, D]` a tap; row 0 is the mean, rows 1 to 4 are the quarters.
        probe: that of the curve, by name.
        progress: receives a line every ten taps.
    """
    if material.twin is None:
        raise ValueError("The controls need the random twin.")
    cases, folds = material.examined.cases, material.splits.pairs
    labels, groups, classes = cases.labels, cases.groups, len(cases.classes)

    def read(features: NDArray[np.generic]) -> ProbeResult:
        return probe_tap(features, labels, folds, classes=classes, probe=probe, groups=groups)

    found = Controls({}, {}, {}, {})
    for number, tap in enumerate(planned.taps, start=1):
        features = np.asarray(material.store.read(tap.name))  # [N, R, D]
        mean = features[:, 0]
        if tap.stream == "image" and tap.part != "pixels":
            found.grid[tap.name] = read_grid(material, tap.name, probe)
        found.twin[tap.name] = read(np.asarray(material.twin.read(tap.name)[:, 0]))
        found.projected[tap.name] = read(projected(mean))
        found.code[tap.name] = code_length(mean, labels, classes, groups)
        if number % 10 == 0 or number == len(planned.taps):
            progress(f"controls of {number}/{len(planned.taps)} taps")
    return found
