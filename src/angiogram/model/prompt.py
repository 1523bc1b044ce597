"""A question about one image in the model's own chat format, and what the model is given for a batch of them."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import PIL.Image
import torch
from jinja2 import TemplateError
from torch import Tensor

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.depth import check_depth, in_kind
from angiogram.model.unreadable import reason

PaddingSide = Literal["left", "right"]
# What a processor's class raises for a prompt or an image, and a template for contents it was not written for.
UNPREPARED = (ValueError, TypeError, LookupError, ArithmeticError, RuntimeError, AttributeError, AssertionError)
UNWRITTEN = (*UNPREPARED, TemplateError)
# Put the image before the text without being told where.
PLACE_THEMSELVES = (
    "PaliGemmaProcessor", "Blip2Processor", "InstructBlipProcessor", "FuyuProcessor", "Kosmos2_5Processor",
)  # fmt: skip
FRAMES = {"<|image_pad|>": ("<|vision_start|>", "<|vision_end|>")}  # what Qwen's text has around its image token


def chat(processor: Any, question: str) -> str:  # a transformers processor
    """The prompt up to where the model's answer begins, with the image before the question.

    A base model, which has no chat template, gets the image token and the question below it, as does a template that
    takes only strings: that of a tokenizer whose processor has none, for one. Where a template leaves the image out,
    as one written for text alone does, its token is put into the question.

    Raises:
        InputError: the model's chat template cannot be used, or leaves out even the image's token.
    """
    plain = with_token(processor, question)
    if getattr(processor, "chat_template", None) is None:
        return by_tokenizer(processor.tokenizer, plain)
    try:
        said = templated(processor, [{"type": "image"}, {"type": "text", "text": question}])
    except UNWRITTEN as error:
        refused = InputError(f"The model's chat template cannot be used: {reason(error)}.")
        refused.__cause__ = error
    else:
        if "{'type': 'image'}" not in said:  # else the template took the parts for a string
            return _with_image(processor, question, plain, said)
        refused = InputError("The model's chat template cannot be used: it writes the parts of a message as they are.")
    if plain == question:
        raise refused
    try:
        return templated(processor, plain)
    except UNWRITTEN:
        raise refused from refused.__cause__


def _with_image(processor: Any, question: str, plain: str, said: str) -> str:
    """What the template said; where it says the same without the image, once more with the image's token as text."""
    if plain == question or said != text_alone(processor, question):
        return said
    again = text_alone(processor, plain)
    if again is None or processor.image_token not in again:
        raise InputError(
            f"The model's chat template leaves the image out: no '{processor.image_token}' stands in its prompt; put "
            "the chat_template.jinja of the model that it was tuned from in its place."
        )
    return again


def text_alone(processor: Any, text: str) -> str | None:
    """The prompt of a message without an image; None where the template takes none."""
    try:
        return templated(processor, [{"type": "text", "text": text}])
    except UNWRITTEN:
        return None


def templated(processor: Any, content: Any) -> str:
    """What the chat template makes of one message of the user, up to where the answer begins."""
    return processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)


def by_tokenizer(tokenizer: Any, content: str) -> str:
    """The message in the tokenizer's own chat format; as it is where that has none, or one that cannot be used."""
    if getattr(tokenizer, "chat_template", None) is None:
        return content
    message = [{"role": "user", "content": content}]
    try:
        said = tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True)
    except UNWRITTEN:
        return content
    return said if content in said else content  # a template that takes only parts says nothing of a string


def with_token(processor: Any, question: str) -> str:
    """The question below the image's token; as it is where the processor puts the image in front by itself."""
    token: str | None = getattr(processor, "image_token", None)
    if token is None or type(processor).__name__ in PLACE_THEMSELVES:
        return question
    before, behind = FRAMES.get(token, ("", ""))
    return f"{before}{token}{behind}\n{question}"


def pictures(images: Sequence[Image]) -> list[Any]:
    """What image processors take: RGB pictures of Pillow; volumes as they are, for models that take them."""
    return [
        PIL.Image.fromarray(image.pixels).convert("RGB") if image.slices is None else image.pixels for image in images
    ]


