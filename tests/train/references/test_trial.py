"""A classifier that cannot be tuned is refused before anything slow."""

import json

import pytest
import torch
from safetensors.torch import save_file
from transformers import Siglip2Config, Siglip2ForImageClassification, Siglip2ImageProcessorPil

from angiogram.errors import InputError
from angiogram.train.references.head import check_read
from angiogram.train.references.source import Source
from angiogram.train.references.trial import try_classifier
from tests.train.references.classifiers import small_pvt, small_vit, with_processor
from tests.train.references.planted import coloured
from tests.train.references.test_source import TIMM


def refusal(folder):
    """The sentence of the refusal."""
    with pytest.raises(InputError) as caught:
        try_classifier(str(folder), coloured(), lambda _: None)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("write", [small_vit, small_pvt, lambda folder: small_vit(folder, dtype=torch.float16)])
def test_one_that_can_be_tuned_passes(write, tmp_path):
    lines = []
    try_classifier(str(write(tmp_path)), coloured(), lines.append)
    assert lines == [f"trying the reference {tmp_path} on 2 images"]


def test_an_image_processor_of_another_size(tmp_path):
    said = refusal(small_vit(tmp_path, pixels=48))
    assert "pixels of shape [2, 3, 48, 48]" in said and "(32*32)" in said


def test_pixels_in_patches(tmp_path):
    vision = {
        "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "patch_size": 16,
        "num_patches": 16,
    }  # fmt: skip
    text = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = Siglip2Config(vision_config=vision, text_config={**text, "vocab_size": 50}, num_labels=5)
    Siglip2ForImageClassification(config).save_pretrained(tmp_path)
    Siglip2ImageProcessorPil(patch_size=16, max_num_patches=16).save_pretrained(tmp_path)
    assert "makes pixels of shape [2, 16, 768]" in refusal(tmp_path)


def test_no_image_processor(tmp_path):
    (small_vit(tmp_path) / "preprocessor_config.json").unlink()
    assert "is no image classifier that can be loaded here" in refusal(tmp_path)


class _Stuck(torch.nn.Module):
    def forward(self, pixels):
        return torch.zeros(len(pixels), self.logits, requires_grad=self.learns)

    def __init__(self, logits, learns):
        super().__init__()
        self.logits, self.learns = logits, learns


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (_Stuck(1000, True), "gives logits of shape [2, 1000] for 2 images of 2 classes"),
        (_Stuck(2, False), "cannot be tuned on what its image processor makes"),
    ],
)
def test_a_network_that_cannot_learn_these_classes(network, said, tmp_path, monkeypatch):
    monkeypatch.setattr(Source, "network", lambda self, classes: network)
    assert said in refusal(with_processor(tmp_path, 32))


def test_a_network_whose_logits_have_no_head():
    with pytest.raises(InputError, match="has no head for them"):
        check_read("shield", torch.nn.Linear(2, 2), set(), {})


@pytest.mark.parametrize("left_out", [(), ("model_args",)])
def test_a_classifier_of_timm(left_out, tmp_path):
    timm = pytest.importorskip("timm")
    settings = {name: value for name, value in TIMM.items() if name not in left_out}
    (tmp_path / "config.json").write_text(json.dumps(settings))
    weights = timm.create_model("test_resnet", num_classes=1000).state_dict()
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    try_classifier(str(tmp_path), coloured(), lambda _: None)
    assert Source(str(tmp_path), print).network(7)(torch.zeros(2, 3, 64, 64)).shape == (2, 7)
