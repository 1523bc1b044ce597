"""Is an image read in a batch as it is read alone?"""

from angiogram.check.difference import tolerance, worst_tap
from angiogram.check.result import ONE_IMAGE, Finding
from angiogram.check.subject import Subject, joined

NAME = "batched against single"
MEASURED = "largest difference of a tap between a batch and each image alone, as a share of the tap's largest value"


def batched_against_single(subject: Subject) -> Finding:
    """All images in one batch, against each in a batch of its own."""
    if subject.one_by_one:
        return Finding(None, None, "not applicable", ONE_IMAGE)
    allowed = tolerance(subject.loaded.model)
    tap, difference = worst_tap(subject.together, joined(subject.alone))
    count = len(subject.images)
    if difference <= allowed:
        return Finding(difference, allowed, "ok", f"{count} images in one batch are as each alone (worst: {tap}).")
    return Finding(
        difference, allowed, "wrong", f"An image's features depend on the other images of its batch, most at {tap}."
    )