def prepare(
    processor: Any, prompt: str | Sequence[str], images: Sequence[Image], *, padding_side: PaddingSide = "left"
) -> Any:
    """The processor's inputs for the same prompt, or one each, about each image, one image a row.

    Raises:
        InputError: the processor cannot prepare an image, for instance one that is too long and narrow for it, or the
            prompt, whatever the image; or an image is a volume where the model takes pictures, or the reverse.
    """
    check_depth(processor, images)
    prompts = [prompt] * len(images) if isinstance(prompt, str) else list(prompt)
    given = tokenized_so(processor.tokenizer, prompts, padding_side)
    try:
        inputs = _processed(processor, pictures(images), prompts, given)
    except UNPREPARED as error:
        raise _refused(processor, prompts, images, given, error) from error
    inputs.pop("labels", None)  # PaliGemma's adds those of a training text
    if padding_side == "left":
        _begin_at_once(inputs)
    return inputs


def tokenized_so(tokenizer: Any, prompts: Sequence[str], padding_side: PaddingSide = "left") -> dict[str, Any]:
    """A processor's settings for a batch of whole prompts."""
    begun = tokenizer.bos_token is not None and prompts[0].startswith(tokenizer.bos_token)
    return {
        "return_tensors": "pt",
        "padding": True,
        "padding_side": padding_side,
        "add_special_tokens": not begun,  # some templates (Gemma's) write the first token themselves
    }


def _begin_at_once(inputs: Any) -> None:
    """Move the padding of further texts behind them: InstructBLIP's Q-Former counts its positions from the first."""
    for name in [name for name in inputs if name.endswith("_input_ids")]:
        mask: Tensor | None = inputs.get(name.replace("_input_ids", "_attention_mask"))
        if mask is not None:
            order = (mask == 0).to(torch.uint8).argsort(dim=1, stable=True)  # [B, L]
            inputs[name] = inputs[name].gather(1, order)
            inputs[name.replace("_input_ids", "_attention_mask")] = mask.gather(1, order)


def _processed(processor: Any, images: list[Any], prompts: list[str], given: dict[str, Any]) -> Any:
    """One image for each prompt, in a list of its own; in one list for processors that know no prompts of several."""
    try:
        return processor(images=[[image] for image in images], text=prompts, **given)
    except UNPREPARED:
        try:
            inputs = processor(images=images, text=prompts, **given)
        except UNPREPARED:
            inputs = None  # its words are about lists, perhaps, and not about the image
        if inputs is None or len(inputs["input_ids"]) != len(prompts):
            raise
        return inputs


_PLAIN = Image(np.zeros((224, 224), np.uint8), ())  # what every processor can prepare


def _refused(
    processor: Any, prompts: list[str], images: Sequence[Image], given: dict[str, Any], error: Exception
) -> InputError:
    """Says whether it is the prompt, one image (of several the first), or that these images are in one batch."""
    if _stumbles(processor, prompts[0], in_kind(processor, _PLAIN), given):
        return InputError(f"The model's processor cannot prepare the prompt, whatever the image: {reason(error)}.")
    for prompt, image in zip(prompts, images, strict=True):
        if (alone := _stumbles(processor, prompt, image, given)) is not None:
            size = _size(image)
            return InputError(f"The model's processor cannot prepare an image of {size} pixels: {reason(alone)}.")
    sizes = ", ".join(dict.fromkeys(_size(image) for image in images))
    return InputError(f"The model's processor cannot prepare images of {sizes} pixels in one batch: {reason(error)}.")


def _stumbles(processor: Any, prompt: str, image: Image, given: dict[str, Any]) -> Exception | None:
    """What the processor raises for one image alone."""
    try:
        _processed(processor, pictures([image]), [prompt], given)
    except UNPREPARED as error:
        return error
    return None


def _size(image: Image) -> str:
    height, width = image.size
    return f"{width}x{height}" + (f"x{image.slices}" if image.slices else "")


def first_step(model: Any, inputs: Any, **options: Any) -> dict[str, Any]:
    """What `generate` would call the model with for these inputs, so that positions are the model's own.

    Pictures are given in the model's own precision, which not every model sees to itself.

    Args:
        model: a transformers model.
        inputs: of `prepare`.
        options: for the forward pass, e.g. `use_cache`.
    """
    given = in_precision(model, inputs)
    input_ids: Tensor = given.pop("input_ids")
    counted = model._prepare_position_ids_for_generation(input_ids, dict(inputs))
    return model.prepare_inputs_for_generation(
        input_ids, position_ids=counted, is_first_iteration=True, **given, **options
    )


def in_precision(model: Any, inputs: Any) -> dict[str, Any]:
    """The inputs with pictures in the model's own precision."""
    return {
        name: values.to(model.dtype) if isinstance(values, Tensor) and values.is_floating_point() else values
        for name, values in dict(inputs).items()
    }
