"""The labels of a MedMNIST file: one class an image, or several findings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.sources import findings
from angiogram.data.sources.findings import ABSENT, PRESENT, Findings
from angiogram.data.sources.medmnist import CLASSES, FINDINGS
from angiogram.data.sources.question import DEFAULT_QUESTION
from angiogram.errors import InputError


@dataclass(frozen=True)
class NumberedLabels:
    """Labels as numbers, with their names.

    Attributes:
        words: of each image.
        classes: that are there, in the order of their numbers.
        question: what a model is asked of them.
        said: a sentence where one finding was taken of several.
    """

    words: tuple[str, ...]
    classes: tuple[str, ...]
    question: str
    said: tuple[str, ...]


def findings_in(dataset: str, labels: NDArray[np.int64]) -> Findings | None:
    """The findings of labels of 0 and 1, `[N, L]`; None where there is one label an image, `[N, 1]`."""
    count = labels.shape[1]
    if count == 1:
        return None
    known = FINDINGS.get(dataset, ())
    names = known if len(known) == count else tuple(f"finding {i}" for i in range(count))
    return Findings({name: tuple(PRESENT if one else ABSENT for one in labels[:, i]) for i, name in enumerate(names)})


def numbered_labels(dataset: str, labels: NDArray[np.int64], finding: str | None, where: str) -> NumberedLabels:
    """The labels `[N, L]` in words; of several findings the one that is named.

    Raises:
        InputError: one class only, a number without a name, or a finding is not named that must be, or is that must
            not.
    """
    found = findings_in(dataset, labels)
    if found is not None:
        words, name = found.of(finding, where), finding or ""
        classes = tuple(word for word in (ABSENT, PRESENT) if word in words)
        said = (f"Of {len(found.names)} findings this is '{name}', against all else.",)
        return NumberedLabels(words, _at_least_two(classes, where), findings.question(name), said)
    if finding is not None:
        raise InputError(f"{where} holds one label an image; a finding names one of several.")
    numbers: list[int] = np.unique(labels).tolist()
    names = dict(enumerate(CLASSES.get(dataset, ()))) or {i: f"class {i}" for i in numbers if i >= 0}
    if any(i not in names for i in numbers):
        raise InputError(f"{where} has labels {numbers[0]}..{numbers[-1]}; allowed are 0..{max(names, default=0)}.")
    classes = _at_least_two(tuple(names[i] for i in numbers), where)
    return NumberedLabels(tuple(names[i] for i in labels[:, 0].tolist()), classes, DEFAULT_QUESTION, ())


def _at_least_two(classes: tuple[str, ...], where: str) -> tuple[str, ...]:
    if len(classes) < 2:
        raise InputError(f"{where} has {len(classes)} class; a classification needs at least two.")
    return classes
