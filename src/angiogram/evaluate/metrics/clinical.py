"""What a report says clinically: CheXbert F1, RadGraph F1 and BERTScore by radeval, an optional extra.

radeval takes its weights from the hub. Here it is given a folder that has what `hf download --cache-dir` puts there,
and runs in a process of its own that cannot reach the hub, so that nothing is ever downloaded.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.evaluate.metrics.metric import OURS, Judged, Metric, NotAssessedError
from angiogram.evaluate.metrics.scores import CaseMean, OfClasses
from angiogram.probe.resampled import Ratios, ratios

LIBRARY = "radeval"
CHILD = "angiogram.evaluate.metrics.radeval_process"
NEEDED = {
    "chexbert": ("models--StanfordAIMI--RRG_scorers", "models--bert-base-uncased"),
    "radgraph": ("radgraph-xl",),
    "bertscore": ("models--distilbert-base-uncased",),
}
"""What must lie in the folder of weights; `models--` is a model of the hub in the layout of its cache."""


def clinical_metrics(weights: Path | None) -> tuple[Metric, ...]:
    """The metrics of reports that need weights; those without say what is missing.

    Args:
        weights: the folder that holds them.
    """

    def scores(kind: str, judged: Sequence[Judged]) -> dict[str, Any]:
        texts = tuple((each.entry.target, each.reading.said) for each in judged)
        return _scores(kind, _found(kind, weights), texts)

    def chexbert(judged: Sequence[Judged]) -> OfClasses:
        labels = scores("chexbert", judged)
        return _micro_f1(np.array(labels["refs"], dtype=bool), np.array(labels["hyps"], dtype=bool))

    def mean(kind: str, key: str) -> Callable[[Sequence[Judged]], CaseMean]:
        return lambda judged: CaseMean(np.clip(np.array(scores(kind, judged)[key], dtype=np.float64), 0.0, 1.0))

    library = LIBRARY if find_spec(LIBRARY) else OURS
    positive = "14 labels of CheXbert, positive and uncertain taken for present, f1_score over all pairs (micro)"
    return (
        Metric("CheXbert F1", library, positive, chexbert),
        Metric("RadGraph F1", library, "radgraph-xl, partial reward, mean over answers", mean("radgraph", "partial")),
        Metric(
            "BERTScore",
            library,
            "F1 of distilbert-base-uncased, layer 5, rescaled with the baseline, mean over answers, below 0 as 0",
            mean("bertscore", "f1"),
        ),
    )


def _found(kind: str, weights: Path | None) -> Path:
    """The folder of weights.

    Raises:
        NotAssessedError: says what is missing.
    """
    if find_spec(LIBRARY) is None:
        raise NotAssessedError("it needs radeval: pip install 'angiogram[radeval]'")
    if weights is None:
        raise NotAssessedError(f"it needs weights: --metric-weights FOLDER with {' and '.join(NEEDED[kind])}")
    if missing := [name for name in NEEDED[kind] if not (weights / name).is_dir()]:
        raise NotAssessedError(
            f"'{weights}' has no {missing[0]}; `hf download --cache-dir` puts models of the hub there, and RadGraph's "
            "archive is to be unpacked to radgraph-xl"
        )
    return weights


@lru_cache(maxsize=16)
def _scores(kind: str, weights: Path, texts: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """What radeval says of pairs of target and answer, from a process that cannot reach the hub."""
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_CACHE": str(weights.resolve())}
    done = subprocess.run(
        [sys.executable, "-m", CHILD],
        input=json.dumps({"kind": kind, "weights": str(weights.resolve()), "texts": texts}),
        capture_output=True,
        text=True,
        env={**os.environ, **offline},
        check=False,
    )
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        said = (done.stderr.strip().splitlines() or ["nothing was said"])[-1]
        raise NotAssessedError(f"radeval failed: {said[:200]}")
    return json.loads(lines[-1])


def _micro_f1(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> OfClasses:
    from sklearn.metrics import f1_score

    if not (truth | said).any():
        raise NotAssessedError("CheXbert finds nothing in any report")

    def summed(groups: NDArray[np.int64], count: int) -> list[Ratios]:
        hits, wholes = np.zeros((count, 1)), np.zeros((count, 1))
        np.add.at(hits[:, 0], groups, (truth & said).sum(axis=1))
        np.add.at(wholes[:, 0], groups, (truth.sum(axis=1) + said.sum(axis=1)) / 2)
        return [ratios(hits, wholes)]

    return OfClasses(float(f1_score(truth.ravel(), said.ravel())), summed)
