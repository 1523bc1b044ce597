"""Visual question answering: closed questions (yes or no, one of two) and open ones, all from measured facts.

A question is asked only where its answer is clear: shares, boxes and ratios near a limit are left out. And it is asked
only of structures for which the answer varies from picture to picture (`varying`), so that its words do not give it.
"""

from collections.abc import Callable, Iterable, Iterator

from angiogram.data.annotations.entry import Answer, Entry
from angiogram.data.radiographs.geometry import FRONTAL
from angiogram.data.radiographs.measures import ENTIRE, Seen
from angiogram.data.radiographs.shadows import named
from angiogram.data.radiographs.tasks.subject import Subject, listed
from angiogram.data.radiographs.tasks.varying import BESIDE, COMPLETE, COVERING, HALVES, INSIDE, WIDE

CLOSED, OPEN = 4, 2  # of each, for one image
YES_NO = ("yes", "no")
CLEARLY_IN, CLEARLY_OUT, CUT = 0.7, 0.2, 0.95
APART = 0.08
"""Of the picture's side, between two positions that are compared."""
OFF_CENTRE = 0.04
"""Of the picture's side, from the half that a position or a width is compared with."""
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
    """Whether a structure is in the picture."""
    shares = {each.name: each.share for each in subject.truth.seen}
    clear = [name for name in INSIDE if not CLEARLY_OUT < shares.get(name, 0.0) < CLEARLY_IN]
    for name in subject.some(clear, 1):
        answer = "yes" if shares.get(name, 0.0) >= CLEARLY_IN else "no"
        yield _closed(f"{_are(name)} inside the field of view of this radiograph?", answer, YES_NO)


def entirety(subject: Subject) -> Iterator[Question]:
    """Whether all of a structure is in the picture."""
    clear = [s for s in subject.truth.visible if s.name in COMPLETE and (s.share >= ENTIRE or s.share <= CUT)]
    for seen in subject.some(clear, 1):
        yield _closed(f"{_are(seen.name)} completely in the picture?", "yes" if seen.share >= ENTIRE else "no", YES_NO)


def heart_width(subject: Subject) -> Iterator[Question]:
    """Whether the heart is wider than half of the chest."""
    ctr = subject.truth.ctr
    if ctr is not None and abs(ctr - 0.5) >= HALF:
        prompt = subject.word("Is the heart wider than half of the chest?", "Does the cardiothoracic ratio exceed 0.5?")
        yield _closed(prompt, "yes" if ctr > 0.5 else "no", YES_NO)


def frontal(subject: Subject) -> Iterator[Question]:
    """Frontal or lateral."""
    seen = "frontal" if subject.truth.view in FRONTAL else "lateral"
    yield _closed("Is this a frontal or a lateral view?", seen, ("frontal", "lateral"))


def half(subject: Subject) -> Iterator[Question]:
    """In which half of the picture a structure lies."""
    clear = [seen for seen in subject.truth.visible if seen.name in HALVES and abs(_middle(seen) - 0.5) >= OFF_CENTRE]
    for seen in subject.some(clear, 1):
        prompt = f"In which half of the picture is the middle of the {seen.name}, left or right?"
        yield _closed(prompt, "left" if _middle(seen) < 0.5 else "right", ("left", "right"))


def wide(subject: Subject) -> Iterator[Question]:
    """Whether a structure spans more than half of the picture, which the field decides."""
    clear = [s for s in subject.truth.visible if s.name in WIDE and abs(_width(s) - 0.5) >= OFF_CENTRE]
    for seen in subject.some(clear, 1):
        verb = "Do" if named(seen.name).several else "Does"
        prompt = f"{verb} the {seen.name} span more than half of the picture's width?"
        yield _closed(prompt, "yes" if _width(seen) > 0.5 else "no", YES_NO)


def order(subject: Subject) -> Iterator[Question]:
    """Which of two structures lies further to the left, which the view decides."""
    pairs = [pair for pair in _both(subject, BESIDE) if abs(_middle(pair[0]) - _middle(pair[1])) >= APART]
    for pair in subject.some(pairs, 1):
        one, other = subject.some([each.name for each in pair], 2)
        prompt = f"The middle of which lies further to the left in the picture, the {one} or the {other}?"
        yield _closed(prompt, min(pair, key=_middle).name, (one, other))


def larger(subject: Subject) -> Iterator[Question]:
    """Which of two structures covers more of the picture."""
    pairs = [sorted(pair, key=lambda each: each.area) for pair in _both(subject, COVERING)]
    for less, more in subject.some([pair for pair in pairs if pair[1].area >= LARGER * pair[0].area], 1):
        one, other = subject.some(sorted((less.name, more.name)), 2)
        yield _closed(f"Which covers more of the picture, the {one} or the {other}?", more.name, (one, other))


def view(subject: Subject) -> Iterator[Question]:
    """The view by its name."""
    yield _open(subject.word("Which view is this?", "What is the projection of this radiograph?"), subject.truth.view)


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


def _both(subject: Subject, pairs: Iterable[tuple[str, str]]) -> list[tuple[Seen, Seen]]:
    visible = {each.name: each for each in subject.truth.visible}
    return [(visible[one], visible[other]) for one, other in pairs if one in visible and other in visible]


def _width(seen: Seen) -> float:
    return seen.box[2] - seen.box[0]


def _middle(seen: Seen) -> float:
    return (seen.box[0] + seen.box[2]) / 2


Kind = Callable[[Subject], Iterator[Question]]
CLOSED_KINDS: tuple[Kind, ...] = (visibility, entirety, heart_width, frontal, half, wide, order, larger)
OPEN_KINDS: tuple[Kind, ...] = (view, bones, heart_size)
