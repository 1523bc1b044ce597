"""Several turns about one image in the model's own chat format: what was asked and answered stays in the prompt."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from angiogram.errors import InputError
from angiogram.model.placed import chat_around, in_front, parts_around
from angiogram.model.prompt import UNWRITTEN, with_token
from angiogram.model.unreadable import reason

Content = Any  # of a message, as a template takes it: a text, or its parts
Way = tuple[Content, Callable[[str], Content], Callable[[str], Content]]
"""The first message, and how further questions and the answers are put."""
MARK = "\u2042"  # an asterism, which no chat template holds
_PARTS = ("'type'", '"type"')  # in what a template says that writes the parts of a message as they are


def chat_turns(processor: Any, earlier: Sequence[tuple[str, str]], question: str) -> str:
    """The prompt of a question behind earlier turns, up to where the model's answer begins.

    Without earlier turns it is that of `chat_around`, as a diagnosis or an evaluation asks it. With some, the image
    stands in the first of them as it does there, and nowhere else.

    Args:
        processor: of transformers.
        earlier: (question, answer) of each; the first question may say with `<image>` where its image stands.
        question: the next; without `<image>` where it is not the first.

    Raises:
        InputError: the model's chat template cannot be used, or does not tell turns apart.
    """
    if not earlier:
        return chat_around(processor, question)[0]
    first = earlier[0][0]
    alone = chat_around(processor, first)[0]
    further = [*(asked for asked, _ in earlier[1:]), question]
    replies = [(answer, asked) for (_, answer), asked in zip(earlier, further, strict=True)]
    template = getattr(processor, "chat_template", None) or getattr(processor.tokenizer, "chat_template", None)
    why = "it has no chat template" if template is None else "its chat template does not tell one from the next"
    for way in _ways(processor, first) if template is not None else ():
        try:
            if _written(processor, way, []) == alone and _apart(processor, way, len(replies)):
                return _written(processor, way, replies)
        except UNWRITTEN as error:
            why = f"its chat template says '{reason(error)}'"
    raise InputError(f"The model takes no second turn: {why}; ask one question at a time.")


def _ways(processor: Any, question: str) -> Iterator[Way]:
    """Those in which `chat_around` may have put a first question."""
    if (around := parts_around(question)) is not None:
        yield around, _part, _part
        yield around, _part, str
    plain = with_token(processor, in_front(question))
    for opening in ([{"type": "image"}, *_part(in_front(question))], _part(plain)):
        yield opening, _part, _part
        yield opening, _part, str
    yield plain, str, str


def _part(text: str) -> Content:
    return [{"type": "text", "text": text}]


def _written(processor: Any, way: Way, replies: Sequence[tuple[str, str]]) -> str:
    """What the template makes of the first question and of (answer, next question), up to where an answer begins."""
    opening, asked, said = way
    messages = [{"role": "user", "content": opening}]
    for answer, question in replies:
        messages.append({"role": "assistant", "content": said(answer)})
        messages.append({"role": "user", "content": asked(question)})
    if getattr(processor, "chat_template", None) is not None:
        return processor.apply_chat_template(messages, add_generation_prompt=True)
    return processor.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)


def _apart(processor: Any, way: Way, replies: int) -> bool:
    """Whether each text behind the first question is written once, in order, as it is, and something between them.

    Nor may what further turns add hold the image again, or the parts of a message as they are. One turn more is tried
    than there are, so that what stands between a question and its answer is seen, too.
    """
    marks = [f"{MARK}{number}{MARK}" for number in range(2 * replies + 2)]
    alone = _written(processor, way, [])
    told = _written(processor, way, list(zip(marks[::2], marks[1::2], strict=True)))
    token = getattr(processor, "image_token", None)  # of some processors no string, but a token
    once = (*_PARTS, *([] if token is None else [str(token)]))
    if any(told.count(text) != alone.count(text) for text in once):
        return False
    between: list[str] = []
    for mark in marks:
        if told.count(mark) != 1:
            return False
        before, _, told = told.partition(mark)
        between.append(before)
    return all(text.strip() for text in between)
