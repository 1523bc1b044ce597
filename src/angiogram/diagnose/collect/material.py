"""What a diagnosis is made of, the same without cases on which a model failed, and the clean part that is judged."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from angiogram.data.cases import Cases
from angiogram.data.divide import clean
from angiogram.data.intake import Examined, Quarantined
from angiogram.data.splits import Pair, Splits
from angiogram.diagnose.collect.reference import Reference
from angiogram.errors import InputError
from angiogram.probe.evaluate import evaluated_cases
from angiogram.tap.store import FAILED, FeatureStore
from angiogram.tap.work import reason


@dataclass(frozen=True)
class Material:
    """Cases with all that is known of them, row by row.

    Attributes:
        examined: the N cases, and those set aside.
        splits: over the N cases.
        reference: of the cases that are evaluated.
        store: features and answers of the model.
        twin: features of the same architecture with random weights, where it was run.
    """

    examined: Examined
    splits: Splits
    reference: Reference | None
    store: FeatureStore
    twin: FeatureStore | None = None


def without_failed(material: Material) -> Material:
    """Only the cases on which neither model failed; the others join the quarantined ones, with the reason.

    Raises:
        InputError: what is left cannot be judged.
    """
    examined = material.examined
    failed = _failed(material)
    if not failed:
        return material
    bad = tuple(Quarantined(examined.cases.rows[row], why) for row, why in sorted(failed.items()))
    rows = np.array([row for row in range(len(examined.cases)) if row not in failed], dtype=np.int64)
    left = examined.select(rows)._replace(quarantined=(*examined.quarantined, *bad))
    pairs = tuple((_renumbered(train, rows), _renumbered(test, rows)) for train, test in material.splits.pairs)
    _check(left.cases, pairs, bad)
    return Material(
        examined=left,
        splits=replace(material.splits, pairs=pairs),
        reference=_of_tested(material, rows),
        store=material.store.select(rows),
        twin=None if material.twin is None else material.twin.select(rows),
    )


def only_clean(material: Material) -> Material:
    """Without the tested cases that also teach, see `data.divide.clean`: what every verdict is made from.

    Raises:
        InputError: too few are left to judge.
    """
    splits = clean(material.examined.cases, material.splits)
    return material if splits is material.splits else _testing(material, splits)


def only_leaked(material: Material) -> Material | None:
    """The same training cases, and those tested ones alone that `only_clean` leaves out; None where there are none."""
    kept = clean(material.examined.cases, material.splits)
    both = zip(material.splits.pairs, kept.pairs, strict=True)
    pairs = tuple((train, np.setdiff1d(test, left)) for (train, test), (_, left) in both if len(left) < len(test))
    return _testing(material, replace(material.splits, pairs=pairs)) if pairs else None


def _testing(material: Material, splits: Splits) -> Material:
    tested = np.concatenate([test for _, test in splits.pairs])
    return replace(material, splits=splits, reference=_of_tested(material, tested))


def _failed(material: Material) -> dict[int, str]:
    """Row -> reason; the model's own reason before the twin's."""
    failed: dict[int, str] = {}
    for store, whose in ((material.twin, " of the random twin"), (material.store, "")):
        if store is None:
            continue
        codes = np.asarray(store.read(FAILED))
        for row in np.flatnonzero(codes).tolist():
            failed[row] = reason(int(codes[row]), store.names, whose)
    return failed


def _renumbered(indices: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of `indices` that are among the ascending `rows`, as positions there."""
    return np.searchsorted(rows, indices[np.isin(indices, rows)])


def _of_tested(material: Material, rows: NDArray[np.int64]) -> Reference | None:
    """The reference of those tested cases that are among the `rows`."""
    reference = material.reference
    if reference is None or reference.predicted is None:
        return reference
    evaluated = evaluated_cases(material.splits.pairs, len(material.examined.cases))
    return reference.only(np.isin(evaluated, rows))


def _check(cases: Cases, pairs: tuple[Pair, ...], bad: tuple[Quarantined, ...]) -> None:
    labels = cases.labels
    first = f"{len(bad)} cases failed when the models ran; the first, '{bad[0].case.id}': {bad[0].reason}."
    for train, test in pairs:
        for index, name in enumerate(cases.classes):
            if index not in labels[train]:
                raise InputError(f"No training case of the class '{name}' is left: {first}")
        if not len(test):
            raise InputError(f"No case is left to judge on: {first}")
    if len(np.unique(labels[np.concatenate([test for _, test in pairs])])) < 2:
        raise InputError(f"Test cases of one class only are left: {first}")
