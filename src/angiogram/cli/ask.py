"""`angiogram ask`: what a model answers about one picture or volume."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from angiogram.answer.turn import LONGEST, in_words
from angiogram.cli.options import ModelOptions, PictureOptions
from angiogram.cli.progress import printed
from angiogram.errors import InputError


@dataclass(frozen=True)
class Ask(PictureOptions, ModelOptions):
    """Ask a model about a picture or a volume.

    Several questions are turns of one conversation: each sees the questions and answers before it. Without a question,
    on a terminal, it asks for one after another; an empty line or Ctrl-D ends.

    Example: angiogram ask demo chest.png "Which organ is shown?" "On which side?"
    """

    model: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="MODEL")]
    """demo, demo-tuned, demo-3d (of volumes), a folder in Hugging Face layout or of a PEFT adapter, a folder that
    `train` wrote, or a hub id, owner/name or owner/name@revision"""
    image: Annotated[str, tyro.conf.Positional, tyro.conf.arg(metavar="IMAGE")]
    """a picture, a DICOM file or folder, a NIfTI file, or one of many: a.npz#17"""
    questions: Annotated[tuple[str, ...], tyro.conf.Positional, tyro.conf.arg(metavar="[QUESTION ...]")] = ()
    """what it is asked, in one turn or several"""
    longest: int = LONGEST
    """most tokens of an answer"""
    cache: Path | None = None
    """folder for converted models (default: the user's cache)"""

    def run(self) -> None:
        """Print each answer."""
        from angiogram.api.asking import conversation_about
        from angiogram.cache import default_cache

        if not self.questions and not sys.stdin.isatty():
            raise InputError(
                "There is no question, and no terminal to ask for one; give it behind the image, in quotes."
            )
        questions = [in_words(question) for question in self.questions]  # refused before the model is loaded
        talk = conversation_about(
            self.model,
            self.image,
            self.preparation(),
            self.longest,
            loading=self.loading(),
            cache=self.cache or default_cache(),
            progress=printed,
        )
        for question in questions or _typed():
            try:
                turn = talk.ask(question)
            except InputError as error:
                if questions:
                    raise
                printed(str(error))
                continue
            print(_shown(turn.answer))
            if not turn.finished:
                printed(f"cut off after {self.longest} tokens; --longest allows more")


def _typed() -> Iterator[str]:
    """Questions from the terminal, until an empty line or the end."""
    while True:
        try:
            question = input("> ").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if not question:
            return
        yield question


def _shown(answer: str) -> str:
    """The answer without what would move a terminal's cursor."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in answer)
