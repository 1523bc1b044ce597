"""Images of one pixel, of 20,000 pixels on a side, of 16 bits and with a palette, through every family."""

import numpy as np
import PIL.Image
import pytest
import torch

from angiogram.answer.prefill import prefill
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.imaging.raster import read_raster
from angiogram.model.context import check_length
from angiogram.model.load import load_model
from angiogram.model.prompt import chat, prepare
from angiogram.tap.hooks import pooled_hooks
from angiogram.tap.stages import batch_poolings
from angiogram.tap.taps import plan_taps
from tests.model.tiny import FAMILIES, write_tiny

SHAPES = [(1, 1), (1, 1, 3), (1, 3), (3, 1), (1, 20_000), (20_000, 1), (100, 20_000), (20_000, 40, 3)]
# What a family cannot take, and the words that say so; everything else must give finite features.
TOO_LONG = {"qwen2_vl": 200, "qwen2_5_vl": 200, "qwen3_vl": 200, "mistral3": 112, "pixtral": 112}


@pytest.fixture(scope="module", params=FAMILIES)
def family(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    write_tiny(request.param, folder)
    return request.param, load_model(str(folder), folder, print)


def read(loaded, image):
    """Every tap of one image."""
    inputs = prepare(loaded.processor, chat(loaded.processor, "Which structure is shown?"), [image])
    poolings = batch_poolings(loaded, inputs, [image.pixels.shape[:2]])
    with torch.no_grad(), pooled_hooks(loaded.model, plan_taps(loaded.anatomy), poolings) as pooled:
        prefill(loaded, inputs)
    return pooled


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_an_image_of_odd_shape_works_or_is_refused_in_a_sentence(family, shape):
    name, loaded = family
    image = Image(np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8), ())
    height, width = shape[:2]
    if max(height, width) / min(height, width) > TOO_LONG.get(name, np.inf):
        said = rf"^The model's processor cannot prepare an image of {width}x{height} pixels: [^\n]*\.$"
    elif name == "mistral3" and max(height, width) < 28:
        said = f"^An image of {width}x{height} pixels is a single token for this model, which needs more than 28x28"
    else:
        assert all(rows.isfinite().all() for rows in read(loaded, image).values())
        return
    with pytest.raises(InputError, match=said):
        read(loaded, image)


def test_sixteen_bits_and_palettes_read_as_their_eight_bit_twins(family, tmp_path):
    _, loaded = family
    grey = np.random.default_rng(1).integers(0, 256, (60, 60), dtype=np.uint8)
    grey.flat[:2] = 0, 255
    PIL.Image.fromarray(grey).save(tmp_path / "grey.png")
    PIL.Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / "deep.png")
    palette = PIL.Image.fromarray(grey, "P")
    palette.putpalette([level for level in range(256) for _ in range(3)])
    palette.save(tmp_path / "palette.png")
    expected = read(loaded, read_raster(tmp_path / "grey.png"))
    for file in ("deep.png", "palette.png"):
        found = read(loaded, read_raster(tmp_path / file))
        for tap, rows in expected.items():
            torch.testing.assert_close(found[tap], rows)


def test_the_image_that_does_not_fit_is_the_one_that_is_named(tmp_path):
    write_tiny("qwen2_vl", tmp_path)
    loaded = load_model(str(tmp_path), tmp_path, print)
    images = [Image(np.zeros(shape, np.uint8), ()) for shape in ((50, 50), (4, 1000), (60, 20))]
    with pytest.raises(InputError, match="an image of 1000x4 pixels: absolute aspect ratio must be smaller than 200"):
        prepare(loaded.processor, chat(loaded.processor, "?"), images)


def test_a_prompt_beyond_the_context_is_refused_with_the_lengths(tiny, squares):
    def inputs(question):
        return prepare(tiny.processor, chat(tiny.processor, question), [squares.read(squares.rows[0])])

    check_length(tiny.model, inputs(squares.question), 24)
    long = inputs(squares.question * 500)
    length, holds = long["input_ids"].shape[1], tiny.model.config.text_config.max_position_embeddings
    with pytest.raises(InputError, match=f"is {length} tokens long and an answer may take 24 more.* holds {holds};"):
        check_length(tiny.model, long, 24)
    tiny.model.config.text_config.max_position_embeddings = length + 24
    check_length(tiny.model, long, 24)
    with pytest.raises(InputError, match="may take 25 more"):
        check_length(tiny.model, long, 25)
