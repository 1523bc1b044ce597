"""How well an answered box lies on the true one."""

from collections.abc import Sequence

import numpy as np

from angiogram.evaluate.metrics.metric import OURS, Judged, Metric
from angiogram.evaluate.metrics.scores import CaseMean, Floats
from angiogram.evaluate.read.reading import Box

HALF = 0.5
_UNREAD = "an answer without a box counts 0"


def iou(one: Box, other: Box) -> float:
    """Area of both over area of either, of boxes (left, top, right, bottom).

    >>> iou((0.0, 0.0, 0.5, 1.0), (0.25, 0.0, 0.75, 1.0)).__round__(3)
    0.333
    """
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    both = max(width, 0.0) * max(height, 0.0)
    return both / (_area(one) + _area(other) - both)


def mean_iou() -> Metric:
    """Mean of intersection over union."""
    return Metric("mean IoU", OURS, f"mean over answers; {_UNREAD}", lambda judged: CaseMean(_ious(judged)))


def accuracy_at_half() -> Metric:
    """Share of boxes that lie on the true one by half or more."""
    return Metric(
        "accuracy at IoU 0.5",
        OURS,
        f"share of answers with an IoU of {HALF} or more; {_UNREAD}",
        lambda judged: CaseMean((_ious(judged) >= HALF).astype(np.float64)),
    )


def _ious(judged: Sequence[Judged]) -> Floats:
    pairs = ((each.entry.answer.box, each.reading.box) for each in judged)
    return np.array([iou(true, said) if true and said else 0.0 for true, said in pairs])


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
