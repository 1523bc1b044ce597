"""A report in sentences that are all measured: view, heart, lungs, what is visible, and which side is where."""

from collections.abc import Iterator

from angiogram.data.annotations.entry import Answer, Entry
from angiogram.data.radiographs.geometry import FRONTAL
from angiogram.data.radiographs.measures import ENTIRE, Measured
from angiogram.data.radiographs.shadows import LUNGS, named
from angiogram.data.radiographs.tasks.subject import Subject, listed

ASKED = (
    "Write a report of this chest radiograph.",
    "Describe this radiograph.",
    "What does this chest radiograph show? Report it.",
)


def reports(subject: Subject) -> Iterator[Entry]:
    """One report; it claims nothing that is not measured."""
    said = (_view(subject), _heart(subject), _lungs(subject), *_visible(subject), _side(subject))
    yield subject.entry("report", subject.word(*ASKED), " ".join(said), Answer())


def _view(subject: Subject) -> str:
    view = subject.truth.view
    return subject.word(
        f"Simulated chest radiograph, {view} view.",
        f"{view[0].upper()}{view[1:]} view of the chest (simulated).",
        f"This simulated chest radiograph is a {view} view." if view == "left lateral" else f"Simulated {view} chest.",
    )


def _heart(subject: Subject) -> str:
    truth = subject.truth
    if truth.ctr is None:
        heart = truth.find("heart")
        if truth.view not in FRONTAL:
            return "Heart size is not graded in this view."
        cut = "does not fit in the picture" if heart is None or heart.share < ENTIRE else "is in the picture"
        return f"The heart {cut}; its size cannot be graded because chest wall or heart are cut off."
    size = "The heart is of normal size" if truth.grade == "normal" else f"The heart is {truth.grade}"
    return subject.word(
        f"{size}, with a cardiothoracic ratio of {truth.ctr:.2f}.",
        f"{size} (CTR {truth.ctr:.2f}).",
        f"Cardiothoracic ratio {truth.ctr:.2f}: {size[0].lower()}{size[1:]}.",
    )


def _lungs(subject: Subject) -> str:
    cut = [name for name in LUNGS if not _whole(subject.truth, name)]
    if not cut:
        return subject.word("Both lungs are completely in the picture.", "Both lungs are shown in full.")
    return f"The {listed([f'{name}' for name in cut])} {'are' if len(cut) > 1 else 'is'} cut off at the edge."


def _whole(truth: Measured, name: str) -> bool:
    seen = truth.find(name)
    return seen is not None and seen.share >= ENTIRE


def _visible(subject: Subject) -> Iterator[str]:
    names = [each.name for each in subject.truth.visible if each.name not in ("heart", *LUNGS)]
    organs = [f"the {name}" for name in names if named(name).organ]
    bones = [f"the {name}" for name in names if not named(name).organ]
    if organs:
        yield subject.word("Also in the field of view: {}.", "Soft organs in the picture are {}.").format(
            listed(organs)
        )
    if bones:
        yield subject.word("Bones in the picture: {}.", "The visible bones are {}.").format(listed(bones))


def _side(subject: Subject) -> str:
    if subject.truth.view in FRONTAL:
        return subject.word(
            "The patient's left is on the right of the picture.", "The right of the picture is the patient's left."
        )
    return "The patient faces the left of the picture."
