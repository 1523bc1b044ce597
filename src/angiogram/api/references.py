"""The reference of a diagnosis: what `--reference` asks for, refused before anything is loaded, and how it is had."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from angiogram.cache import Progress
from angiogram.data.cases import Cases
from angiogram.data.intake import Examined
from angiogram.data.splits import Splits
from angiogram.errors import InputError
from angiogram.train.references import OF_VOLUMES, PRETRAINED, REGISTRY, TITLES

if TYPE_CHECKING:
    from angiogram.diagnose.collect.reference import Reference, Trained
    from angiogram.model.load import LoadedModel
    from angiogram.train.references.choice import Contest, Judged
    from angiogram.train.references.task import Learn

NONE = "none"
PARTS = 5  # of a training curve, whose means the page shows


@dataclass(frozen=True)
class Wanted:
    """What `--reference` and `--reference-source` say.

    Attributes:
        names: of the references to train, in the order given, folders and hub ids of image classifiers among them;
            empty for none and for a number.
        accuracy: the number.
        source: where the number comes from.
    """

    names: tuple[str, ...] = ()
    accuracy: float | None = None
    source: str | None = None


def wanted(reference: str, source: str | None) -> Wanted:
    """Read the two options.

    Raises:
        InputError: a name that is none, a number out of range, or a source without a number.

    >>> wanted("cnn,tower", None).names
    ('cnn', 'tower')
    >>> wanted("cnn,google/vit-base-patch16-224", None).names
    ('cnn', 'google/vit-base-patch16-224')
    >>> wanted("0.93", "Smith 2024, Table 2")
    Wanted(names=(), accuracy=0.93, source='Smith 2024, Table 2')
    """
    number = _number(reference)
    if source is not None and number is None:
        raise InputError(
            f"--reference-source says where a number comes from; give it with --reference 0.93, not with '{reference}'."
        )
    if source is not None and not source.strip():
        raise InputError("--reference-source is empty; say where the number comes from, or leave it out.")
    if number is not None:
        if not 0 < number <= 1:
            raise _refused(reference)
        return Wanted(accuracy=number, source=source)
    if reference == NONE:
        return Wanted()
    names = tuple(name.strip() for name in reference.split(","))
    for name in names:
        if name == NONE:
            raise InputError(f"--reference '{reference}' asks for {NONE} and for others; leave {NONE} out.")
        if name not in REGISTRY and not is_classifier(name):
            raise _refused(name)
        if names.count(name) > 1:
            raise InputError(f"--reference names '{name}' twice.")
    return Wanted(names)


def is_classifier(name: str) -> bool:
    """Whether this names an image classifier: a folder that is here, or something in the form of a hub id.

    >>> is_classifier("google/vit-base-patch16-224@main"), is_classifier("ccn")
    (True, False)
    """
    is_folder = bool(name) and Path(name).expanduser().is_dir()
    return is_folder or re.fullmatch(r"[\w.-]+/[\w.-]+(@[\w./-]+)?", name) is not None


def try_references(asked: Wanted, cases: Cases, progress: Progress) -> None:
    """See that what is asked for can be trained on these cases.

    Raises:
        InputError: an image classifier cannot be tuned to them, or all but `tower` are asked about volumes.
    """
    if asked.names and (slices := cases.read(cases.rows[0]).slices) is not None:
        for name in asked.names:
            if name not in OF_VOLUMES:
                raise InputError(
                    f"The reference '{name}' learns from pictures, and the cases are volumes, the first of {slices} "
                    f"slices; {OF_VOLUMES[0]} learns from volumes, or give a number."
                )
    for name in asked.names:
        if name not in REGISTRY:
            from angiogram.train.references.trial import try_classifier

            try_classifier(name, cases, progress)


def reference_of(
    asked: Wanted, loaded: "LoadedModel", examined: Examined, splits: Splits, cache: Path, progress: Progress
) -> "Reference | None":
    """Train what is asked for, on the training cases of each fold.

    Raises:
        InputError: a reference cannot be trained; or the disk is full.
    """
    from angiogram.diagnose.collect.reference import Reference

    if asked.accuracy is not None:
        source = f"the accuracy {asked.accuracy:g} that the user gave"
        said = "" if asked.source is None else f", from {asked.source.strip().rstrip('.')}"
        return Reference(source + said, accuracy=asked.accuracy)
    if not asked.names:
        return None

    from angiogram.registry import registered
    from angiogram.train.references.choice import contest
    from angiogram.train.references.pretrained import pretrained
    from angiogram.train.references.task import Task

    def learner(name: str) -> "Learn":
        if name in REGISTRY:
            return partial(registered("reference", name, REGISTRY), task)
        return partial(pretrained, name, task)

    task = Task(examined.cases, examined.hashes, loaded, cache, progress)
    learners = {name: learner(name) for name in asked.names}
    found = contest(learners, examined.cases, splits.pairs, progress)
    judged = np.sort(np.concatenate([test for _, test in splits.pairs]))
    folds = len(splits.pairs)
    return Reference(
        _source(found, len(splits.pairs[0][0]), folds),
        predicted=found.predicted[judged],
        trained=tuple(_trained(each, judged, folds) for each in found.references),
    )


def _number(reference: str) -> float | None:
    try:
        return float(reference)
    except ValueError:
        return None


def _refused(name: str) -> InputError:
    nearest = get_close_matches(name, (*REGISTRY, NONE), n=1)
    hint = f"; did you mean '{nearest[0]}'?" if nearest else "."
    return InputError(
        f"--reference must be {', '.join(REGISTRY)}, a folder or hub id of an image classifier, several of them joined "
        f"by commas, a number above 0 and at most 1, or {NONE}, not '{name}'{hint}"
    )


def _title(name: str) -> str:
    return TITLES.get(name) or PRETRAINED.format(name)


def _source(found: "Contest", images: int, folds: int) -> str:
    """What R is, one sentence without full stop."""
    behind = f"trained on the {images} training cases that the probes learn from"
    names = [each.name for each in found.references]
    winners = [each for each in found.references if each.folds]
    if len(names) == 1:
        return f"{_title(names[0])}, {behind}"
    among = f"{', '.join(names[:-1])} and {names[-1]}"
    how = "was most accurate on a share of the training cases held back from a first training"
    if len(winners) == 1:
        where = "" if folds == 1 else " in every fold"
        return f"{_title(winners[0].name)}, {behind}; of {among} it {how}{where}"
    which = ", ".join(f"{each.name} in {each.folds}" for each in winners)
    return f"in each fold the one of {among} that {how} ({which} of {folds} folds), {behind}"


def _trained(each: "Judged", judged: "np.ndarray", folds: int) -> "Trained":
    from angiogram.diagnose.collect.reference import Trained

    first = each.learned[0]
    parts = np.array_split(np.array(first.curve), min(PARTS, len(first.curve)))
    curve = ", ".join(f"{part.mean():.2f}" for part in parts)
    where = "" if folds == 1 else " in the first fold"
    return Trained(
        name=each.name,
        title=_title(each.name),
        predicted=each.predicted[judged],
        inner=each.inner,
        folds=each.folds / folds,
        training=f"{first.training.described}; its loss went{where}, in means over equal parts, {curve}",
    )
