"""What is asked of a model, and what of its answers is kept."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from torch import Tensor

from angiogram.answer.alone import why_not_alone
from angiogram.answer.asking import asked
from angiogram.answer.labels import label_tree
from angiogram.data.annotations.entry import Entry
from angiogram.errors import InputError
from angiogram.evaluate.collect.request import Request, requests_for
from angiogram.evaluate.tasks.task import EvaluatedTask, evaluated_task
from angiogram.evaluate.terms import Blind, Condition
from angiogram.imaging.image import Image
from angiogram.model.context import context_of
from angiogram.model.load import LoadedModel
from angiogram.model.placed import PLACE, chat_alone, chat_around
from angiogram.model.routing import task_numbers
from angiogram.tap.batches import cut
from angiogram.tap.prefetch import Rows

ReadImage = Callable[[str], Image]
GENERATED, LIKELIHOODS = "answer.generated", "answer.likelihoods"


@dataclass(frozen=True)
class Unsound:
    """An entry that cannot be judged, with the reason."""

    id: str
    task: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """All questions.

    Attributes:
        loaded: the model.
        entries: that are asked about, with what their tasks resolved.
        requests: the questions, one row each.
        prompts: of each request, the whole text up to where the answer begins.
        alone: why the model cannot be asked without an image; None where it can.
        in_front: entries whose prompt has its image elsewhere, which this model takes in front only.
        read: reads the picture of this name.
        unsound: entries that are not asked about.
    """

    loaded: LoadedModel
    entries: tuple[Entry, ...]
    requests: tuple[Request, ...]
    prompts: tuple[str, ...]
    alone: str | None
    in_front: int
    read: ReadImage
    unsound: tuple[Unsound, ...]

    @property
    def blind(self) -> Blind:
        """How it is asked without an image."""
        return "text" if self.alone is None else "grey"

    def task(self, row: int) -> EvaluatedTask:
        """Of the request in this row."""
        return evaluated_task(self.entries[self.requests[row].entry].task)

    def options(self, row: int) -> tuple[str, ...]:
        """Those of the request whose likelihoods are asked for."""
        options = self.entries[self.requests[row].entry].answer.options
        return options if options and self.task(row).scored else ()

    def routes(self, rows: Sequence[int]) -> Tensor | None:
        """The number of each request's task `[B]`, for a connector that routes by it; see `task_numbers`."""
        return task_numbers(self.loaded.model, [self.entries[self.requests[row].entry].task for row in rows])

    def shows_picture(self, row: int) -> bool:
        """Whether a picture goes with the request's text."""
        request = self.requests[row]
        return self.blind == "grey" or (request.image is not None and request.condition != "blind")

    @cached_property
    def longest(self) -> int:
        """Most tokens of any answer."""
        return max(evaluated_task(entry.task).longest for entry in self.entries)

    @cached_property
    def most_options(self) -> int:
        """Most options whose likelihoods are asked for."""
        return max(len(self.options(row)) for row in range(len(self.requests)))

    def batches(self, size: int) -> list[Rows]:
        """Rows that go through the model together: of one task, with a picture or without, like options together."""
        kinds: dict[tuple[bool, str], list[int]] = {}
        for row, request in enumerate(self.requests):
            kinds.setdefault((self.shows_picture(row), self.entries[request.entry].task), []).append(row)
        found: list[Rows] = []
        for kind in sorted(kinds):
            rows = sorted(kinds[kind], key=lambda row: (self.options(row), self.requests[row].image or "", row))
            found += cut(rows, size)
        return found


def plan(
    loaded: LoadedModel,
    entries: Sequence[Entry],
    conditions: Sequence[Condition],
    read: ReadImage,
    seed: int,
    hashes: Mapping[str, str],
) -> Plan:
    """The questions to a model about these entries.

    Args:
        loaded: the model.
        entries: sound ones of a table.
        conditions: what the model is shown, one question each.
        read: reads the picture of this name.
        seed: of the exchange of images.
        hashes: of the files of pictures, by name.

    Raises:
        InputError: the model's chat template cannot be used, or no entry can be judged.
    """
    reasons = {entry.id: reason for entry in entries if (reason := _unsound(loaded, entry)) is not None}
    unsound = tuple(Unsound(entry.id, entry.task, reasons[entry.id]) for entry in entries if entry.id in reasons)
    kept = _resolved([entry for entry in entries if entry.id not in reasons])
    if not kept:
        first = f" The first, '{unsound[0].id}': {unsound[0].reason}." if unsound else ""
        raise InputError(f"None of the {len(entries)} entries can be judged.{first}")
    alone = None
    if "blind" in conditions or any(entry.image is None for entry in kept):
        alone = why_not_alone(loaded)
    requests = requests_for(kept, conditions, seed, hashes)
    told = [_prompt(loaded, kept[request.entry], request, alone is None) for request in requests]
    moved = Counter(request.entry for request, (_, placed) in zip(requests, told, strict=True) if not placed)
    return Plan(loaded, kept, requests, tuple(prompt for prompt, _ in told), alone, len(moved), read, unsound)


def _prompt(loaded: LoadedModel, entry: Entry, request: Request, alone: bool) -> tuple[str, bool]:
    """The whole prompt, and whether the image stands where the entry has it."""
    question = asked(entry)
    if alone and (request.image is None or request.condition == "blind"):
        return chat_alone(loaded.processor, " ".join(question.replace(PLACE, " ").split(" "))), True
    return chat_around(loaded.processor, question)


def _resolved(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries with what all of their task together say, in their order."""
    of_task: dict[str, list[Entry]] = {}
    for entry in entries:
        of_task.setdefault(entry.task, []).append(entry)
    resolved = {entry.id: entry for same in of_task.values() for entry in evaluated_task(same[0].task).resolved(same)}
    return tuple(resolved[entry.id] for entry in entries)


def _unsound(loaded: LoadedModel, entry: Entry) -> str | None:
    special: list[str] = loaded.processor.tokenizer.all_special_tokens
    prompt = entry.prompt.replace(PLACE, "")
    if found := [token for token in special if token in prompt]:
        return f"its prompt holds the model's special token '{found[0]}'"
    task = evaluated_task(entry.task)
    longest = context_of(loaded.model)
    tokens = len(loaded.processor.tokenizer(prompt, add_special_tokens=False).input_ids)
    if longest is not None and tokens + task.longest > longest:
        return f"its prompt is {tokens} tokens long, an answer may take {task.longest}, and the context holds {longest}"
    if (reason := task.unsound(entry)) is not None or not task.scored:
        return reason
    options = entry.answer.options or ()
    if found := [token for token in special if any(token in option for option in options)]:
        return f"an option holds the model's special token '{found[0]}'"
    try:
        label_tree(loaded.processor.tokenizer, options)
    except InputError as error:
        return str(error).removesuffix(".")
    return None
