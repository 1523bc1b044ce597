"""Cases that a repair must not harm: are their true answers said as before, and as probable? [own]

Both are read with the true answer in place, token by token: an answer whose every token is the likeliest is the one
that greedy decoding says. The probability is the geometric mean over an answer's tokens, so that long answers weigh as
short ones.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.data.intake import pixel_hash
from angiogram.errors import InputError
from angiogram.evaluate.collect.request import group_of
from angiogram.mend.result import Guarded, Harm
from angiogram.model.load import LoadedModel, input_device
from angiogram.statistics.bootstrap import Estimate, resample_groups
from angiogram.statistics.interval import Interval
from angiogram.train.draws.table import Entries
from angiogram.train.supervised import IGNORED, supervised

EVERY = 200  # entries between two lines


@dataclass(frozen=True)
class Guard:
    """The cases.

    Attributes:
        name: of the set.
        entries: with their true answers.
        left_out: entries that were left out, as a repair learns from their images.
    """

    name: str
    entries: Entries
    left_out: int = 0


@dataclass(frozen=True)
class Held:
    """What one model makes of them, in their order.

    Attributes:
        said: whether it says the true answer word for word, `[n]`.
        probability: geometric mean over the answer's tokens, `[n]`.
    """

    said: NDArray[np.bool_]
    probability: NDArray[np.float64]


def apart(guard: Guard, taught: Collection[str]) -> Guard:
    """The cases that a repair does not learn from: those on images that are no training case of it.

    Args:
        guard: the cases.
        taught: `pixel_hash` of the training cases.

    Raises:
        InputError: no case remains, or cases of one group alone.
    """
    entries, read = guard.entries.entries, guard.entries.read
    shown = sorted({entry.image for entry in entries if entry.image is not None})
    learnt = {image for image in shown if pixel_hash(read(image).pixels) in taught}
    kept = [entry for entry in entries if entry.image not in learnt]
    if not kept:
        raise InputError(
            f"Every image of the guard '{guard.name}' is a training case, from which the repair learns; name other "
            "cases."
        )
    if len({group_of(entry) for entry in kept}) < 2:
        left = f"the {len(kept)} entries that the repair does not learn from" if learnt else f"all {len(kept)} entries"
        raise InputError(
            f"Intervals need a guard of at least two groups (patients); of '{guard.name}' {left} are of one. Name "
            "other cases."
        )
    return replace(guard, entries=replace(guard.entries, entries=kept), left_out=len(entries) - len(kept))


@torch.no_grad()
def held_by(loaded: LoadedModel, guard: Guard, progress: Progress) -> Held:
    """Read every true answer, one entry a pass.

    Raises:
        InputError: an entry cannot be asked, or is longer than the model's context.
    """
    said, probability = list[bool](), list[float]()
    for number, entry in enumerate(guard.entries.entries, start=1):
        images = [] if entry.image is None else [guard.entries.read(entry.image)]
        batch = supervised(loaded.processor, loaded.model, [entry], images)
        given = {name: values.to(input_device(loaded.model)) for name, values in batch.items()}
        labels = given.pop("labels")[0, 1:]
        logits = loaded.model(**given, use_cache=False).logits[0, :-1][labels != IGNORED].float()
        truth = labels[labels != IGNORED]
        said.append(bool((logits.argmax(dim=-1) == truth).all()))
        chosen = logits.log_softmax(dim=-1).gather(1, truth[:, None])
        probability.append(float(chosen.mean().exp()))
        if number % EVERY == 0:
            progress(f"guard: {number} of {len(guard.entries.entries)} answers read")
    return Held(np.array(said), np.array(probability))


def guarded(guard: Guard, before: Held, after: Held, margin: float, seed: int, resamples: int) -> Guarded:
    """Both models on the same cases of two groups or more, paired, with intervals over groups."""
    groups = np.unique([group_of(entry) for entry in guard.entries.entries], return_inverse=True)[1]
    draws = resample_groups(groups, seed, resamples)

    def shares(values: NDArray[np.floating], low: float) -> Interval:
        samples = draws.means(values[None], low, 1.0)[:, 0]
        return Estimate(float(values.mean()), samples, len(draws.sizes) - 2, low, 1.0).interval()

    said = draws.loss(after.said, before.said).interval()
    likelier = shares(after.probability - before.probability, -1.0)
    return Guarded(
        cases=guard.name,
        entries=len(groups),
        groups=len(np.unique(groups)),
        left_out=guard.left_out,
        said_before=draws.accuracy(before.said).interval(),
        said_after=draws.accuracy(after.said).interval(),
        said_change=said,
        probability_before=shares(before.probability, 0.0),
        probability_after=shares(after.probability, 0.0),
        probability_change=likelier,
        harm=harm_of((said, likelier), margin),
    )


def harm_of(changes: Sequence[Interval], margin: float) -> Harm:
    """Whether a change is surely for the worse, or surely none of them is by more than the margin.

    >>> harm_of([Interval(-0.2, -0.3, -0.1), Interval(0, -0.01, 0.01)], 0.05)
    'harmed'
    >>> harm_of([Interval(0, -0.01, 0.01)], 0.05), harm_of([Interval(0, -0.1, 0.1)], 0.05)
    ('not harmed', 'undecided')
    """
    if any(change.high < 0 for change in changes):
        return "harmed"
    return "not harmed" if all(change.low > -margin for change in changes) else "undecided"
