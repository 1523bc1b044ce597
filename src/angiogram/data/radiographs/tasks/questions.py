"""Visual question answering: closed questions (yes or no, one of two) and open ones, all from measured facts.

A question is asked only where its answer is clear: shares, boxes and ratios near a limit are left out.
"""

from collections.abc import Callable, Iterator

from angiogram.data.annotations.entry import Answer, Entry
from angiogram.data.radiographs.geometry import FRONTAL
from angiogram.data.radiographs.measures import ENTIRE, Seen
from angiogram.data.radiographs.shadows import NAMES, named
from angiogram.data.radiographs.tasks.subject import Subject, listed

CLOSED, OPEN = 4, 2  # of each, for one image
YES_NO = ("yes", "no")
CLEARLY_IN, CLEARLY_OUT, CUT = 0.7, 0.2, 0.95
APART = 0.08
"""Of the picture's side, between two positions that are compared."""
LARGER = 1.15
"""Ratio of two areas that are compared."""
HALF = 0.015
"""From a CTR of 0.5, for the question whether it is more."""


def questions(subject: Subject) -> Iterator[Entry]:
    """Four closed and two open questions, chosen at random from those that the picture allows."""
    for kinds, most in ((CLOSED_KINDS, CLOSED), (OPEN_KINDS, OPEN)):
        possible = [entry for kind in kinds for entry in kind(subject)]
        for make in subject.some(possible, most):
            yield subject.entry("vqa", *make)


Question = tuple[str, str, Answer]


def _closed(prompt: str, answer: str, options: tuple[str, ...]) -> Question:
    return prompt, answer, Answer(label=answer, options=options)


def _open(prompt: str, answer: str) -> Question:
    return prompt, answer, Answer()


def _are(name: str) -> str:
    return f"{'Are' if named(name).several else 'Is'} the {name}"


def visibility(subject: Subject) -> Iterator[Question]:
    """Whether a structure is in the picture: as often yes as no."""
    shares = {each.name: each.share for each in subject.truth.seen}
    there = [name for name, share in shares.items() if share >= CLEARLY_IN]
    gone = [name for name in NAMES if shares.get(name, 0.0) <= CLEARLY_OUT]
    for names, answer in ((there, "yes"), (gone, "no")):
        for name in subject.some(names, 1):
            yield _closed(f"{_are(name)} inside the field of view of this radiograph?", answer, YES_NO)


def entirety(subject: Subject) -> Iterator[Question]:
    """Whether all of a structure is in the picture."""
    clear = [s for s in subject.truth.visible if s.share >= ENTIRE or s.share <= CUT]
    for seen in subject.some(clear, 1):
        yield _closed(f"{_are(seen.name)} completely in the picture?", "yes" if seen.share >= ENTIRE else "no", YES_NO)


def heart_width(subject: Subject) -> Iterator[Question]:
    """Whether the heart is wider than half of the chest."""
    ctr = subject.truth.ctr
    if ctr is not None and abs(ctr - 0.5) >= HALF:
        prompt = subject.word("Is the heart wider than half of the chest?", "Does the cardiothoracic ratio exceed 0.5?")
        yield _closed(prompt, "yes" if ctr > 0.5 else "no", YES_NO)


def frontal(subject: Subject) -> Iterator[Question]:
    """Frontal or lateral, and which way round."""
    is_frontal = subject.truth.view in FRONTAL
    view = "frontal" if is_frontal else "lateral"
    yield _closed("Is this a frontal or a lateral view?", view, ("frontal", "lateral"))
    sides = ("left", "right")
    if is_frontal:
        yield _closed("On which side of this picture is the patient's left side?", "right", sides)
    else:
        yield _closed("To which side of the picture does the patient face?", "left", sides)


def half(subject: Subject) -> Iterator[Question]:
    """In which half of the picture a structure lies."""
    clear = [seen for seen in subject.truth.visible if abs(_middle(seen) - 0.5) >= APART]
    for seen in subject.some(clear, 1):
        prompt = f"In which half of the picture is the middle of the {seen.name}, left or right?"
        yield _closed(prompt, "left" if _middle(seen) < 0.5 else "right", ("left", "right"))


def order(subject: Subject) -> Iterator[Question]:
    """Which of two structures reaches higher."""
    visible = subject.truth.visible
    pairs = [(a, b) for a in visible for b in visible if a.box[1] + APART <= b.box[1]]
    for higher, lower in subject.some(pairs, 1):
        options = tuple(subject.some((higher.name, lower.name), 2))
        prompt = f"Which reaches higher in the picture, the {options[0]} or the {options[1]}?"
        yield _closed(prompt, higher.name, options)


def view(subject: Subject) -> Iterator[Question]:
    """The view by its name."""
    yield _open(subject.word("Which view is this?", "What is the projection of this radiograph?"), subject.truth.view)


def largest(subject: Subject) -> Iterator[Question]:
    """Which soft organ covers most of the picture."""
    organs = sorted((s for s in subject.truth.seen if named(s.name).organ), key=lambda s: s.area, reverse=True)
    if len(organs) > 1 and organs[0].area >= LARGER * organs[1].area:
        yield _open("Which organ covers the largest part of the picture?", organs[0].name)


def bones(subject: Subject) -> Iterator[Question]:
    """Which bones are visible."""
    names = [each.name for each in subject.truth.visible if not named(each.name).organ]
    if names:
        yield _open("Which bones lie for the most part inside the picture?", listed(names))


def heart_size(subject: Subject) -> Iterator[Question]:
    """The grade in words."""
    if subject.truth.grade is not None:
        yield _open(
            subject.word("How large is the heart?", "What can be said of the heart's size?"), subject.truth.grade
        )


def _middle(seen: Seen) -> float:
    return (seen.box[0] + seen.box[2]) / 2


Kind = Callable[[Subject], Iterator[Question]]
CLOSED_KINDS: tuple[Kind, ...] = (visibility, entirety, heart_width, frontal, half, order)
OPEN_KINDS: tuple[Kind, ...] = (view, largest, bones, heart_size)
