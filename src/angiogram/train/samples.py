"""What the model says while it learns, to a few entries that it learns from."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch

from angiogram.answer.asking import asked
from angiogram.answer.conversation import Conversation
from angiogram.cache import Progress
from angiogram.errors import InputError
from angiogram.model.load import LoadedModel
from angiogram.train.draws.drawn import Draw, Drawn, first_entries
from angiogram.train.watching import Step

LONGEST = 48  # tokens
LOOKED = 64  # entries among which one of each task is looked for


class Samples:
    """Answers to one entry of each task, every so many steps and at the end, as rows and as lines.

    The answers are greedy and leave the training as it was: the model's mode, and torch's random numbers.

    Args:
        loaded: the model that is trained; low-rank factors are in its layers.
        draw: of the training.
        every: steps between two looks.
        progress: receives a line an answer.
    """

    def __init__(self, loaded: LoadedModel, draw: Draw, every: int, progress: Progress) -> None:
        self._loaded, self._every, self._progress = loaded, every, progress
        of_task: dict[str, Drawn] = {}
        for each in first_entries(draw, LOOKED):
            of_task.setdefault(each.entry.task, each)
        self._chosen = list(of_task.values())

    def __call__(self, step: Step) -> Iterable[Mapping[str, Any]]:
        """The rows of this step; none between two looks."""
        if step.done % self._every and step.done != step.steps:
            return ()
        model = self._loaded.model
        training = model.training
        model.eval()
        try:
            with torch.random.fork_rng():
                return [self._said(each) for each in self._chosen]
        finally:
            model.train(training)

    def _said(self, drawn: Drawn) -> dict[str, Any]:
        assert drawn.image is not None
        entry, question = drawn.entry, asked(drawn.entry)
        known = {"entry": entry.id, "question": question, "target": entry.target}
        try:
            turn = Conversation(self._loaded, drawn.image, LONGEST).ask(question)
        except InputError as error:  # no reason to end a training
            self._progress(f"  {entry.task} '{entry.id}' is not asked: {error}")
            return {**known, "answer": None, "finished": False}
        cut = "" if turn.finished else f" (cut after {LONGEST} tokens)"
        self._progress(f"  {entry.task} '{entry.id}': {turn.answer!r}{cut}, right: {entry.target!r}")
        return {**known, "answer": turn.answer, "finished": turn.finished}
