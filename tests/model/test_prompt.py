"""Prompts of models whose chat template is missing, takes strings only, or is broken."""

import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from angiogram.answer.prefill import prefill
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.load import load_model
from angiogram.model.prompt import chat, prepare
from tests.model.tiny import write_tiny

SQUARE = Image(np.random.default_rng(0).integers(0, 256, (56, 56, 3), dtype=np.uint8), ())
STRINGS = "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + '\\n' }}{% endfor %}"
PRINTED = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}{% endfor %}"
RAISING = "{{ raise_exception('Only tools may ask.') }}"
TEXT_ALONE = (
    "{% for m in messages %}{{ m['role'] }}: {% if m['content'] is string %}{{ m['content'] }}{% else %}"
    "{% for part in m['content'] if part['type'] == 'text' %}{{ part['text'] }}{% endfor %}{% endif %}\n{% endfor %}"
)
IMAGE_TOKEN = {"llava": "<image>", "qwen2_5_vl": "<|image_pad|>", "gemma3": "<image_soft_token>"}


@pytest.fixture(scope="module", params=IMAGE_TOKEN)
def family(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    write_tiny(request.param, folder)
    return request.param, load_model(str(folder), folder, print)


def image_tokens(name, loaded):
    """How many the prompt of one picture holds; the model reads it."""
    inputs = prepare(loaded.processor, chat(loaded.processor, "Which organ?"), [SQUARE])
    assert torch.isfinite(prefill(loaded, inputs).logits).all()
    token = loaded.processor.tokenizer.convert_tokens_to_ids(IMAGE_TOKEN[name])
    return int((inputs["input_ids"] == token).sum())


@pytest.mark.parametrize(
    "template", [None, STRINGS, PRINTED, TEXT_ALONE], ids=["none", "strings", "printed", "text alone"]
)
def test_a_template_that_takes_no_parts_or_none_at_all(family, template, monkeypatch):
    name, loaded = family
    expected = image_tokens(name, loaded)
    monkeypatch.setattr(loaded.processor, "chat_template", template)
    monkeypatch.setattr(loaded.processor.tokenizer, "chat_template", None)
    assert image_tokens(name, loaded) == expected > 0
    said = chat(loaded.processor, "Which organ?")
    assert said.rstrip("\n").endswith("\nWhich organ?") and "{'type'" not in said
    assert ("<|vision_start|><|image_pad|><|vision_end|>" in said) is (name == "qwen2_5_vl")


def test_a_tokenizer_s_own_template_is_used_where_the_processor_has_none(family, monkeypatch):
    name, loaded = family
    monkeypatch.setattr(loaded.processor, "chat_template", None)
    monkeypatch.setattr(loaded.processor.tokenizer, "chat_template", STRINGS)
    said = chat(loaded.processor, "Which organ?")
    assert said.startswith("user: ") and said.endswith("\nWhich organ?\n") and loaded.processor.image_token in said
    assert image_tokens(name, loaded) > 0


@pytest.mark.parametrize(
    ("template", "said"), [(RAISING, "Only tools may ask"), ("{% for %}", "Expected"), ("{{ a.b.c }}", "undefined")]
)
def test_a_template_that_cannot_be_used(family, template, said, monkeypatch):
    processor = family[1].processor
    monkeypatch.setattr(processor, "chat_template", template)
    with pytest.raises(InputError, match=rf"^The model's chat template cannot be used: .*{said}.*\.$"):
        chat(processor, "Which organ?")


def test_a_template_that_leaves_the_image_out_whatever_is_done(family, monkeypatch):
    loaded = family[1]
    silent = "{% for m in messages %}{{ m['role'] }}: ?{% endfor %}"
    monkeypatch.setattr(loaded.processor, "chat_template", silent)
    token = re.escape(loaded.processor.image_token)
    with pytest.raises(InputError, match=f"chat template leaves the image out: no '{token}' stands in its prompt"):
        chat(loaded.processor, "Which organ?")


def test_paligemma_places_the_image_itself(tmp_path):
    write_tiny("paligemma", tmp_path)
    loaded = load_model(str(tmp_path), tmp_path, print)
    loaded.processor.chat_template = None
    assert chat(loaded.processor, "Which organ?") == "Which organ?"


def test_a_prompt_that_no_image_fits_is_the_one_blamed(tmp_path):
    write_tiny("qwen2_vl", tmp_path)
    loaded = load_model(str(tmp_path), tmp_path, print)
    with pytest.raises(InputError, match="cannot prepare the prompt, whatever the image: ") as caught:
        prepare(loaded.processor, "<|image_pad|><|image_pad|> Which?", [SQUARE])
    assert "\n" not in str(caught.value)


def test_images_that_a_processor_takes_one_by_one_but_not_together():
    """As where each image has its own number of tiles and a batch must have one."""

    class Tiling:
        tokenizer = SimpleNamespace(bos_token=None)

        def __call__(self, images, text, **_):
            if len(text) > 1:
                raise ValueError("stack expects each tensor to be equal size")
            return {"input_ids": torch.ones(1, 3)}

    images = [Image(np.zeros(shape, np.uint8), ()) for shape in ((40, 50), (60, 20))]
    said = r"cannot prepare images of 50x40, 20x60 pixels in one batch: stack expects each tensor to be equal size\.$"
    with pytest.raises(InputError, match=said):
        prepare(Tiling(), "?", images)
