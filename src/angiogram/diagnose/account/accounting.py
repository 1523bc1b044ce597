"""Loss accounting: where accuracy goes between the specialist and the generated answer, in steps that add up [own].

    R specialist, V encoder's end, C connector's output, I best image-token layer, U last token after the final norm,
    S answer by likelihood, G answer in words
    R - V  vision | V - C  connector | C - I, I - U  comprehension | U - S, S - G  mapping      sum = first - last

A negative loss is a gain. The values are exact (see `exact`): the steps add up to the total to the last bit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from angiogram.diagnose.read.measured import LossStep
from angiogram.diagnose.terms import STAGES, Mode, StageKey
from angiogram.errors import InputError
from angiogram.statistics.bootstrap import Reading, Resamples
from angiogram.statistics.interval import Interval

_MODE_OF_END: dict[StageKey, Mode] = {
    "V": "vision",
    "C": "connector",
    "I": "comprehension",
    "U": "comprehension",
    "S": "mapping",
    "G": "mapping",
}
_TITLES: dict[tuple[StageKey, StageKey], str] = {
    ("R", "V"): "not in the encoder's features",
    ("V", "C"): "lost in the connector",
    ("C", "I"): "lost in the image tokens",
    ("I", "U"): "encoded but not routed to the last token",
    ("C", "U"): "lost inside the language model",
    ("U", "S"): "known at the last token but not preferred",
    ("S", "G"): "preferred but not said",
    ("U", "G"): "known at the last token but not said",
}


@dataclass(frozen=True)
class Accounting:
    """The account of one run.

    Attributes:
        accuracies: of each stage measured, in order. An accuracy given as a number has an interval of no width.
        steps: between consecutive stages.
        total: first stage - last stage.
    """

    accuracies: Mapping[StageKey, Interval]
    steps: tuple[LossStep, ...]
    total: Interval


def account(readings: Mapping[StageKey, Reading], resamples: Resamples) -> Accounting:
    """Account for the losses between the stages that were measured.

    Args:
        readings: which of the n cases each stage has right, `[n]`. R may be a plain number from the user: it then
            counts as exact, and the intervals of `R - V` and of the total hold the uncertainty of the other side only.
            V, C, U and one of S, G are needed; R and I may be missing.
        resamples: of the same n cases.

    Raises:
        InputError: a needed stage is missing, or a stage other than R is a plain number.

    >>> from angiogram.statistics.bootstrap import resample_groups
    >>> right = {key: np.arange(100) < share for key, share in (("V", 90), ("C", 88), ("U", 80), ("G", 40))}
    >>> result = account(right, resample_groups(np.arange(100)))
    >>> [(step.mode, round(step.loss.value, 2)) for step in result.steps]
    [('connector', 0.02), ('comprehension', 0.08), ('mapping', 0.4)]
    >>> sum(step.loss.value for step in result.steps) == result.total.value
    True
    """
    check_readings(readings)
    keys: list[StageKey] = [key for key in STAGES if key in readings]
    steps = tuple(
        LossStep(
            start=a,
            end=b,
            mode=_MODE_OF_END[b],
            title=_TITLES[a, b],
            loss=resamples.loss(readings[a], readings[b]).interval(),
        )
        for a, b in pairwise(keys)
    )
    return Accounting(
        accuracies={key: resamples.accuracy(readings[key]).interval() for key in keys},
        steps=steps,
        total=resamples.loss(readings[keys[0]], readings[keys[-1]]).interval(),
    )


def mode_ends(readings: Mapping[StageKey, Reading]) -> dict[Mode, tuple[StageKey, StageKey]]:
    """First and last stage of every mode that can be assessed with these readings."""
    last: StageKey = "G" if "G" in readings else "S"
    ends: dict[Mode, tuple[StageKey, StageKey]] = {
        "connector": ("V", "C"),
        "comprehension": ("C", "U"),
        "mapping": ("U", last),
    }
    return {"vision": ("R", "V"), **ends} if "R" in readings else ends


def check_readings(readings: Mapping[StageKey, Reading]) -> None:
    """Refuse readings that cannot be accounted for.

    Raises:
        InputError: says what is missing or wrong.
    """
    missing = [key for key in ("V", "C", "U") if key not in readings]
    if missing:
        raise InputError(f"The loss accounting needs the stages V, C and U; missing: {', '.join(missing)}.")
    if "S" not in readings and "G" not in readings:
        raise InputError("The loss accounting needs an answer: stage S (by likelihood) or G (in words).")
    for key, reading in readings.items():
        if isinstance(reading, np.ndarray):
            if reading.dtype != np.bool_ or reading.ndim != 1:
                raise InputError(f"Stage {key} must say right or wrong for each case, not {reading.dtype} values.")
        elif key != "R":
            raise InputError(f"Only the specialist R may be a plain number; stage {key} needs right or wrong per case.")
