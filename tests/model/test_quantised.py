"""A quantised checkpoint that this machine cannot run is refused before its weights are looked at."""

import json
import shutil
from importlib.util import find_spec

import pytest
import torch
from peft import LoraConfig, PeftModel
from transformers import AutoModelForImageTextToText, BitsAndBytesConfig, LlavaConfig

from angiogram.errors import InputError
from angiogram.model.load import load_model, random_twin
from angiogram.model.loading import Loading
from angiogram.model.quantised import quantised_said, without_quantisation
from tests.model.adapters.conftest import read, tune
from tests.model.adapters.test_merge import logits
from tests.model.tiny import llava, write_tiny

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


def test_bitsandbytes_of_unknown_width(refused):
    said = refused(quantization_config=BITS)
    assert "is quantised (bitsandbytes), but its config.json says neither load_in_4bit nor load_in_8bit" in said


def test_an_unknown_kind_names_the_nearest(refused):
    said = refused(quantization_config={"quant_method": "gptqq"})
    assert "no quantisation that transformers reads 'gptqq'" in said and said.endswith("did you mean 'gptq'?")


def test_the_twin_s_configuration_is_of_plain_weights():
    config = LlavaConfig(quantization_config=BITS | {"load_in_4bit": True})
    assert not hasattr(without_quantisation(config), "quantization_config")
    assert config.quantization_config == BITS | {"load_in_4bit": True}


@pytest.fixture
def four_bits(tmp_path, monkeypatch):
    """A tiny LLaVA saved in 4 bits, and its folder before that."""
    pytest.importorskip("bitsandbytes", reason="bitsandbytes is not installed")
    for sizes in (llava.LLM, llava.TOWER, llava.CLIP):  # its blocks are of 64 weights
        monkeypatch.setitem(sizes, "hidden_size", 128)
        monkeypatch.setitem(sizes, "intermediate_size", 256)
    monkeypatch.setitem(llava.LLM, "head_dim", 64)
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.mkdir()
    write_tiny("llava", plain)
    how = BitsAndBytesConfig(
        load_in_4bit=True, llm_int8_skip_modules=["vision_tower", "multi_modal_projector", "lm_head"]
    )
    AutoModelForImageTextToText.from_pretrained(plain, quantization_config=how, device_map="cpu").save_pretrained(
        packed
    )
    for file in plain.iterdir():
        if not (packed / file.name).exists() and file.suffix != ".safetensors":
            shutil.copy(file, packed)
    return packed, plain


def by_transformers(folder):
    """The model of a quantised folder, by transformers alone."""
    return AutoModelForImageTextToText.from_pretrained(folder, device_map="cpu", dtype=torch.float32).eval()


def test_four_bits_run_where_bitsandbytes_is_and_an_adapter_is_merged_into_them(four_bits, tmp_path):
    packed, plain = four_bits
    loaded = load_model(str(packed), tmp_path, print, Loading(device="cpu"))
    assert loaded.statements == quantised_said({"quantization_config": BITS | {"load_in_4bit": True}})
    found = logits(loaded.model, loaded.processor)
    torch.testing.assert_close(found, logits(by_transformers(packed), loaded.processor))
    assert random_twin(loaded, 0).model.num_parameters() == read(plain).num_parameters()
    tune(plain, LoraConfig(r=4, target_modules=["v_proj"]), tmp_path / "adapter")
    merged = load_model(str(tmp_path / "adapter"), tmp_path, print, Loading(device="cpu", base=str(packed)))
    assert merged.statements[1] == "The base's weights were quantised (bitsandbytes_4bit) and unpacked for that."
    # A model of its own: bitsandbytes lays the weights out anew in a first pass on a CPU.
    unmerged = PeftModel.from_pretrained(by_transformers(packed), str(tmp_path / "adapter")).eval()
    expected = logits(unmerged, loaded.processor)
    assert (logits(merged.model, loaded.processor) - expected).norm() < 0.2 * (found - expected).norm()
