"""The feature health score of [H] (Zhu et al., "Lost in the Hype", arXiv 2604.08333), exactly as published.

For a module with probe accuracies P(i), i = start..end:

    score = P(end) * (1 + growth) * volatility_penalty
    growth = ln( P(end) / sqrt( P(start) * P(min) ) )
    volatility_penalty = exp( -lambda * sum_i |P(i+1) - P(i)| / P(end) ),   lambda = 0.2

Known weaknesses: it exceeds 1, is not corrected for chance, rewards a dip that recovers over a lossless flat curve,
and falls with depth through noise alone. Beside it stands the retention [own]: skill at the module's end over skill at
its start, with an interval.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, inf, isfinite, log, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.read.flow import Flow
from angiogram.diagnose.read.measured import HealthScore
from angiogram.errors import InputError
from angiogram.statistics.bootstrap import Estimate, Resamples
from angiogram.statistics.interval import Interval
from angiogram.tap.taps import Tap

LAMBDAS = (0.0, 0.1, 0.2, 0.4, 0.8)
"""Lambdas at which the score is shown; the published one is 0.2."""


@dataclass(frozen=True)
class PublishedScore:
    """The published score and its two factors."""

    growth: float
    volatility_penalty: float
    score: float


def published_score(accuracies: Sequence[float], lam: float = 0.2) -> PublishedScore:
    """The score of a module from its probe accuracies in order (fractions), start to end.

    Limits, where the logarithm has none of its own: an end at 0 scores 0 (growth -inf, or nan where the start
    is 0 too); a start or minimum at 0 under a better end has no finite score (growth and score inf).

    Raises:
        InputError: fewer than two accuracies, one outside 0..1, or a negative lambda.

    >>> rise = published_score([0.65 + 0.25 * i / 27 for i in range(28)])
    >>> round(rise.growth, 3), round(rise.volatility_penalty, 3), round(rise.score, 3)
    (0.325, 0.946, 1.128)
    """
    if len(accuracies) < 2:
        raise InputError(f"A health score needs the accuracies of at least two taps, not {len(accuracies)}.")
    wrong = [a for a in accuracies if not 0.0 <= a <= 1.0]
    if wrong:
        raise InputError(f"A health score needs accuracies between 0 and 1, not {wrong[0]}.")
    if not (isfinite(lam) and lam >= 0.0):
        raise InputError(f"Lambda of the health score must be 0 or more, not {lam}.")
    start, least, end = accuracies[0], min(accuracies), accuracies[-1]
    travelled = sum(abs(b - a) for a, b in pairwise(accuracies))
    if end == 0.0:
        return PublishedScore(-inf if start > 0 else nan, 0.0 if lam * travelled > 0 else 1.0, 0.0)
    penalty = exp(-lam * travelled / end)
    if start * least == 0.0:
        return PublishedScore(inf, penalty, inf)
    growth = log(end / sqrt(start * least))
    return PublishedScore(growth, penalty, end * (1 + growth) * penalty)


def retention(start: Estimate, end: Estimate) -> Interval:
    """Skill at the end over skill at the start; not a number where the start's interval reaches 0 (nothing to retain).

    Args:
        start: skill at the module's start (`Estimate.skill`).
        end: skill at its end, of the same resamples.
    """
    if start.interval().low <= 0:
        return Interval(nan, nan, nan)
    some = start.samples > 0
    return Estimate(end.value / start.value, end.samples[some] / start.samples[some], start.groups).interval()


def health_score(
    module: str,
    taps: Sequence[str],
    correct: NDArray[np.bool_],
    chance: float,
    resamples: Resamples,
) -> HealthScore:
    """Both scores of one module.

    Args:
        module: its name in the report.
        taps: its T taps in order; for the connector the encoder's end and the connector's output [own].
        correct: which cases a probe reads right at each tap, `[T, n]`.
        chance: accuracy of the constant guess.
        resamples: of the n cases.
    """
    estimates = resamples.accuracies(correct)
    values = [estimate.value for estimate in estimates]
    published = published_score(values)
    start, end = estimates[0].skill(chance), estimates[-1].skill(chance)
    return HealthScore(
        module=module,
        start_tap=taps[0],
        end_tap=taps[-1],
        start=values[0],
        minimum=min(values),
        end=values[-1],
        growth=published.growth,
        volatility_penalty=published.volatility_penalty,
        score=published.score,
        sensitivity=tuple((lam, published_score(values, lam).score) for lam in LAMBDAS),
        start_skill=start.interval(),
        end_skill=end.interval(),
        retention=retention(start, end),
    )


def health_scores(
    taps: Sequence[Tap], flow: Flow, labels: NDArray[np.int64], chance: float, resamples: Resamples
) -> tuple[HealthScore, ...]:
    """Of the model's parts: V from the first block to `encoder.out`, C across the connector, L over both read-outs.

    Blocks off the path, and image tokens where the LLM has none, are left out.
    """
    blocks = [tap for tap in taps if tap.part == "llm" and "block" in tap.name]
    modules = {
        "vision encoder": [tap.name for tap in taps if tap.part == "encoder" and tap.on_path],
        "connector": ["encoder.out", "connector.out"],
        "LLM, image tokens": ["llm.in", *(tap.name for tap in blocks if tap.stream == "image")],
        "LLM, last token": [*(tap.name for tap in blocks if tap.stream == "last"), "llm.norm@last"],
    }
    scores: list[HealthScore] = []
    for module, names in modules.items():
        if not set(names) <= set(flow.mean):
            continue
        correct = np.stack([flow.mean[name].predicted == labels for name in names])
        scores.append(health_score(module, names, correct, chance, resamples))
    return tuple(scores)
