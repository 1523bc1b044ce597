"""Does the model, as its anatomy describes it, let every tap be read?"""

from torch import Tensor

from angiogram.check.result import Finding, first_few
from angiogram.check.subject import Subject
from angiogram.tap.pooling import IMAGE_ROWS
from angiogram.tap.taps import Tap

NAME = "taps found"
MEASURED = "taps that one forward pass does not reach, or that hold no usable features"


def taps_found(subject: Subject) -> Finding:
    """Each planned tap must be reached and hold the planned rows of finite values that are not all the same."""
    pooled = subject.alone[0].pooled
    faults = {tap.name: fault for tap in subject.taps if (fault := _fault(tap, pooled.get(tap.name)))}
    if faults:
        said = first_few([f"{name} {fault}" for name, fault in faults.items()])
        return Finding(len(faults), 0, "wrong", f"{len(faults)} of {len(subject.taps)} taps: {said}.")
    return Finding(0, 0, "ok", f"All {len(subject.taps)} taps were reached and vary.")


def _fault(tap: Tap, rows: Tensor | None) -> str:
    """What is wrong with a tap of one image, empty where nothing is."""
    if rows is None:
        return "was not reached"
    planned = IMAGE_ROWS if tap.stream == "image" else 1
    if rows.shape[:2] != (1, planned):
        return f"has {rows.shape[1]} rows instead of {planned}"
    if not rows.isfinite().all():
        return "is not finite"
    mean = rows[0, 0]  # of the image's tokens, or the last token itself
    return "is the same in every component" if mean.max() == mean.min() else ""
