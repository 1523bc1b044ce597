"""Two made-up runs of one model: features of four places, each a turn of the one before, and answers."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from numpy.typing import NDArray

from angiogram.compare.kept import KeptFeatures, ReadRun
from angiogram.probe.evaluate import probe_tap
from angiogram.statistics.bootstrap import resample_groups
from angiogram.tap.store import FAILED, ArraySpec, FeatureStore

N, D, K = 240, 16, 4
LABELS = np.arange(N) % K
IDS = tuple(f"case {i}" for i in range(N))
HALVES = tuple(np.flatnonzero(np.arange(N) // K % 2 == k) for k in range(2))
PAIRS = (HALVES, HALVES[::-1])
TAPS = (
    "pixels", "encoder.block.0", "encoder.out", "connector.out",
    "llm.in", "llm.block.0@image", "llm.block.0@last", "llm.norm@last",
)  # fmt: skip
READ_AT = {"V": "encoder.out", "C": "connector.out", "I": "llm.block.0@image", "U": "llm.norm@last"}
PRINT = {"precision": "torch.float32", "prompt": "asked", "answers": "names", "batch size": "8"}
RIGHT = np.arange(N) % 10 != 0  # what a healthy model answers
WRONG = np.arange(N) % 2 == 0

Features = Mapping[str, NDArray[np.float32]]
Shift = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@cache
def healthy() -> Features:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(K, D))[LABELS] + 0.5 * rng.normal(size=(N, D))
    found = {}
    for tap in TAPS:
        rows = rows @ np.linalg.qr(rng.normal(size=(D, D)))[0] + rng.normal(size=D)
        found[tap] = rows.astype(np.float32)
    return found


def from_tap(tap: str, shift: Shift) -> Features:
    """The same model, in which what leaves this place is another thing, and so is all behind it."""
    place = TAPS.index(tap)
    return {name: shift(rows) if TAPS.index(name) >= place else rows for name, rows in healthy().items()}


def gone(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without the class: the cases of each class are shuffled among all."""
    return rows[np.random.default_rng(1).permutation(N)]


def turned(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    turn = np.linalg.qr(np.random.default_rng(2).normal(size=(D, D)))[0]
    return ((rows - rows.mean(axis=0)) @ turn + rows.mean(axis=0)).astype(np.float32)


def faint(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return (0.2 * rows).astype(np.float32)


def hardly(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return (rows + 0.02 * np.random.default_rng(3).normal(size=rows.shape)).astype(np.float32)


def rounded(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return (rows * (1 + 1e-6)).astype(np.float32)


def made(
    features: Features,
    s: NDArray[np.bool_] = RIGHT,
    g: NDArray[np.bool_] = RIGHT,
    unnamed: NDArray[np.bool_] | None = None,
    order: NDArray[np.int64] | None = None,
    **differing: str,
) -> ReadRun:
    """A run with these features and answers, its cases in another order where one is given."""
    order = np.arange(N) if order is None else order
    folder = Path(mkdtemp(prefix="stores-")) / "features"
    specs = {tap: ArraySpec((1, rows.shape[1])) for tap, rows in features.items()}
    store = FeatureStore.open(folder, {**PRINT, **differing}, N, 1, lambda: specs)
    values = {tap: rows[order][:, None] for tap, rows in features.items()}
    store.write(0, range(N), {**values, FAILED: np.zeros(N, np.int16)})
    labels, place = LABELS[order], np.argsort(order)
    pairs = tuple((np.sort(place[train]), np.sort(place[test])) for train, test in PAIRS)
    at = {key: tap for key, tap in READ_AT.items() if tap in features}
    readings = {key: probe_tap(features[tap][order], labels, pairs).predicted == labels for key, tap in at.items()}
    return ReadRun(
        evaluated=tuple(IDS[i] for i in order),
        readings={**readings, "S": s[order], "G": g[order]},
        resamples=resample_groups(np.arange(N), 0, 400),
        features=KeptFeatures(store, tuple(IDS[i] for i in order), labels, pairs, tuple(features), at),
        unnamed=None if unnamed is None else unnamed[order],
    )
