"""Multi-class: the grade of heart size and the view. Multi-label: which structures are visible."""

from collections.abc import Iterator

from angiogram.data.annotations.entry import Answer, Entry
from angiogram.data.radiographs.geometry import VIEWS
from angiogram.data.radiographs.measures import GRADE_NAMES, GRADES, VISIBLE
from angiogram.data.radiographs.shadows import NAMES
from angiogram.data.radiographs.tasks.subject import Subject

_STEPS = ", ".join(f"{name} up to {most:.2f}" for name, most in GRADES[:-1])
GRADE = (
    f"Grade the heart size by the cardiothoracic ratio in this radiograph ({_STEPS}, {GRADE_NAMES[-1]} above): "
    f"{', '.join(GRADE_NAMES[:-1])} or {GRADE_NAMES[-1]}?",
    f"How large is the heart by its cardiothoracic ratio here? Options: {', '.join(GRADE_NAMES)}.",
)
VIEW = (
    f"Which view is this: {', '.join(VIEWS[:-1])} or {VIEWS[-1]}?",
    f"How was this radiograph taken? Options: {', '.join(VIEWS)}.",
)
STRUCTURES = (
    f"Which of these structures have at least {VISIBLE:.0%} of their projection in the picture: {', '.join(NAMES)}?",
    f"List the structures that lie for the most part inside the field of view. Options: {', '.join(NAMES)}.",
)


def classes(subject: Subject) -> Iterator[Entry]:
    """The grade, where the CTR is known, and the view."""
    truth = subject.truth
    if truth.grade is not None:
        answer = Answer(label=truth.grade, options=GRADE_NAMES)
        yield subject.entry("multi_class", subject.word(*GRADE), truth.grade, answer)
    answer = Answer(label=truth.view, options=VIEWS)
    yield subject.entry("multi_class", subject.word(*VIEW), truth.view, answer)


def labels(subject: Subject) -> Iterator[Entry]:
    """All visible structures, in the order of the options."""
    names = tuple(each.name for each in subject.truth.visible)
    answer = Answer(labels=names, options=NAMES)
    yield subject.entry("multi_label", subject.word(*STRUCTURES), ", ".join(names) or "none", answer)
