"""A quantised checkpoint that this machine cannot run is refused before its weights are looked at."""

import json
import shutil
from importlib.util import find_spec

import pytest
import torch

from angiogram.errors import InputError
from angiogram.model.load import load_model
from angiogram.model.loading import Loading

BITS = {"quant_method": "bitsandbytes", "bnb_4bit_quant_type": "nf4", "bnb_4bit_compute_dtype": "bfloat16"}
GPTQ = {"quant_method": "gptq", "bits": 4, "group_size": 128, "desc_act": False, "sym": True}
PACKED = {"quant_method": "compressed-tensors", "format": "pack-quantized", "config_groups": {}}
MISSING = {
    "bitsandbytes": ("bitsandbytes_4bit", BITS | {"load_in_4bit": True}),
    "bitsandbytes 8 bit": ("bitsandbytes_8bit", BITS | {"load_in_8bit": True}),
    "gptqmodel": ("gptq", GPTQ),
    "gptqmodel awq": ("awq", {"quant_method": "awq", "bits": 4, "group_size": 128, "version": "gemm"}),
    "compressed_tensors": ("compressed-tensors", PACKED),
    "torchao": ("torchao", {"quant_method": "torchao", "quant_type": "int4_weight_only"}),
    "hqq": ("hqq", {"quant_method": "hqq", "quant_config": {}, "skip_modules": []}),
}


@pytest.fixture
def refused(tiny_folder, tmp_path):
    """The refusal of the tiny model with these settings; its weights are no weights at all."""

    def run(inside=None, **settings):
        folder = shutil.copytree(tiny_folder, tmp_path / "model")
        (folder / "model.safetensors").write_bytes(b"not read")
        config = json.loads((folder / "config.json").read_text())
        (config if inside is None else config[inside]).update(settings)
        (folder / "config.json").write_text(json.dumps(config))
        with pytest.raises(InputError) as caught:
            load_model(str(folder), tmp_path, print, Loading(device="cpu"))
        said = str(caught.value)
        assert "\n" not in said and said.endswith((".", "?"))
        return said

    return run


@pytest.mark.parametrize("package", MISSING)
@pytest.mark.parametrize("inside", [None, "text_config"])
def test_a_missing_package_or_gpu_is_named(refused, package, inside):
    kind, settings = MISSING[package]
    if find_spec(package.partition(" ")[0]) is not None or torch.cuda.is_available():
        pytest.skip(f"{package} may run here")
    said = refused(inside, quantization_config=settings)
    assert f"' is quantised ({kind}), and cannot run here: " in said
    assert said.endswith("; or give the model as it was before quantisation.")


def test_settings_that_name_no_kind(refused):
    assert "is quantised, but its config.json names no quant_method" in refused(quantization_config={"bits": 4})


def test_an_unknown_kind_names_the_nearest(refused):
    said = refused(quantization_config={"quant_method": "gptqq"})
    assert "no quantisation that transformers reads 'gptqq'" in said and said.endswith("did you mean 'gptq'?")
