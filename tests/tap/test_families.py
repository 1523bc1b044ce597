"""What the hooks pool in a batch of mixed shapes, in every family, against references without hooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from angiogram.imaging.image import Image
from angiogram.model.load import LoadedModel
from angiogram.model.prompt import chat, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.pooling import PromptPooling
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import plan_taps
from tests.model.tiny import TINY
from tests.tap.references import reference
from tests.tap.references.picture import Picture, five_rows

SHAPES = ((56, 56), (40, 90), (120, 50), (130, 90), (100, 100))
CLOSE = 1e-4  # of the largest value at the tap


@dataclass(frozen=True)
class Tapped:
    """One family and its taps on five noise images of different shapes, run together."""

    name: str
    loaded: LoadedModel
    images: list[Image]
    pooled: dict[str, Tensor]


def ask(loaded: LoadedModel, images: Sequence[Image]) -> Any:
    return prepare(loaded.processor, chat(loaded.processor, "Which structure is shown?"), images)


def pool(loaded: LoadedModel, images: Sequence[Image]) -> dict[str, Tensor]:
    inputs = ask(loaded, images)
    poolings = batch_poolings(loaded, inputs, [image.size for image in images])
    with torch.no_grad(), pooled_hooks(loaded.model, plan_taps(loaded.anatomy), poolings) as pooled:
        loaded.model(**inputs)
    return pooled


def assert_close(found: Tensor, expected: Tensor, what: str) -> None:
    torch.testing.assert_close(
        found, expected, rtol=0, atol=CLOSE * float(expected.abs().max()), msg=lambda said: f"{what}: {said}"
    )


@pytest.fixture(scope="module", params=("angiogram", *TINY))
def tapped(request, load_family) -> Tapped:
    rng = np.random.default_rng(0)
    images = [Image(rng.integers(0, 256, (*shape, 3), dtype=np.uint8), ()) for shape in SHAPES]
    loaded = load_family(request.param)
    return Tapped(request.param, loaded, images, pool(loaded, images))


def test_every_pooled_row_equals_the_reference_of_the_image_alone(tapped):
    for row, (image, shape) in enumerate(zip(tapped.images, SHAPES, strict=True)):
        expected = reference(tapped.name, tapped.loaded.model, ask(tapped.loaded, [image]), shape)
        assert expected.keys() == tapped.pooled.keys()
        for name, states in expected.items():
            assert_close(tapped.pooled[name][row], states, f"{name} of {shape}")


def test_the_batch_gives_each_image_what_it_gets_alone(tapped):
    for row, image in enumerate(tapped.images):
        for name, states in pool(tapped.loaded, [image]).items():
            assert_close(tapped.pooled[name][row], states[0], name)


def test_images_in_another_order_and_twice_keep_their_rows(tapped):
    order = [3, 0, 4, 4, 2]
    for name, states in pool(tapped.loaded, [tapped.images[i] for i in order]).items():
        assert_close(states, tapped.pooled[name][order], name)


def test_images_of_one_shape_are_pooled_in_one_product_and_keep_their_rows(tapped):
    rng = np.random.default_rng(1)
    wide, wider = tapped.images[1], Image(rng.integers(0, 256, (40, 90, 3), dtype=np.uint8), ())
    for name, states in pool(tapped.loaded, [wider, wide]).items():
        assert_close(states[1], tapped.pooled[name][1], name)


def test_every_image_tap_and_the_end_tell_the_images_apart(tapped):
    for tap in plan_taps(tapped.loaded.anatomy)[1:]:
        if tap.stream == "last" and tap.name != "llm.norm@last":
            continue  # not every block's last token has seen the image (Gemma 3's first, Mllama's first)
        states = tapped.pooled[tap.name].flatten(1)
        distances = torch.cdist(states, states)
        assert (distances + torch.eye(len(SHAPES)) * 9).min() > 0.01


def test_the_reference_s_quarters_are_slices_where_the_grid_is_even():
    tokens = torch.randn(4, 6, 3)
    _, above_left, above_right, below_left, below_right = five_rows([Picture(tokens)])
    torch.testing.assert_close(above_left, tokens[:2, :3].mean((0, 1)))
    torch.testing.assert_close(above_right, tokens[:2, 3:].mean((0, 1)))
    torch.testing.assert_close(below_left, tokens[2:, :3].mean((0, 1)))
    torch.testing.assert_close(below_right, tokens[2:, 3:].mean((0, 1)))


def test_a_row_without_an_image_is_zero_at_the_image_and_read_at_its_last_token():
    image_mask = torch.tensor([[False, True, True], [False, False, False]])
    boxes = torch.tensor([[0.0, 0.0, 1.0, 0.5], [0.0, 0.5, 1.0, 1.0]])
    pooling = PromptPooling(image_mask, torch.ones(2, 3), [boxes, boxes[:0]])
    rows = pooling(torch.arange(1.0, 7.0).reshape(2, 3, 1)).squeeze(2)
    assert rows.tolist() == [[2.5, 2.0, 3.0, 2.0, 3.0, 3.0], [0.0, 0.0, 0.0, 0.0, 0.0, 6.0]]
