"""All taps of one image, from the model's submodules and `output_hidden_states`."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from tests.tap.references.picture import Picture, five_rows, moved
from tests.tap.references.places import PLACES, Shape
from tests.tap.references.towers import TOWERS

LLM = {"idefics3": "text_model", "smolvlm": "text_model"}  # all others call it language_model


@torch.no_grad()
def reference(family: str, model: Any, inputs: Any, shape: Shape) -> dict[str, Tensor]:
    """Tap name -> `[5, D]` for image taps, `[1, D]` for last-token taps.

    Args:
        family: a key of `TINY`, or "angiogram".
        model: the whole model.
        inputs: the processor's for this one image, without padding.
        shape: (height, width) of the image.
    """
    seen = TOWERS[family](model.model, inputs)
    at_encoder, at_received, at_connected = PLACES[family]
    connected = at_connected(seen.connected, shape)
    rows = {f"encoder.block.{n}": five_rows(at_encoder(block, shape)) for n, block in enumerate(seen.blocks)}
    rows["encoder.out"] = five_rows(at_received(seen.received, shape))
    rows |= {f"connector.deepstack.{n}": five_rows(at_connected(s, shape)) for n, s in enumerate(seen.deepstack)}
    rows["connector.out"] = five_rows(connected)
    return rows | _llm(model, inputs, getattr(model.model, LLM.get(family, "language_model")), connected)


def _llm(model: Any, inputs: Any, llm: Any, connected: list[Picture]) -> dict[str, Tensor]:
    start, *blocks, normed = model(**inputs, output_hidden_states=True).hidden_states
    with without(llm, "norm"):
        blocks.append(model(**inputs, output_hidden_states=True).hidden_states[-1])
    rows = {f"llm.block.{n}@last": states[0, -1:] for n, states in enumerate(blocks)} | {
        "llm.norm@last": normed[0, -1:]
    }
    at_image = inputs["input_ids"][0] == model.config.image_token_id
    if model.config.model_type == "mllama":
        return rows
    laid = {"llm.in": start} | {f"llm.block.{n}@image": states for n, states in enumerate(blocks)}
    return rows | {
        name: five_rows(moved(connected, start[0, at_image], states[0, at_image])) for name, states in laid.items()
    }


@contextmanager
def without(parent: nn.Module, name: str) -> Generator[None]:
    """The module hands on what it gets."""
    taken = getattr(parent, name)
    setattr(parent, name, nn.Identity())
    try:
        yield
    finally:
        setattr(parent, name, taken)
