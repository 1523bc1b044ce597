"""The model under test with the pictures and the question it is tested on, and what it makes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from angiogram.answer.labels import LabelTree, label_tree
from angiogram.answer.likelihood import class_log_likelihoods
from angiogram.answer.prefill import prefill
from angiogram.imaging.image import Image
from angiogram.model.layouts.alone import ONE_BY_ONE
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import PaddingSide, chat, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import Tap, plan_taps


@dataclass(frozen=True)
class Reading:
    """A batch's taps and answers, on the CPU.

    Attributes:
        pooled: tap name -> `[B, 5, D]` for image taps, `[B, 1, D]` for last-token taps.
        likelihoods: log-likelihood of each class name, `[B, K]`; read at the batch's last position, which is not the
            prompt's end in rows that are padded on the right.
    """

    pooled: Mapping[str, Tensor]
    likelihoods: Tensor


@dataclass(frozen=True)
class Subject:
    """What all checks work on.

    Attributes:
        loaded: the model.
        images: two or more, of different shapes where the set has them.
        question: asked about each of them.
        classes: the class names to score.
    """

    loaded: LoadedModel
    images: tuple[Image, ...]
    question: str
    classes: tuple[str, ...]

    @cached_property
    def taps(self) -> tuple[Tap, ...]:
        """All but `pixels`, which no model makes."""
        return tuple(tap for tap in plan_taps(self.loaded.anatomy) if tap.site != "pixels")

    @cached_property
    def tree(self) -> LabelTree:
        """The class names' tokens."""
        return label_tree(self.loaded.processor.tokenizer, self.classes)

    @cached_property
    def prompt(self) -> str:
        """The question in the model's chat format."""
        return chat(self.loaded.processor, self.question)

    @property
    def one_by_one(self) -> bool:
        """Whether a diagnosis gives this model one image at a time."""
        return self.loaded.anatomy.layout == ONE_BY_ONE

    @property
    def batch(self) -> tuple[Image, ...]:
        """The images that go through the model together: all of them, or one."""
        return self.images[:1] if self.one_by_one else self.images

    @cached_property
    def together(self) -> Reading:
        """One batch."""
        return self.read(self.batch)

    @cached_property
    def alone(self) -> tuple[Reading, ...]:
        """Each image in a batch of its own, without any padding between prompts."""
        return tuple(self.read([image]) for image in self.images)

    @cached_property
    def finite(self) -> bool:
        """Whether what the model makes of the first image is free of NaN and infinity."""
        first = self.alone[0]
        return all(bool(values.isfinite().all()) for values in (*first.pooled.values(), first.likelihoods))

    def read(self, images: Sequence[Image], prompts: Sequence[str] = (), padding_side: PaddingSide = "left") -> Reading:
        """One batch, by the same way as a diagnosis goes; without `prompts` each image gets the subject's."""
        loaded = self.loaded
        inputs = prepare(loaded.processor, prompts or self.prompt, images, padding_side=padding_side)
        inputs = inputs.to(loaded.device)
        poolings = batch_poolings(loaded, inputs, [image.size for image in images])
        with torch.no_grad(), pooled_hooks(loaded.model, self.taps, poolings) as pooled:
            prompts_read = prefill(loaded, inputs)
        likelihoods = class_log_likelihoods(prompts_read, self.tree)
        on_cpu = {name: rows.cpu() for name, rows in pooled.items()}
        return Reading(on_cpu, likelihoods.cpu())


def joined(readings: Sequence[Reading]) -> Reading:
    """Readings of one batch each as the reading of one batch."""
    return Reading(
        {name: torch.cat([reading.pooled[name] for reading in readings]) for name in readings[0].pooled},
        torch.cat([reading.likelihoods for reading in readings]),
    )
