"""Models whose parts no trace can find are refused in one sentence that says what to do."""

import pytest
from torch import nn

from angiogram.errors import InputError
from angiogram.model.discover import discover, examine_without_weights
from angiogram.model.load import load_model
from angiogram.model.loading import Loading
from angiogram.model.meta import meta_model


@pytest.fixture
def oddly(folder_of, tmp_path):
    return load_model(str(folder_of("oddly")), tmp_path, print, Loading(trust_remote_code=True))


def refusal(loaded):
    with pytest.raises(InputError) as error:
        discover(loaded.model, loaded.processor)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_model_that_does_not_look(oddly):
    oddly.model.bridge.planks.weight.data.zero_()
    assert refusal(oddly).startswith("The model's answer does not depend on the image at all")


def test_an_encoder_without_blocks(oddly):
    oddly.model.eyes.stages = nn.ModuleList()
    said = refusal(oddly)
    assert said.startswith("The model's encoder blocks were not found: no list of blocks")
    assert "has no encoder and cannot be tapped" in said
    assert "'encoder_blocks: model.vision_tower.encoder.layers'" in said and "--anatomy" in said


def test_an_encoder_that_is_called_for_the_tiles_and_for_the_whole_image(oddly):
    eyes = oddly.model.eyes
    seen = eyes.forward
    eyes.forward = lambda pictures: {"seen": seen(pictures.flip(-1))["seen"] + seen(pictures)["seen"]}
    assert refusal(oddly).startswith("The blocks in 'eyes.stages' are called 2 times for one image")


def test_an_encoder_decoder(oddly):
    oddly.model.config.is_encoder_decoder = True
    assert "does not answer from the last token of the prompt" in refusal(oddly)


def test_channels_before_pixels(oddly):
    """A convolution as connector: its rows would be taken for tokens."""
    eyes, width = oddly.model.eyes, oddly.model.config.mind_size
    seen = eyes.forward

    def as_picture(pictures):
        states = seen(pictures)["seen"]
        return {"seen": states.transpose(1, 2).reshape(len(states), -1, 4, 4)}

    class Folded(nn.Module):
        def __init__(self):
            super().__init__()
            self.fold = nn.Conv2d(oddly.model.config.size, width, 2, 2)

        def forward(self, picture):
            return self.fold(picture).flatten(2).transpose(1, 2)

    eyes.forward = as_picture
    oddly.model.bridge = Folded()
    said = refusal(oddly)
    assert (
        "What 'bridge' receives (1, 32, 4, 4) has its channels before its pixels" in said and "'received: PATH'" in said
    )


def test_an_image_that_is_spelt_in_words(oddly):
    """A codebook's tokens with words of their own in the LLM, as in Emu 3 and Chameleon."""
    words = oddly.model.mind.dictionary

    class Spelling(nn.Module):
        def forward(self, seen):
            return words(seen.reshape(len(seen), 4, -1).argmax(dim=-1))

    oddly.model.bridge = Spelling()
    assert "turns the image into tokens of its own vocabulary" in refusal(oddly)


def test_without_weights_only_known_families(folder_of):
    with pytest.raises(InputError, match="'vipllava' are found by tracing images through its weights"):
        examine_without_weights(meta_model(str(folder_of("vipllava"))))
