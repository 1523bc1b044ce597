"""The real sizes, without any weights."""

import json
from dataclasses import fields
from importlib.resources import files

import pytest
from transformers import AutoConfig

from angiogram.errors import InputError
from angiogram.model.catalogue import Published, catalogue, published
from angiogram.model.meta import meta_model

# config -> encoder's path, depth and width; connector's width in and out; LLM's depth and width
SHAPES = {
    "qwen2-vl-2b": ("visual.blocks", 32, 1280, 1536, 28, 1536),
    "qwen2.5-vl-7b": ("visual.blocks", 32, 1280, 3584, 28, 3584),
    "qwen2.5-vl-32b": ("visual.blocks", 32, 1280, 5120, 64, 5120),
    "gemma-3-4b": ("vision_tower.encoder.layers", 27, 1152, 2560, 34, 2560),
    "gemma-3-27b": ("vision_tower.encoder.layers", 27, 1152, 5376, 62, 5376),
    "huatuogpt-vision-34b": ("vision_tower.encoder.layers", 24, 1024, 7168, 60, 7168),
}
BUILT = [entry for entry in catalogue() if entry.config is not None]
ONE_OF_EACH_SHAPE = list({entry.config: entry for entry in BUILT}.values())


def test_the_papers_14_models_and_two_bases():
    names = [entry.name for entry in catalogue()]
    assert len(names) == len(set(names)) == 16
    assert names[-2:] == ["Qwen2.5-VL-7B", "Gemma-3-4B"]
    assert len({entry.hub for entry in catalogue()}) == 16


@pytest.mark.parametrize("entry", catalogue(), ids=lambda entry: entry.name)
def test_every_field_is_filled(entry):
    assert entry.hub.count("/") == 1
    assert entry.family and entry.licence and entry.source and entry.parameters > 0
    assert entry.gated is entry.hub.startswith("google/")
    assert (entry.config is None) is (entry.family == "remote code")
    assert set(entry.unverified) <= {field.name for field in fields(Published)}
    assert entry.verified is (entry.unverified == ())


def test_every_stored_configuration_is_used():
    folder = files("angiogram.model") / "published" / "configurations"
    stored = {file.name.removesuffix(".json") for file in folder.iterdir()}
    assert stored == {entry.config for entry in BUILT} | {"clip-vit-large-patch14-336"}
    assert set(SHAPES) == {entry.config for entry in BUILT}


@pytest.mark.parametrize("entry", BUILT, ids=lambda entry: entry.name)
def test_the_family_is_the_configurations(entry):
    expected = "llava" if entry.family == "llava (original layout)" else entry.family
    assert entry.configuration().model_type == expected


@pytest.mark.parametrize("entry", ONE_OF_EACH_SHAPE, ids=lambda entry: entry.config)
def test_the_real_size_without_weights(entry):
    model = meta_model(entry)
    encoder, depth, width, connected, llm_depth, llm_width = SHAPES[entry.config]
    assert {parameter.device.type for parameter in model.parameters()} == {"meta"}
    assert str(model.dtype) == "torch.bfloat16"
    count = sum(parameter.numel() for parameter in model.parameters())
    assert count / 1e9 == pytest.approx(entry.parameters, rel=0.03)

    blocks = model.model.get_submodule(encoder)
    assert len(blocks) == depth
    assert next(norm for name, norm in blocks[0].named_modules() if "norm1" in name).weight.shape == (width,)
    connector = next(m for name, m in model.model.named_modules() if name.endswith(("merger", "projector")))
    assert connected in [size for parameter in connector.parameters() for size in parameter.shape]
    llm = model.model.language_model
    assert (len(llm.layers), llm.norm.weight.shape) == (llm_depth, (llm_width,))


def test_every_entry_of_one_shape_has_its_size():
    sizes = {entry.config: entry.parameters for entry in ONE_OF_EACH_SHAPE}
    for entry in BUILT:
        assert entry.parameters == pytest.approx(sizes[entry.config], rel=0.03)


def test_remote_code_has_no_configuration():
    with pytest.raises(InputError, match="'Hulu-Med-7B' comes with its own code"):
        meta_model(published("Hulu-Med-7B"))


def test_a_name_or_a_hub_id_in_any_case():
    assert published("google/MedGemma-4B-it") is published("medgemma-4b")
    with pytest.raises(InputError, match="did you mean 'Lingshu-7B'"):
        published("Lingshu-7")


def test_a_folders_configuration_is_enough(tiny_folder, tmp_path):
    (tmp_path / "config.json").write_bytes((tiny_folder / "config.json").read_bytes())
    assert meta_model(str(tmp_path)).config.model_type == "angiogram"
    with pytest.raises(InputError, match=r"configuration of '.*missing' cannot be read"):
        meta_model(str(tmp_path / "missing"))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(InputError, match="'bert' is no image-text model"):
        meta_model(str(tmp_path))


def test_a_configuration_itself():
    assert (
        meta_model(AutoConfig.for_model("gemma3", text_config={"num_hidden_layers": 1})).config.model_type == "gemma3"
    )
