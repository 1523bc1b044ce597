"""The same cases and the same truth, listed, named or batched in another way."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from angiogram.data.cases import Case
from angiogram.data.splits import Splits
from angiogram.diagnose.collect.reference import Reference
from angiogram.imaging.image import Image
from angiogram.lesion.harmless.change import Harmless
from angiogram.lesion.subject import Subject
from angiogram.probe.evaluate import evaluated_cases

Classes = NDArray[np.int64]


def _reordered(subject: Subject) -> Subject:
    """The classes in reverse; the question names its options in the old order, so that the model is asked the same."""
    cases, last = subject.examined.cases, len(subject.examined.cases.classes) - 1
    turned = replace(cases, classes=cases.classes[::-1], question=cases.ask())
    reference = _predicting(subject.reference, lambda classes: np.where(classes < 0, classes, last - classes))
    return replace(subject, examined=subject.examined._replace(cases=turned), reference=reference)


def _doubled(subject: Subject) -> Subject:
    """Every case twice, in its own group and on its own side of each split."""
    examined, count = subject.examined, len(subject.examined.cases)
    own = {f"{row.id} again": row for row in examined.cases.rows}
    again = tuple(replace(row, id=name) for name, row in own.items())
    read = examined.cases.read

    def same(row: Case) -> Image:
        return read(own.get(row.id, row))

    pairs = tuple(tuple(np.concatenate([side, side + count]) for side in pair) for pair in subject.splits.pairs)
    doubled = examined._replace(
        cases=replace(examined.cases, rows=(*examined.cases.rows, *again), read=same),
        hashes=examined.hashes * 2,
        contents=examined.contents * 2,
        shapes=examined.shapes * 2,
        thumbnails=np.concatenate([examined.thumbnails, examined.thumbnails]),
        made=examined.made * 2,
    )
    return replace(
        subject,
        examined=doubled,
        splits=Splits(tuple((train, test) for train, test in pairs), subject.splits.official),
        reference=_predicting(subject.reference, lambda classes: np.concatenate([classes, classes])),
    )


def _shuffled(subject: Subject) -> Subject:
    """The cases in another order; every one stays in its fold."""
    examined = subject.examined
    order = np.random.default_rng(0).permutation(len(examined.cases))
    place = np.argsort(order)  # old index -> new
    moved = examined.select(order)
    before = evaluated_cases(subject.splits.pairs, len(order))
    splits = replace(
        subject.splits, pairs=tuple((np.sort(place[a]), np.sort(place[b])) for a, b in subject.splits.pairs)
    )
    after = np.argsort(place[before])  # evaluated cases in their new order, counted in the old one
    reference = _predicting(subject.reference, lambda classes: classes[after])
    return replace(subject, examined=moved, splits=splits, reference=reference)


def _renamed(subject: Subject) -> Subject:
    """Every group by another name."""
    cases = subject.examined.cases
    names = {group: f"renamed {number}" for number, group in enumerate(dict.fromkeys(row.group for row in cases.rows))}
    rows = tuple(replace(row, group=names[row.group]) for row in cases.rows)
    return replace(subject, examined=subject.examined._replace(cases=replace(cases, rows=rows)))


def _batched(subject: Subject) -> Subject:
    """Five images a forward pass, or seven where it was five."""
    size = 7 if subject.settings.batch_size == 5 else 5
    return replace(subject, settings=replace(subject.settings, batch_size=size))


def _predicting(reference: Reference | None, change: Callable[[Classes], Classes]) -> Reference | None:
    """The specialists with what they predicted of the same cases."""
    if reference is None:
        return None
    return replace(
        reference,
        predicted=None if reference.predicted is None else change(reference.predicted),
        trained=tuple(replace(each, predicted=change(each.predicted)) for each in reference.trained),
    )


REORDERED = Harmless("classes-reordered", "The classes are listed in reverse.", shown=_reordered)
DOUBLED = Harmless("cases-doubled", "Every case stands there twice, in the same group.", shown=_doubled, paired=False)
SHUFFLED = Harmless("cases-shuffled", "The cases are listed in another order.", shown=_shuffled, paired=False)
RENAMED = Harmless("groups-renamed", "The groups have other names.", shown=_renamed)
BATCHED = Harmless("other-batch-size", "Another number of images goes through the model at once.", shown=_batched)
