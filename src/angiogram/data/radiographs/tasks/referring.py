"""Where is a structure (REC), and what is in a box (REG); the box is that of the structure's projection."""

from collections.abc import Iterator

from angiogram.data.annotations.boxes import ASKED, Box, spoken
from angiogram.data.annotations.entry import Answer, Entry
from angiogram.data.radiographs.measures import Measured, Seen
from angiogram.data.radiographs.tasks.subject import Subject

MOST = 3  # of each, for one image
ALIKE = 0.6
"""Two boxes whose intersection over union is larger are no question: neither names one structure."""
WHERE = ("Where is the {}?", "Find the {} in this radiograph.", "Give the position of the {}.")
WHAT = (
    "Which structure is in the box {}?",
    "What does the box {} enclose?",
    "Name the structure that fills the box {}, with its side if it has one.",
)


def referring(subject: Subject) -> Iterator[Entry]:
    """Up to three of each, about structures that no other one's box could be taken for."""
    things = distinct(subject.truth)
    for seen in subject.some(things, MOST):
        answer = Answer(label=seen.name, box=seen.box)
        prompt = f"{subject.word(*WHERE).format(seen.name)} {ASKED}"
        yield subject.entry("rec", prompt, spoken(seen.box), answer)
    for seen in subject.some(things, MOST):
        answer = Answer(label=seen.name, box=seen.box)
        prompt = f"{subject.word(*WHAT).format(spoken(seen.box))} Sides are left, top, right, bottom in whole percent."
        yield subject.entry("reg", prompt, seen.name, answer)


def distinct(truth: Measured) -> list[Seen]:
    """The visible structures whose box is like no other's."""
    return [
        seen
        for seen in truth.visible
        if not any(overlap(seen.box, other.box) > ALIKE for other in truth.seen if other.name != seen.name)
    ]


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes.

    >>> overlap((0, 0, 1, 1), (0, 0, 0.5, 1)), overlap((0, 0, 0.2, 0.2), (0.5, 0.5, 1, 1))
    (0.5, 0.0)
    """
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    both = max(width, 0.0) * max(height, 0.0)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return both / (areas - both)
