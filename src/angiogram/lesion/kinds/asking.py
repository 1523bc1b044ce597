"""Prompt: the question is put in another way than the model was taught to answer."""

import copy
from dataclasses import replace
from typing import Any

from angiogram.data.cases import Cases
from angiogram.diagnose.terms import Fault
from angiogram.errors import InputError
from angiogram.lesion.lesion import Lesion
from angiogram.lesion.planting import Planting
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import UNWRITTEN, chat

OPEN = "What does the image show?"
DISTRACTION = "Answer with a number."
MARK = "QUESTION"
BARE = (
    "{% for part in messages[0]['content'] %}{% if part['type'] == 'image' %}{{ IMAGE }}{% else %}"
    "{{ part['text'] }}{% endif %}{% endfor %}"
)
MISPUT: frozenset[Fault] = frozenset({"words", "format"})


def _open(cases: Cases, _: int) -> Cases:
    """Ask for anything at all, without the options.

    Raises:
        InputError: that is what is asked anyway.
    """
    if cases.question == OPEN:
        raise InputError(f"The question '{OPEN}' is as open as it can be.")
    return replace(cases, question=OPEN)


def _distracted(cases: Cases, _: int) -> Cases:
    return replace(cases, question=f"{cases.question} {DISTRACTION}")


def _bare(planting: Planting) -> LoadedModel:
    """A template of image and question alone, without roles and marks of turns.

    Raises:
        InputError: the model has no chat template, or one without roles and marks.
    """
    loaded = planting.loaded
    processor = copy.copy(loaded.processor)
    if getattr(processor, "chat_template", None) is None:
        raise InputError(f"'{loaded.name}' has no chat template that could be lost.")
    processor.chat_template = BARE.replace("IMAGE", repr(_of_image(processor)))
    if chat(processor, MARK) == chat(loaded.processor, MARK):
        raise InputError(f"The chat template of '{loaded.name}' has no marks that could be lost.")
    return replace(loaded, processor=processor)


def _of_image(processor: Any) -> str:
    """What the model's own template writes for an image: what a message without one has not.

    Raises:
        InputError: the template writes no message without an image.
    """
    shown = chat(processor, MARK).partition(MARK)[0]
    for content in ([{"type": "text", "text": MARK}], MARK):
        try:
            alone: str = processor.apply_chat_template([{"role": "user", "content": content}])
        except UNWRITTEN:
            continue
        before, found, _ = alone.partition(MARK)
        if found and "'type'" not in before:  # else the template took the parts for a string
            return _between(before, shown)
    raise InputError("The model's chat template cannot write a message without an image.")


def _between(before: str, shown: str) -> str:
    """What stands in `shown` and not in `before`, in one piece.

    >>> _between("user: now ", "user: <image> now ")
    '<image> '
    """
    same = 0
    while same < len(before) and before[same] == shown[same]:
        same += 1
    return shown[same:].removesuffix(before[same:])


OPEN_QUESTION = Lesion(
    "question-open", "prompt", MISPUT, "tuning", "The question names no options and does not say what is asked for.",
    "It may know the class and call it by a name of its own.", asked=_open, draws=False, graded=False,
)  # fmt: skip
DISTRACTED = Lesion(
    "question-distracting", "prompt", MISPUT, "frozen", "The question ends with the demand for a number.",
    "It may know the class and say a number.", asked=_distracted, draws=False, graded=False,
)  # fmt: skip
TEMPLATE = Lesion(
    "template-lost", "prompt", frozenset({"language model", "words", "format"}), "frozen",
    "The question stands beside the image without the marks of a chat.",
    "Without its marks the last token is another: it may know less, name another class, or say no class at all.",
    _bare, draws=False, graded=False,
)  # fmt: skip
