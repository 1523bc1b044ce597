"""A question about one image in the model's own chat format, and what the model is given for a batch of them."""

from collections.abc import Sequence
from typing import Any, Literal

import PIL.Image
from torch import Tensor

from angiogram.errors import InputError
from angiogram.imaging.image import Image

PaddingSide = Literal["left", "right"]


def chat(processor: Any, question: str) -> str:  # a transformers processor
    """The prompt up to where the model's answer begins, with the image before the question.

    A processor without a chat template (PaliGemma) puts the image before the text by itself.
    """
    if getattr(processor, "chat_template", None) is None:
        return question
    content = [{"type": "image"}, {"type": "text", "text": question}]
    return processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)


def pictures(images: Sequence[Image]) -> list[PIL.Image.Image]:
    """What transformers' image processors take: RGB pictures."""
    return [PIL.Image.fromarray(image.pixels).convert("RGB") for image in images]


def prepare(
    processor: Any, prompt: str | Sequence[str], images: Sequence[Image], *, padding_side: PaddingSide = "left"
) -> Any:
    """The processor's inputs for the same prompt, or one each, about each image, one image a row.

    Raises:
        InputError: the processor cannot prepare an image, for instance one that is too long and narrow for it.
    """
    prompts = [prompt] * len(images) if isinstance(prompt, str) else list(prompt)
    tokenizer = processor.tokenizer
    begun = tokenizer.bos_token is not None and prompts[0].startswith(tokenizer.bos_token)
    try:
        inputs = processor(
            images=[[picture] for picture in pictures(images)],
            text=prompts,
            return_tensors="pt",
            padding=True,
            padding_side=padding_side,
            add_special_tokens=not begun,  # some templates (Gemma's) write the first token themselves
        )
    except (ValueError, TypeError, KeyError, IndexError, ArithmeticError, RuntimeError) as error:
        raise _refused(images, error) from error
    inputs.pop("labels", None)  # PaliGemma's adds those of a training text
    return inputs


def _refused(images: Sequence[Image], error: Exception) -> InputError:
    """Names the longest and narrowest image: what processors stumble over is nearly always the shape."""
    height, width = max((image.pixels.shape[:2] for image in images), key=lambda shape: max(shape) / min(shape))
    reason = next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")
    return InputError(f"The model's processor cannot prepare an image of {width}x{height} pixels: {reason}.")


def first_step(model: Any, inputs: Any, **options: Any) -> dict[str, Any]:
    """What `generate` would call the model with for these inputs, so that positions are the model's own.

    Args:
        model: a transformers model.
        inputs: of `prepare`.
        options: for the forward pass, e.g. `use_cache`.
    """
    given = dict(inputs)
    input_ids: Tensor = given.pop("input_ids")
    counted = model._prepare_position_ids_for_generation(input_ids, dict(inputs))
    return model.prepare_inputs_for_generation(
        input_ids, position_ids=counted, is_first_iteration=True, **given, **options
    )
