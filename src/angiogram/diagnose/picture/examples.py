"""What a reader can look at: confusion matrices, and cases where a probe knows and the answer does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.cases import Cases
from angiogram.data.shown import Pictures, is_shown
from angiogram.diagnose.read.measured import Confusion
from angiogram.diagnose.read.stages import TITLES, Named
from angiogram.diagnose.terms import StageKey
from angiogram.imaging.embedded import base64_png

SIDE = 112


@dataclass(frozen=True)
class Example:
    """A case where a probe knows and the answer does not (or the reverse).

    Attributes:
        says: label read or said at each stage, None where unparsed.
        generated: the model's own words.
        thumbnail: PNG, base64; empty where the picture is not shown.
        made: how the image was made, step by step.
    """

    case: str
    label: str
    says: tuple[tuple[StageKey, str | None], ...]
    generated: str
    thumbnail: str
    made: tuple[str, ...]


def confusions(named: Mapping[StageKey, Named], labels: NDArray[np.int64], classes: int) -> tuple[Confusion, ...]:
    """One matrix for each of V, C, U, S, G; the last column counts cases where no class was named."""
    shown: list[Confusion] = []
    keys: tuple[StageKey, ...] = ("V", "C", "U", "S", "G")
    for key in keys:
        predicted = named[key].predicted
        if predicted is None:
            continue
        counts = np.zeros((classes, classes + 1), dtype=np.int64)
        np.add.at(counts, (labels, np.where(predicted < 0, classes, predicted)), 1)
        rows = tuple(tuple(int(c) for c in row) for row in counts)
        shown.append(Confusion(key, TITLES[key], rows))
    return tuple(shown)


def examples(
    cases: Cases,
    evaluated: NDArray[np.int64],
    named: Mapping[StageKey, Named],
    texts: Sequence[str],
    pictures: Pictures = "auto",
    each: int = 6,
) -> tuple[Example, ...]:
    """Cases that the probe at the encoder's end reads right and the answer has wrong, then the reverse.

    Of each kind at most `each`, one a class before a second of the same class.
    """
    labels = cases.labels[evaluated]
    right = {key: stage.predicted == labels for key, stage in named.items() if stage.predicted is not None}
    lost = np.flatnonzero(right["V"] & ~right["G"])
    found = np.flatnonzero(~right["V"] & right["G"])
    rows = [*_spread(lost, labels, each), *_spread(found, labels, each)]
    return tuple(_example(cases, int(evaluated[row]), row, named, texts[row], pictures) for row in rows)


def _spread(rows: NDArray[np.int64], labels: NDArray[np.int64], count: int) -> list[int]:
    """At most `count` rows, taking the classes in turn."""
    turns: dict[int, int] = {}
    order: list[tuple[int, int]] = []
    for row in rows.tolist():
        turn = turns.get(int(labels[row]), 0)
        turns[int(labels[row])] = turn + 1
        order.append((turn, row))
    return [row for _, row in sorted(order)[:count]]


def _example(
    cases: Cases, case: int, row: int, named: Mapping[StageKey, Named], text: str, pictures: Pictures
) -> Example:
    says: list[tuple[StageKey, str | None]] = []
    for key, stage in named.items():
        if stage.predicted is not None:
            label = int(stage.predicted[row])
            says.append((key, None if label < 0 else cases.classes[label]))
    image = cases.read(cases.rows[case])
    thumbnail = base64_png(image, SIDE) if is_shown(image, pictures) else ""
    return Example(cases.rows[case].id, cases.rows[case].label, tuple(says), text, thumbnail, image.made)
