"""An exchange of images at the connector's output is the other image, in every family."""

import numpy as np
import pytest
import torch

from angiogram.answer.prefill import prefill
from angiogram.diagnose.cause.exchange import exchanged_images
from angiogram.diagnose.cause.pairs import image_shapes
from angiogram.imaging.image import Image
from angiogram.model.prompt import chat, prepare
from tests.model.tiny import FAMILIES

SHAPES = ((40, 90), (40, 90), (120, 50), (120, 50))
PARTNERS = [1, 0, 3, 2]


@pytest.fixture(scope="module", params=("angiogram", *FAMILIES))
def asked(request, load_family):
    loaded = load_family(request.param)
    rng = np.random.default_rng(0)
    images = [Image(rng.integers(0, 256, (*shape, 3), dtype=np.uint8), ()) for shape in SHAPES]
    return loaded, prepare(loaded.processor, chat(loaded.processor, "Which?"), images)


def logits(loaded, inputs, block=None, donors=None):
    if donors is None:
        return prefill(loaded, inputs).logits
    with exchanged_images(loaded, inputs, donors, block):
        return prefill(loaded, inputs).logits


def test_at_the_connector_every_prompt_is_answered_as_its_partner(asked):
    loaded, inputs = asked
    plain = logits(loaded, inputs)
    assert (plain - plain[PARTNERS]).abs().amax(dim=1).min() > 1e-3
    torch.testing.assert_close(logits(loaded, inputs, None, PARTNERS), plain[PARTNERS], atol=1e-4, rtol=0)
    torch.testing.assert_close(logits(loaded, inputs), plain)


def test_behind_the_last_block_nothing_changes_and_in_between_something_does(asked):
    loaded, inputs = asked
    if not loaded.anatomy.image_tokens:
        pytest.skip("no image tokens stand in the prompt")
    plain, last = logits(loaded, inputs), len(loaded.anatomy.llm_blocks) - 1
    torch.testing.assert_close(logits(loaded, inputs, last, PARTNERS), plain, atol=1e-5, rtol=0)
    first = logits(loaded, inputs, 0, PARTNERS)
    assert (first - plain).abs().amax(dim=1).min() > 1e-4


def test_its_own_image_in_its_place_changes_nothing(asked):
    loaded, inputs = asked
    for block in (None, 0):
        found = logits(loaded, inputs, block, [0, 1, 2, 3])
        torch.testing.assert_close(found, logits(loaded, inputs), atol=1e-5, rtol=0)


def test_images_of_different_shapes_are_told_apart(asked):
    loaded, inputs = asked
    shapes = image_shapes(loaded, inputs)
    assert shapes[0] == shapes[1] and shapes[2] == shapes[3]
    flexible = "image_grid_thw" in inputs or loaded.anatomy.family == "mllama"
    assert not flexible or shapes[0] != shapes[2]


def test_images_with_different_numbers_of_tokens_are_refused(load_family):
    loaded = load_family("qwen2_vl")
    images = [Image(np.zeros((*shape, 3), np.uint8), ()) for shape in ((56, 56), (40, 120))]
    inputs = prepare(loaded.processor, chat(loaded.processor, "Which?"), images)
    with pytest.raises(ValueError, match="cannot be exchanged"), exchanged_images(loaded, inputs, [1, 0], None):
        pass


def test_a_layout_of_blocks_with_a_tuple_output_is_exchanged_too(load_family):
    loaded = load_family("llava")
    images = [Image(np.full((56, 56, 3), value, np.uint8), ()) for value in (0, 200)]
    inputs = prepare(loaded.processor, chat(loaded.processor, "Which?"), images)
    expected = logits(loaded, inputs, 0, [1, 0])
    block = loaded.model.get_submodule(loaded.anatomy.llm_blocks[0])
    handles = [block.register_forward_hook(lambda _, __, output: (output,), prepend=True)]
    try:
        with exchanged_images(loaded, inputs, [1, 0], 0):
            handles.append(block.register_forward_hook(lambda _, __, output: output[0]))
            found = prefill(loaded, inputs).logits
    finally:
        for handle in handles:
            handle.remove()
    torch.testing.assert_close(found, expected)
