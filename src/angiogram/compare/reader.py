"""What the probes that learnt on the baseline's features read of another run's, stage by stage, paired."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from angiogram.compare.changes import stage_changes
from angiogram.compare.comparison import StageChange
from angiogram.compare.kept import KeptFeatures
from angiogram.diagnose.terms import StageKey
from angiogram.probe.frozen import frozen_reader
from angiogram.statistics.bootstrap import Reading, Resamples

IMAGE_SIDE: tuple[StageKey, ...] = ("V", "C")
READ: tuple[StageKey, ...] = (*IMAGE_SIDE, "I", "U")


@dataclass(frozen=True)
class FrozenReading:
    """Everything that the baseline's probes read.

    Attributes:
        stages: V, C, I and U where both runs have the tap in one width, Holm over them; no I and no U where the runs
            ask otherwise, since another prompt alone moves what the language model writes.
        carries: whether a reader carries over at all: False where it falls by half of what it read at the first block
            of the encoder, as it does in a model that was trained apart.
    """

    stages: tuple[StageChange, ...]
    carries: bool


def frozen_reading(
    before: KeptFeatures, after: KeptFeatures, ids: Sequence[str], resamples: Resamples
) -> FrozenReading:
    """Read the other run's features of these cases with the baseline's probes.

    Args:
        before: of the baseline, whose evaluated cases are `ids`.
        after: of the other run, which holds these cases too.
        ids: the n evaluated cases.
        resamples: of these cases.
    """
    asked_alike = same_prompt(before, after)
    keys: tuple[StageKey, ...] = READ if asked_alike else IMAGE_SIDE
    taps: dict[StageKey, str | None] = {key: before.read_at[key] for key in keys if key in before.read_at}
    mine: dict[StageKey, Reading] = {}
    theirs: dict[StageKey, Reading] = {}
    for key, tap in taps.items():
        if tap is not None and _alike(before, after, tap):
            mine[key], theirs[key] = _read(before, after, ids, tap)
    found = stage_changes(mine, theirs, resamples, taps)
    return FrozenReading(found, _carries(before, after, ids))


def same_prompt(before: KeptFeatures, after: KeptFeatures) -> bool:
    """Whether both models were asked the same, with the same class names."""
    mine, theirs = before.store.fingerprint, after.store.fingerprint
    return all(mine.get(name) == theirs.get(name) for name in ("prompt", "answers"))


def _carries(before: KeptFeatures, after: KeptFeatures, ids: Sequence[str]) -> bool:
    first = next((tap for tap in before.taps if tap.startswith("encoder.block")), None)
    if first is None or not _alike(before, after, first):
        return first is None
    own, theirs = (float(np.mean(right)) for right in _read(before, after, ids, first))
    labels = before.labels[before.rows_of(ids)]
    guess = np.bincount(labels).max() / len(labels)
    return theirs - guess > 0.5 * (own - guess) or own <= guess


def _alike(before: KeptFeatures, after: KeptFeatures, tap: str) -> bool:
    return tap in after.taps and before.store.arrays[tap].shape[-1] == after.store.arrays[tap].shape[-1]


def _read(before: KeptFeatures, after: KeptFeatures, ids: Sequence[str], tap: str) -> tuple[Reading, Reading]:
    """Which of the cases the baseline's probe has right by each run's features, `[n]`."""
    features = np.asarray(before.store.read(tap)[:, 0])  # [N, D]
    others = np.asarray(after.store.read(tap)[after.rows_of(ids), 0])  # [n, D]
    own, theirs = frozen_reader(features, others, before.labels, before.pairs)
    truth = before.labels[before.rows_of(ids)]
    return own == truth, theirs == truth
