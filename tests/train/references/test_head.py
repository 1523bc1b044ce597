"""The head that is replaced, and everything else that must come from the files."""

import pytest
import torch
from transformers import AutoConfig, AutoModelForImageClassification, ViTConfig

from angiogram.errors import InputError
from angiogram.train.references.head import for_classes, head_of
from angiogram.train.references.source import Source
from tests.train.references.classifiers import small_pvt, small_vit, with_setting, with_weights


@pytest.mark.parametrize("write", [small_vit, small_pvt])
@pytest.mark.parametrize("classes", [2, 5, 6])
def test_there_is_a_logit_for_each_class(write, classes, tmp_path):
    network = Source(str(write(tmp_path)), print).network(classes)
    assert network(torch.zeros(3, 3, 32, 32)).shape == (3, classes)


def test_the_head_is_what_follows_the_number_of_classes(tmp_path):
    config = AutoConfig.from_pretrained(small_vit(tmp_path))
    network = Source(str(tmp_path), print).network(3).network
    assert head_of(network, for_classes(config, 3)) == {"classifier.weight", "classifier.bias"}


def test_a_constructor_that_reads_numbers_out_of_tensors(tmp_path, monkeypatch):
    def built(config, from_config=AutoModelForImageClassification.from_config, **options):
        torch.linspace(0, 0.1, 2)[1].item()
        return from_config(config, **options)

    config = AutoConfig.from_pretrained(small_vit(tmp_path))
    network = Source(str(tmp_path), print).network(3).network
    monkeypatch.setattr(AutoModelForImageClassification, "from_config", built)
    assert head_of(network, for_classes(config, 3)) == {"classifier.weight", "classifier.bias"}


def test_the_number_of_classes_is_not_given_twice():
    config = ViTConfig()
    config.model_args = {"num_classes": 1000, "global_pool": "avg"}
    assert for_classes(config, 4).model_args == {"global_pool": "avg"} and config.num_labels == 4


def test_a_checkpoint_without_a_head_gets_one(tmp_path):
    folder = with_weights(small_vit(tmp_path), lambda weights: {k: w for k, w in weights.items() if "vit." in k})
    assert Source(str(folder), print).network(3)(torch.zeros(1, 3, 32, 32)).shape == (1, 3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda weights: {f"x.{k}": w for k, w in weights.items()}, "lacks .* of its weights, which would stay random"),
        (lambda weights: {k: w for k, w in weights.items() if ".layernorm." not in k}, "lacks 2 of its weights"),
    ],
)
def test_nothing_but_the_head_may_be_random(change, said, tmp_path):
    with pytest.raises(InputError, match=said):
        Source(str(with_weights(small_vit(tmp_path), change)), print).network(3)


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"image_size": 64}, "of another shape than its config.json"), ({"num_hidden_layers": 1}, "blocks beyond those")],
)
def test_a_configuration_that_is_not_the_weights_own(settings, said, tmp_path):
    with pytest.raises(InputError, match=said):
        Source(str(with_setting(small_vit(tmp_path), **settings)), print).network(3)
