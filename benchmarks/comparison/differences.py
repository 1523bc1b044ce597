"""One side against another: losses on the same entries, by the same seeds, and what could be otherwise by chance.

Two intervals answer two questions. Over images: the same trained models on other held-out images, seeds as they are (a
bootstrap over images). Over seeds: the same images after other trainings (a t interval over the seeds' differences).
Two sides are told apart where neither holds zero.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from angiogram.statistics.bootstrap import Estimate, resample_groups

ALL = "all"  # mean over the tasks
Losses = Mapping[str, Mapping[str, Any]]
RESAMPLES, MANY = 2000, 1000


def differences(first: Sequence[Losses], second: Sequence[Losses]) -> dict[str, dict[str, Any]]:
    """First minus second by task, and over all tasks: negative where the first is better.

    Args:
        first: of each seed, the loss of every entry by its id, as `scores.losses` gives it.
        second: the same entries and seeds.

    >>> def of(a, b):
    ...     return {str(n): {"task": "vqa", "group": f"g{n}", "loss": loss} for n, loss in enumerate((a, b, a, b))}
    >>> found = differences([of(1.0, 1.1), of(1.2, 1.3)], [of(2.0, 2.1), of(2.2, 2.3)])[ALL]
    >>> found["value"], [round(end, 6) for end in found["over_seeds"]], found["told_apart"]
    (-1.0, [-1.0, -1.0], True)
    """
    ids = list(first[0])
    each = np.array(
        [[one[id]["loss"] - other[id]["loss"] for id in ids] for one, other in zip(first, second, strict=True)]
    )
    tasks, groups = (np.array([first[0][id][key] for id in ids]) for key in ("task", "group"))
    names = list(dict.fromkeys(tasks.tolist()))
    counts = _counts(groups)
    by_task = {task: _over(each[:, tasks == task], groups[tasks == task], groups, counts) for task in names}
    values = np.mean([values for values, _ in by_task.values()], axis=0)
    samples = np.mean([samples for _, samples in by_task.values()], axis=0)
    images = {task: len(np.unique(groups[tasks == task])) for task in names}
    found = {**by_task, ALL: (values, samples)}
    return {name: _told(*both, images.get(name, len(np.unique(groups)))) for name, both in found.items()}


def means(losses: Losses) -> dict[str, float]:
    """Mean loss by task, and the mean of these."""
    tasks = list(dict.fromkeys(each["task"] for each in losses.values()))
    by_task = {
        task: float(np.mean([each["loss"] for each in losses.values() if each["task"] == task])) for task in tasks
    }
    return {**by_task, ALL: float(np.mean(list(by_task.values())))}


def over_seeds(values: Sequence[float]) -> list[float] | None:
    """The 95 % t interval of their mean; None of one value."""
    if len(values) < 2:
        return None
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))
    reach = float(stdtrit(len(values) - 1, 0.975)) * error
    return [mean - reach, mean + reach]


def seeds_needed(values: Sequence[float]) -> int | None:
    """How many seeds would tell a difference of this mean and spread from zero; None where more than `MANY` would not.

    It takes what was seen for the truth, so that it is a hint at the size of an experiment and no promise.

    >>> seeds_needed([0.9, 1.0, 1.1]), seeds_needed([0.0, 1.0, 0.5]), seeds_needed([1.0, -1.0])
    (2, 7, None)
    """
    mean, spread = abs(float(np.mean(values))), float(np.std(values, ddof=1))
    enough = (n for n in range(2, MANY + 1) if float(stdtrit(n - 1, 0.975)) * spread / np.sqrt(n) < mean)
    return next(enough, None)


def images_needed(value: float, interval: Sequence[float], images: int) -> int | None:
    """How many images would tell a difference from zero whose interval over so many images this is; None where none.

    Intervals narrow with the root of the number of images; as with `seeds_needed`, what was seen is taken for true.

    >>> images_needed(0.1, [-0.1, 0.3], 10), images_needed(0.0, [-0.1, 0.1], 10)
    (40, None)
    """
    reach = max(value - interval[0], interval[1] - value)
    return math.ceil(round(images * (reach / abs(value)) ** 2, 6)) if value else None


def leaves_out_zero(interval: Sequence[float] | None) -> bool:
    """Whether there is an interval, and zero is not in it."""
    return interval is not None and (interval[0] > 0 or interval[1] < 0)


def _counts(groups: NDArray[Any]) -> NDArray[np.float64]:
    """How often each resample holds each image, `[B, G]`."""
    _, number = np.unique(groups, return_inverse=True)
    return resample_groups(number, 0, RESAMPLES).counts[:, :-2]  # without the pseudo-cases: losses have no extremes


def _over(
    each: NDArray[np.float64], own: NDArray[Any], groups: NDArray[Any], counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean of each seed, `[S]`, and of all seeds on each resample, `[B]`."""
    number = np.searchsorted(np.unique(groups), own)
    sums = np.bincount(number, each.mean(axis=0), counts.shape[1])
    sizes = np.bincount(number, minlength=counts.shape[1])
    with np.errstate(invalid="ignore", divide="ignore"):
        samples = (counts @ sums) / (counts @ sizes)
    return each.mean(axis=1), np.where(np.isfinite(samples), samples, np.nanmean(samples))


def _told(values: NDArray[np.float64], samples: NDArray[np.float64], groups: int) -> dict[str, Any]:
    value = float(values.mean())
    images = Estimate(value, samples, groups).interval() if groups > 1 else None  # widened as befits few images
    over_images, seeds = None if images is None else [images.low, images.high], over_seeds(values.tolist())
    return {
        "value": value,
        "over_images": over_images,
        "over_seeds": seeds,
        "images": groups,
        "images_needed": None if over_images is None else images_needed(value, over_images, groups),
        "seeds_needed": None if seeds is None else seeds_needed(values.tolist()),
        "told_apart": leaves_out_zero(over_images) and leaves_out_zero(seeds),
    }
