"""Health scores of the model's parts: encoder, connector, and the LLM in both of its read-outs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from angiogram.diagnose.account.health import health_score
from angiogram.diagnose.read.flow import Flow
from angiogram.diagnose.read.measured import HealthScore
from angiogram.diagnose.statistics.bootstrap import Resamples
from angiogram.tap.taps import Tap


def health_scores(
    taps: Sequence[Tap], flow: Flow, labels: NDArray[np.int64], chance: float, resamples: Resamples
) -> tuple[HealthScore, ...]:
    """V from the first block to `encoder.out`, C across the connector, L over image tokens and over the last token.

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
