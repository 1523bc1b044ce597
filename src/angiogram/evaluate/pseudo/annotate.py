"""Questions in, pseudo-labels out: a model's answers that pass the filters, and why the others do not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from angiogram.cache import Progress
from angiogram.data.annotations.entry import Entry, frame_of
from angiogram.data.annotations.rules import checked
from angiogram.errors import InputError, unknown
from angiogram.evaluate.pseudo.ask import Said, ask
from angiogram.evaluate.pseudo.confidence import confidence
from angiogram.evaluate.pseudo.consistency import agree, second_look
from angiogram.evaluate.pseudo.question import answered, hidden
from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel

Filter = Literal["confidence", "consistency"]
FILTERS: tuple[Filter, ...] = ("confidence", "consistency")
Fate = Literal["kept", "unread", "unsound", "unsure", "contradicted"]


@dataclass(frozen=True)
class Filters:
    """What a pseudo-label must pass.

    Attributes:
        names: of the filters; an answer that cannot be read, or makes no sound entry, is left out in any case.
        least: confidence from which an answer is kept, by task; tasks that are not named have `default`.
        default: of other tasks.

    Raises:
        InputError: an unknown filter, or a confidence that is none.
    """

    names: tuple[Filter, ...] = FILTERS
    least: Mapping[str, float] | None = None
    default: float = 0.5

    def __post_init__(self) -> None:
        for name in self.names:
            if name not in FILTERS:
                raise unknown("filter", name, FILTERS)
        for value in (*(self.least or {}).values(), self.default):
            if not 0 <= value <= 1:
                raise InputError(f"A least confidence is from 0 to 1, not {value}.")

    def least_of(self, task: str) -> float:
        """The confidence that an answer of this task needs."""
        return (self.least or {}).get(task, self.default)


@dataclass(frozen=True)
class PseudoLabel:
    """What became of one question.

    Attributes:
        question: without its truth.
        entry: with the model's answer, its confidence, and the model's name as the source; None where nothing could
            be read from it.
        fate: kept, or the first reason why not: unread, unsound (a rule of the table is broken), unsure (confidence),
            contradicted (consistency).
    """

    question: Entry
    entry: Entry | None
    fate: Fate


def annotate(
    loaded: LoadedModel,
    entries: Sequence[Entry],
    read: Callable[[str], Image],
    filters: Filters,
    progress: Progress,
    batch_size: int = 8,
) -> tuple[PseudoLabel, ...]:
    """Ask a model questions about images, and keep of its answers what passes the filters.

    Args:
        loaded: the model.
        entries: what is asked; truth in them is hidden from the model and from the filters.
        read: gives the picture of this name.
        filters: that an answer must pass.
        progress: receives plain lines.
        batch_size: questions a forward pass.

    Raises:
        InputError: a question has no image, or one cannot be prepared.
    """
    for entry in entries:
        if entry.image is None:
            raise InputError(f"The entry '{entry.id}' has no image; pseudo-labels are of images.")
    questions = [hidden(entry) for entry in entries]
    progress(f"asking {len(questions)} questions")
    first = _by_id(ask(loaded, questions, read, batch_size))
    source = PurePath(loaded.name).name  # a folder's own name, not where it lies
    made = {id: answered(said.question, said.reading, confidence(said), source) for id, said in first.items()}
    sound = _sound([made[id] for id, said in first.items() if said.reading.is_read])
    fates: dict[str, Fate] = {id: _fate(said, id in sound, filters) for id, said in first.items()}
    if "consistency" in filters.names:
        left = [question for question in questions if fates[question.id] == "kept"]
        progress(f"asking {len(left)} of them a second time")
        for id, said in _by_id(ask(loaded, left, lambda name: second_look(read(name)), batch_size)).items():
            if not agree(said.question.task, first[id].reading, said.reading):
                fates[id] = "contradicted"
    told = {id: made[id] if first[id].reading.is_read else None for id in first}
    return tuple(PseudoLabel(question, told[question.id], fates[question.id]) for question in questions)


def _fate(said: Said, sound: bool, filters: Filters) -> Fate:
    """What becomes of an answer before the model looks a second time."""
    if not said.reading.is_read:
        return "unread"
    if not sound:
        return "unsound"
    unsure = "confidence" in filters.names and confidence(said) < filters.least_of(said.question.task)
    return "unsure" if unsure else "kept"


def _by_id(answers: Iterable[Said]) -> dict[str, Said]:
    return {said.question.id: said for said in answers}


def _sound(entries: Sequence[Entry]) -> set[str]:
    """The ids of entries that break no rule of the table."""
    return set(checked(frame_of(entries)).accepted.select("id").collect()["id"])
