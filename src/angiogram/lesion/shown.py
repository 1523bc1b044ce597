"""Which images the current forward pass is about, so that a lesion can treat each of them in its own way."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import torch
from torch import Tensor, nn

from angiogram.errors import InputError
from angiogram.model.layouts.layout import Boxes, Layout, layout_named
from angiogram.model.layouts.tokens import image_counts
from angiogram.model.load import LoadedModel
from angiogram.tap.taps import Stage

# Layouts that ask for the image's own shape, which a model is not told; an image's share of every stage is in
# proportion to its image tokens there.
_BY_SHAPE = ("idefics", "internvl")
# (key of an image, its tokens [T, D] in float32, [T] true at tokens with a place) -> [T, D]
Change = Callable[[int, Tensor, Tensor], Tensor]


@dataclass(eq=False)
class Batch:
    """The prompts of one prefill, one image each.

    Attributes:
        loaded: the model.
        inputs: what it was called with.
    """

    loaded: LoadedModel
    inputs: dict[str, Any]

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """A number for each image that its pixels alone decide, whatever else is in the batch.

        Zeros are left out, because images are padded with them to the largest of their batch.
        """
        pixels = _pixels(self.inputs)
        parts = pixels.cpu().split(_shares(len(pixels), self._counts, len(self.inputs["input_ids"])))
        digests = (blake2b(part[part != 0].float().numpy().tobytes(), digest_size=8) for part in parts)
        return tuple(int.from_bytes(digest.digest(), "big") for digest in digests)

    def each(self, states: Tensor, stage: Stage, change: Change) -> Tensor:
        """Change the tokens of each image of `[..., D]`, whose leading axes flatten to the stage's tokens.

        Raises:
            InputError: the tokens cannot be told apart into images.
        """
        flat, placed = states.reshape(-1, states.shape[-1]), self._placed(states, stage)
        images = zip(self.keys, flat.split([len(here) for here in placed]), placed, strict=True)
        return (
            torch.cat([change(key, own.float(), here) for key, own, here in images]).to(states.dtype).reshape_as(states)
        )

    def tokens(self, states: Tensor, stage: Stage) -> list[Tensor]:
        """The tokens `[T, D]` of each image that have a place in it: no class tokens, no padding."""
        flat, placed = states.reshape(-1, states.shape[-1]), self._placed(states, stage)
        return [own[here] for own, here in zip(flat.split([len(here) for here in placed]), placed, strict=True)]

    def sizes(self, states: Tensor, stage: Stage) -> list[int]:
        """How many of the stage's tokens each image has."""
        return [len(here) for here in self._placed(states, stage)]

    def _placed(self, states: Tensor, stage: Stage) -> list[Tensor]:
        """For each image, `[T]`, true at those of its tokens that have a place."""
        tokens = states.numel() // states.shape[-1]
        boxes: Boxes | None = getattr(self._layout, stage)
        if boxes is None:
            counts = _shares(tokens, self._counts, len(self.inputs["input_ids"]))
            return [torch.ones(count, dtype=torch.bool, device=states.device) for count in counts]
        placed = [~box.isnan().any(dim=1).to(states.device) for box in boxes]
        if (expected := sum(map(len, placed))) != tokens:
            raise InputError(f"A stage holds {tokens} tokens where the images of the batch have {expected}.")
        return placed

    @cached_property
    def _counts(self) -> list[int]:
        return image_counts(self.loaded.model, self.inputs)

    @cached_property
    def _layout(self) -> Layout:
        named = self.loaded.anatomy.layout
        layout = layout_named("proportional" if named in _BY_SHAPE else named)
        anywhere = [(1, 1)] * len(self.inputs["input_ids"])  # only how many tokens there are is read from it
        return layout(self.loaded.model, self.loaded.processor, self.inputs, anywhere)


class Shown:
    """Follows the model's forward passes while it stands on it.

    Args:
        loaded: the model.
        stack: takes the hooks off.

    Attributes:
        batch: the prompts of the current pass, or those that it goes on behind; None where they are not known: a pass
            without images, or one behind a prefill that was not followed.
        first: whether it is the prefill.
        input_ids: `[b, M]` of the current pass.
    """

    def __init__(self, loaded: LoadedModel, stack: ExitStack) -> None:
        self.batch: Batch | None = None
        self.first = True
        self.input_ids: Tensor | None = None
        self._loaded = loaded
        self._chosen: Tensor | None = None
        handles = (
            loaded.model.register_forward_pre_hook(self._begin, with_kwargs=True, prepend=True),
            loaded.model.register_forward_hook(self._end, with_kwargs=True),
        )
        for handle in handles:
            stack.callback(handle.remove)

    @property
    def rows(self) -> list[int]:
        """Which of the batch's prompts the current pass goes on with."""
        if self.batch is None:
            return []
        return list(range(len(self.batch.keys))) if self._chosen is None else self._chosen.tolist()

    def _begin(self, _: nn.Module, __: tuple[Any, ...], inputs: dict[str, Any]) -> None:
        cache = inputs.get("past_key_values")
        self.first = cache is None or cache.get_seq_length() == 0
        self.input_ids = inputs.get("input_ids")
        if self.first:
            with_image = self.input_ids is not None and _holds_pixels(inputs)
            self.batch = Batch(self._loaded, dict(inputs)) if with_image else None
            self._chosen = None
        else:
            self.batch = getattr(cache, "shown", None)
            self._chosen = getattr(cache, "prompt_rows", None)

    def _end(self, _: nn.Module, __: tuple[Any, ...], ___: dict[str, Any], output: Any) -> None:
        cache = getattr(output, "past_key_values", None)
        if self.first and cache is not None:
            cache.shown = self.batch  # copies of a cache keep it


def _pixels(inputs: dict[str, Any]) -> Tensor:
    if "pixel_values" in inputs:
        return inputs["pixel_values"]
    return next(value for value in inputs.values() if isinstance(value, Tensor) and value.is_floating_point())


def _holds_pixels(inputs: dict[str, Any]) -> bool:
    return any(isinstance(value, Tensor) and value.is_floating_point() for value in inputs.values())


def _shares(whole: int, image_tokens: Sequence[int], images: int) -> list[int]:
    """How `whole` rows are shared out: one each, else in proportion to the images' tokens in the prompt."""
    if whole == images:
        return [1] * images
    every = sum(image_tokens)
    if not every or any(whole * count % every for count in image_tokens):
        raise InputError(f"{whole} rows cannot be shared out to images with {list(image_tokens)} image tokens.")
    return [whole * count // every for count in image_tokens]
