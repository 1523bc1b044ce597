"""A question with its image where the question says, and a question without one."""

from collections.abc import Sequence
from typing import Any

from angiogram.errors import InputError
from angiogram.model.prompt import UNPREPARED, UNWRITTEN, by_tokenizer, chat, templated, text_alone, tokenized_so
from angiogram.model.unreadable import reason

PLACE = "<image>"


def chat_around(processor: Any, question: str) -> tuple[str, bool]:
    """The prompt of a question that may say with `<image>` where its image stands; in front of all where it does not.

    Returns:
        (the prompt up to where the answer begins; whether the image stands where the question says. Models whose
        template or processor has one place for the image put it there.)

    Raises:
        InputError: the model's chat template cannot be used.
    """
    parts = parts_around(question)
    if parts is None:
        return chat(processor, in_front(question)), True
    before, _, behind = question.partition(PLACE)
    token: str | None = getattr(processor, "image_token", None)
    if getattr(processor, "chat_template", None) is not None and token is not None:
        try:
            said = templated(processor, parts)
        except UNWRITTEN:
            said = ""
        first, image, last = said.partition(token)
        if image and before.strip() in first and behind.strip() in last:
            return said, True
    return chat(processor, in_front(question)), False


def parts_around(question: str) -> list[dict[str, str]] | None:
    """The parts of a message whose image stands behind words of the question; None where it stands in front of all."""
    before, mark, behind = question.partition(PLACE)
    if not mark or not before.strip():
        return None
    last = [{"type": "text", "text": behind}] if behind.strip() else []
    return [{"type": "text", "text": before}, {"type": "image"}, *last]


def in_front(question: str) -> str:
    """The words of a question whose image is put in front.

    >>> in_front("In this <image> what is seen?"), in_front("<image> What is seen?")
    ('In this what is seen?', 'What is seen?')
    """
    before, _, behind = question.partition(PLACE)
    return f"{before.rstrip()} {behind.lstrip()}".strip()


def chat_alone(processor: Any, question: str) -> str:
    """The prompt of a question without an image, up to where the answer begins.

    Raises:
        InputError: the model's chat template takes no message without an image.
    """
    if getattr(processor, "chat_template", None) is None:
        return by_tokenizer(processor.tokenizer, question)
    if (said := text_alone(processor, question)) is not None:
        return said
    try:
        return templated(processor, question)
    except UNWRITTEN as error:
        raise InputError(f"The model's chat template takes no message without an image: {reason(error)}.") from error


def prepare_alone(processor: Any, prompts: Sequence[str]) -> Any:
    """The processor's inputs for prompts without images, padded on the left.

    Raises:
        InputError: the processor wants an image.
    """
    try:
        inputs = processor(text=list(prompts), **tokenized_so(processor.tokenizer, prompts))
    except UNPREPARED as error:
        raise InputError(f"The model's processor takes no prompt without an image: {reason(error)}.") from error
    inputs.pop("labels", None)
    return inputs
