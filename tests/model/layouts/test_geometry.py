"""Tokens are where the layouts say: told from what each token responds to when parts of an image are painted."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from torch import Tensor

from angiogram.imaging.image import Image
from angiogram.model.layouts.layout import Layout, layout_named
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.pooling import quarter_weights
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import plan_taps
from tests.model.layouts.local import VARIANTS, made_local, stages
from tests.model.tiny import FAMILIES

SHAPES = ((56, 56), (40, 90), (120, 50), (130, 90), (100, 100))
STRIPS = 8
Paint = Callable[[np.ndarray, np.ndarray], np.ndarray | float]


def painted(paint: Paint) -> list[Image]:
    """One image of each shape, its brightness in 0..1 given by y `[H, 1]` and x `[1, W]`, both in 0..1."""
    images: list[Image] = []
    for height, width in SHAPES:
        y, x = (np.arange(height) + 0.5)[:, None] / height, (np.arange(width) + 0.5)[None] / width
        grey = np.broadcast_to(np.round(255.0 * paint(y, x)).astype(np.uint8), (height, width))
        images.append(Image(np.repeat(grey[..., None], 3, axis=2), ()))
    return images


BLACK, WHITE = painted(lambda y, x: 0.0), painted(lambda y, x: 1.0)


def quarter(down: int, right: int) -> list[Image]:
    return painted(lambda y, x: ((y > 0.5) == down) & ((x > 0.5) == right))


def strip(axis: int, number: int) -> list[Image]:
    return painted(lambda y, x: np.floor((y, x)[axis] * STRIPS) == number)


@dataclass(frozen=True)
class Mapped:
    """A local model, its layout of five images of different shapes, and its token states for black and white ones."""

    local: LoadedModel
    layout: Layout
    black: dict[str, Tensor]
    white: dict[str, Tensor]

    def boxes(self, place: str) -> Tensor:
        """`[N, 4]` of the tokens at this place."""
        return torch.cat(getattr(self.layout, "encoder" if place == "embedded" else place))

    def places(self) -> list[str]:
        """Behind the patch embeddings."""
        return ["encoder", "received", "connected", *(["prompt"] if self.layout.prompt else [])]

    def change(self, place: str, images: list[Image]) -> Tensor:
        """`[N, D]`, against black images."""
        return stages(self.local, images)[place] - self.black[place]


@pytest.fixture(scope="module", params=("angiogram", *FAMILIES, *VARIANTS))
def mapped(request, load_family) -> Mapped:
    family, change = VARIANTS.get(request.param, (request.param, lambda _: None))
    local = made_local(load_family(family))
    change(local)
    inputs = prepare(local.processor, chat(local.processor, "Which?"), BLACK)
    layout = layout_named(local.anatomy.layout)(local.model, local.processor, inputs, SHAPES)
    return Mapped(local, layout, stages(local, BLACK), stages(local, WHITE))


def centres(boxes: Tensor, axis: int) -> Tensor:
    """Of the part inside the image."""
    return boxes.clamp(0, 1)[:, axis::2].mean(1)


def test_the_local_model_keeps_every_token_to_itself(mapped):
    assert torch.equal(mapped.black["embedded"], mapped.black["encoder"]) or mapped.local.anatomy.family == "mllama"


def test_a_token_responds_by_the_share_of_its_box_that_lies_in_the_image(mapped):
    response = (mapped.white["embedded"] - mapped.black["embedded"]).norm(dim=1)
    shares = quarter_weights(mapped.boxes("embedded")).sum(0)
    torch.testing.assert_close(response / response.max(), shares, atol=0.005, rtol=0)


@pytest.mark.parametrize("axis", [0, 1], ids=["y", "x"])
def test_ramps_give_back_the_centre_of_every_box(mapped, axis):
    full = mapped.white["embedded"] - mapped.black["embedded"]
    ramp = mapped.change("embedded", painted(lambda y, x: (y, x)[axis]))
    boxes = mapped.boxes("embedded")
    there = quarter_weights(boxes).sum(0) > 0
    brightness = (ramp * full).sum(1)[there] / full.square().sum(1)[there]
    torch.testing.assert_close(brightness, centres(boxes, axis)[there], atol=0.005, rtol=0)


@pytest.mark.parametrize("axis", [0, 1], ids=["y", "x"])
def test_strips_are_felt_where_the_boxes_are_at_every_place(mapped, axis):
    seen = [stages(mapped.local, strip(axis, number)) for number in range(STRIPS)]
    middles = (torch.arange(STRIPS) + 0.5) / STRIPS
    for place in mapped.places():
        felt = torch.stack([(states[place] - mapped.black[place]).norm(dim=1) for states in seen])  # [STRIPS, N]
        boxes = mapped.boxes(place)
        there = quarter_weights(boxes).sum(0) > 0
        found = (middles @ felt)[there] / felt.sum(0)[there]
        expected = centres(boxes, axis)[there]
        assert (found - expected).abs().max() < 0.08, place
        assert torch.corrcoef(torch.stack([found, expected]))[0, 1] ** 2 > 0.99, place


@pytest.mark.parametrize("number", range(4), ids=["above left", "above right", "below left", "below right"])
def test_a_painted_quarter_changes_its_own_row_most_at_every_image_tap(mapped, number):
    taps = [tap for tap in plan_taps(mapped.local.anatomy)[1:] if tap.stream == "image"]
    pooled: list[dict[str, Tensor]] = []
    for images in (BLACK, quarter(*divmod(number, 2))):
        inputs = prepare(mapped.local.processor, chat(mapped.local.processor, "Which?"), images)
        poolings = batch_poolings(mapped.local, inputs, SHAPES)
        with torch.no_grad(), pooled_hooks(mapped.local.model, taps, poolings) as rows:
            mapped.local.model(**inputs)
        pooled.append(rows)
    for tap in taps:
        changes = (pooled[1][tap.name] - pooled[0][tap.name]).norm(dim=2)[:, 1:]  # [B, 4]
        assert changes.argmax(1).tolist() == [number] * len(SHAPES), tap.name
        others = changes[:, [row for row in range(4) if row != number]]
        assert (others < 0.75 * changes[:, [number]]).all(), tap.name


def test_the_variants_have_fewer_tokens_than_their_families(load_family):
    for name in ("llava_onevision, shrunk", "smolvlm, unsplit", "internvl, uncut"):
        family, change = VARIANTS[name]
        changed = made_local(load_family(family))
        change(changed)
        tokens = [
            (prepare(loaded.processor, chat(loaded.processor, "Which?"), BLACK)["input_ids"]).shape[1]
            for loaded in (load_family(family), changed)
        ]
        assert tokens[1] < tokens[0], name
