"""What else could be read: further columns of the cases at every tap, and the class with each of them held fixed.

Columns are read like the class: by the ridge probe, in the same folds, with a null band from values permuted by group
that all taps share. `within` says when the class can be read through a column.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.data.nuisance import Nuisance, nuisance_columns
from angiogram.diagnose.collect.material import Material
from angiogram.diagnose.collect.plan import Plan
from angiogram.diagnose.read.assess import Assessed
from angiogram.diagnose.read.columns import ColumnPoint, ColumnReading, Explained, NuisanceColumn
from angiogram.diagnose.read.explained import says_of, says_why_not
from angiogram.diagnose.read.within_strata import Held, Judged, enough, over_stages, within_strata
from angiogram.diagnose.settings import Settings
from angiogram.diagnose.terms import StageKey
from angiogram.probe.evaluate import Folds, Labelling, ProbeResult, probe_each
from angiogram.probe.kept_from import named_without
from angiogram.probe.permutation import null_band, permuted_labels
from angiogram.probe.scores import majority
from angiogram.probe.strata import named_by_value

PROBED: tuple[StageKey, ...] = ("V", "C", "U")
STAGES: tuple[StageKey, ...] = (*PROBED, "S")


def read_nuisance(
    planned: Plan, material: Material, found: Assessed, settings: Settings, progress: Progress
) -> tuple[NuisanceColumn, ...]:
    """What is read of every further column, in the order of the table; empty where the cases carry none.

    Args:
        planned: names the taps.
        material: with the features of all cases, and their columns.
        found: what the stages name.
        settings: see `Settings`.
        progress: receives a line every ten taps.
    """
    cases, folds = material.examined.cases, material.splits.pairs
    columns = nuisance_columns(cases)
    out = {name: _not_usable(name, reason, cases) for name, reason in columns.others}
    usable: list[Nuisance] = []
    for column in columns.usable:
        if reason := one_value(column.values, folds, found.evaluated):
            out[column.name] = NuisanceColumn(
                column.name, "cannot be told", says_why_not(column.name, reason), False, None
            )
        else:
            usable.append(column)
    if usable:
        read = _at_every_tap(planned, material, usable, settings, progress)
        for column, taps in zip(usable, read, strict=True):
            out[column.name] = _judged(column, taps, material, found, settings, len(usable))
    order = [name for name in dict.fromkeys(name for row in cases.rows for name, _ in row.columns) if name in out]
    return tuple(out[name] for name in order)


def one_value(values: NDArray[np.int64], folds: Folds, evaluated: NDArray[np.int64]) -> str:
    """Why no probe can learn a column, or be judged on it, although its values differ; empty where one can."""
    if alike := sum(len(np.unique(values[train])) < 2 for train, _ in folds):
        where = "" if len(folds) == 1 else f"in {alike} of {len(folds)} folds "
        return f"{where}all cases that teach share one value of it"
    return "all judged cases share one value of it" if len(np.unique(values[evaluated])) < 2 else ""


def _not_usable(name: str, reason: str, cases: Cases) -> NuisanceColumn:
    alias = is_alias([dict(row.columns).get(name, "").strip() for row in cases.rows], cases.labels)
    return NuisanceColumn(name, "cannot be told", says_why_not(name, reason, alias), alias, None)


def is_alias(texts: Sequence[str], labels: NDArray[np.int64]) -> bool:
    """Whether a column goes with the class one to one.

    >>> is_alias(["a", "b", "a"], np.array([0, 1, 0])), is_alias(["a", "b", "b"], np.array([0, 1, 0]))
    (True, False)
    """
    both = len(set(zip(texts, labels.tolist(), strict=True)))
    return both == len(set(texts)) == len(np.unique(labels)) > 1


def _at_every_tap(
    planned: Plan, material: Material, columns: Sequence[Nuisance], settings: Settings, progress: Progress
) -> list[dict[str, ProbeResult]]:
    """Each column by tap."""
    groups, folds = material.examined.cases.groups, material.splits.pairs
    labellings = [
        Labelling(
            column.values,
            len(column.levels),
            permuted_labels(column.values, folds, settings.permutations, settings.seed, groups),
        )
        for column in columns
    ]
    read: list[dict[str, ProbeResult]] = [{} for _ in columns]
    for number, tap in enumerate(planned.taps, start=1):
        features = np.asarray(material.store.read(tap.name)[:, 0])  # [N, D]
        for taps, result in zip(read, probe_each(features, labellings, folds, groups=groups), strict=True):
            taps[tap.name] = result
        if number % 10 == 0 or number == len(planned.taps):
            what = "a further column" if len(columns) == 1 else f"{len(columns)} further columns"
            progress(f"read {what} at {number}/{len(planned.taps)} taps")
    return read


def _judged(
    column: Nuisance,
    read: dict[str, ProbeResult],
    material: Material,
    found: Assessed,
    settings: Settings,
    columns: int,
) -> NuisanceColumn:
    cases, folds = material.examined.cases, material.splits.pairs
    values, truth, resamples = column.values[found.evaluated], found.truth, found.resamples
    right = resamples.accuracies(np.stack([result.predicted == values for result in read.values()]))
    null = null_band(np.stack([result.null for result in read.values() if result.null is not None]))
    judged = Judged(truth, len(cases.classes), values, resamples)
    by_value = named_by_value(cases.labels, column.values, folds)[found.evaluated] == truth
    constant = truth == np.bincount(truth).argmax()
    strata = judged.strata
    within = ()
    if enough(judged):
        held = _held(column, read, material, found, max(null, majority(values)))
        within = within_strata(judged, held, settings.margin, columns * len(STAGES))
    reading = ColumnReading(
        levels=column.levels,
        majority=majority(values),
        null_band=null,
        curve=tuple(ColumnPoint(tap, each.interval()) for tap, each in zip(read, right, strict=True)),
        alone=resamples.accuracy(by_value).interval(),
        gain=resamples.loss(by_value, constant).interval(),
        mixed=len(strata.occurs),
        cases=int(strata.inside.sum()),
        counting=strata.counting,
        majority_within=strata.majority,
        within=within,
    )
    outcome: Explained = over_stages(within)
    says = says_of(column.name, outcome, reading, majority(truth), settings.margin)
    warns = outcome in ("mostly", "partly") or (not reading.mixed and reading.gain.low > 0)
    return NuisanceColumn(column.name, outcome, says, warns, reading)


def _held(
    column: Nuisance, read: dict[str, ProbeResult], material: Material, found: Assessed, chance: float
) -> list[Held]:
    """What the stages name, with and without the column."""
    cases, folds = material.examined.cases, material.splits.pairs
    values = column.values[found.evaluated]
    held: list[Held] = []
    for key in STAGES:
        stage = found.named[key]
        if stage.predicted is None:
            continue
        if stage.tap is None:
            held.append(Held(key, None, any(each.readable for each in held), stage.predicted, None))
            continue
        features = np.asarray(material.store.read(stage.tap)[:, 0])
        without = named_without(features, cases.labels, column.values, folds, cases.groups)
        readable = float(np.mean(read[stage.tap].predicted == values)) > chance
        held.append(Held(key, stage.tap, readable, stage.predicted, without))
    return held
