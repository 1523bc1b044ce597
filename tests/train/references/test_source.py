"""How a classifier's folder is loaded, and what is said where it cannot be."""

import json
from contextlib import closing

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoImageProcessor
from transformers.utils import is_timm_available

from angiogram.errors import InputError
from angiogram.train.references.source import Source
from tests.hub_server import COMMIT, Client
from tests.train.references.classifiers import halved, small_vit, with_setting

# As timm writes it beside a checkpoint, before 1.0.31 without `model_args`.
TIMM = {
    "architecture": "test_resnet", "num_classes": 1000, "num_features": 96, "global_pool": "avg",
    "model_args": {"num_classes": 1000, "in_chans": 3, "global_pool": "avg"},
    "pretrained_cfg": {"input_size": [3, 64, 64], "mean": [0.5] * 3, "std": [0.5] * 3, "num_classes": 1000},
}  # fmt: skip


def refusal(folder):
    """The sentence of the refusal."""
    with pytest.raises(InputError) as caught:
        Source(str(folder), print).network(2)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_it_is_tuned_in_full_precision(dtype, tmp_path):
    network = Source(str(small_vit(tmp_path, dtype=dtype)), print).network(2)
    assert {weight.dtype for weight in network.parameters()} == {torch.float32}


def test_a_weights_file_that_is_cut_off(tmp_path):
    small_vit(tmp_path)
    assert "is no image classifier that can be loaded here" in refusal(halved(tmp_path / "model.safetensors"))


def test_a_pickle_that_is_cut_off(tmp_path):
    small_vit(tmp_path)
    torch.save(load_file(tmp_path / "model.safetensors"), tmp_path / "pytorch_model.bin")
    (tmp_path / "model.safetensors").unlink()
    assert "is no image classifier that can be loaded here" in refusal(halved(tmp_path / "pytorch_model.bin"))


@pytest.mark.parametrize(
    "settings", [{"num_attention_heads": 0}, {"hidden_size": "wide"}, {"hidden_act": "sharp"}, {"patch_size": []}]
)
def test_a_configuration_that_fits_nothing(settings, tmp_path):
    assert "is no image classifier that can be loaded here" in refusal(with_setting(small_vit(tmp_path), **settings))


def test_a_configuration_that_is_a_list(tmp_path):
    (small_vit(tmp_path) / "config.json").write_text("[]")
    assert "is no image classifier that can be loaded here" in refusal(tmp_path)


def test_pixels_do_not_depend_on_what_is_installed(tmp_path, monkeypatch):
    asked = {}
    monkeypatch.setattr(AutoImageProcessor, "from_pretrained", lambda source, **options: asked.update(options))
    Source(str(small_vit(tmp_path)), print).processor()
    assert asked == {"backend": "pil"}


ON_THE_HUB = """
import sys
from angiogram.errors import InputError
from angiogram.train.references.source import Source
source = Source(sys.argv[1], print)
try:
    source.processor(), source.network(2)
    print(source.identity)
except InputError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with closing(Client(ON_THE_HUB, tmp_path_factory.mktemp("hub"))) as started:
        yield started


@pytest.mark.nightly
@pytest.mark.parametrize("left_out", [None, "preprocessor_config.json", "model.safetensors"])
@pytest.mark.parametrize("pickled", [False, pytest.param(True, marks=pytest.mark.nightly)])
def test_a_classifier_of_the_hub(left_out, pickled, tmp_path, client):
    folder = small_vit(tmp_path / "vit")
    if pickled:
        torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    if left_out:
        (folder / left_out).unlink()
    name = f"owner/{'pickled' if pickled else 'safe'}-without-{left_out}"  # what lies in a commit, the client remembers
    said, _ = client.last_line([name], {name: folder})
    if left_out is None or (pickled and left_out == "model.safetensors"):
        assert said == f"{name} {COMMIT}"
    else:
        assert said.startswith(f"'{name}' is no image classifier that can be loaded here: ")
        assert ("image processor" if "processor" in left_out else left_out) in said


@pytest.mark.skipif(is_timm_available(), reason="timm is installed")
@pytest.mark.parametrize("part", [lambda source: source.network(2), lambda source: source.processor()])
def test_a_package_that_is_missing_is_named(part, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(TIMM))
    with pytest.raises(InputError, match=r"needs the package timm, .* `pip install 'angiogram\[models\]'`"):
        part(Source(str(tmp_path), print))
