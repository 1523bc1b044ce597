"""The real sizes, without any weights."""

import json
import re
from dataclasses import fields
from importlib.resources import files

import pytest
import torch
from transformers import AutoConfig

from angiogram.errors import InputError
from angiogram.model.anatomy import anatomy_of
from angiogram.model.catalogue import Published, catalogue, published
from angiogram.model.meta import meta_model
from angiogram.tap.store import ArraySpec, planned_bytes
from angiogram.tap.taps import plan_taps

# config -> depth and width of encoder and LLM, the encoder blocks that feed the connector, tokens of the connector's
# input and output (Qwen: of four patches)
SHAPES = {
    "qwen2-vl-2b": (32, 1280, 28, 1536, 32, (4,), (1,)),
    "qwen2.5-vl-7b": (32, 1280, 28, 3584, 32, (4,), (1,)),
    "qwen2.5-vl-32b": (32, 1280, 64, 5120, 32, (4,), (1,)),
    "gemma-3-4b": (27, 1152, 34, 2560, 27, (1, 4096), (1, 256)),
    "gemma-3-27b": (27, 1152, 62, 5376, 27, (1, 4096), (1, 256)),
    "huatuogpt-vision-34b": (24, 1024, 60, 7168, 23, (1, 576), (1, 576)),
}
NORM = re.compile(r"(input_layernorm\.|norm1\.|^)weight")  # of a block's input, or of a final norm
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
    assert {parameter.device.type for parameter in model.parameters()} == {"meta"}
    assert str(model.dtype) == "torch.bfloat16"
    assert not model.training
    count = sum(parameter.numel() for parameter in model.parameters())
    assert count / 1e9 == pytest.approx(entry.parameters, rel=0.03)


@pytest.mark.parametrize("entry", ONE_OF_EACH_SHAPE, ids=lambda entry: entry.config)
def test_every_tap_of_the_real_size_its_width_and_the_planned_bytes(entry):
    model = meta_model(entry)
    depth, width, llm_depth, llm_width, used, received, connected = SHAPES[entry.config]
    anatomy = anatomy_of(model)
    taps = plan_taps(anatomy)
    assert len(taps) == 1 + depth + 2 + 1 + 2 * llm_depth + 1
    assert [tap.name for tap in taps if not tap.on_path] == [f"encoder.block.{i}" for i in range(used, depth)]

    patches = torch.empty(*received, width, dtype=model.dtype, device="meta")
    assert model.get_submodule(anatomy.connector)(patches).shape == (*connected, llm_width)
    specs = {}
    for tap in taps[1:]:
        found = width if tap.name == "encoder.out" else llm_width
        if tap.part != "connector" and tap.name != "encoder.out":
            named = model.get_submodule(tap.module).named_parameters()
            found = next(weight for name, weight in named if NORM.search(name)).shape[0]
        assert found == (width if tap.part == "encoder" else llm_width), tap.name
        specs[tap.name] = ArraySpec((5 if tap.stream == "image" else 1, found), "float32")
    image_rows = 5 * ((depth + 1) * width + (2 + llm_depth) * llm_width)
    assert planned_bytes(1000, specs) == 1000 * 4 * (image_rows + (llm_depth + 1) * llm_width)


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
    with pytest.raises(InputError, match=r"There is no folder '.*missing'"):
        meta_model(str(tmp_path / "missing"))
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(InputError, match="'bert' is no image-text model"):
        meta_model(str(tmp_path))


def test_a_configuration_itself():
    assert (
        meta_model(AutoConfig.for_model("gemma3", text_config={"num_hidden_layers": 1})).config.model_type == "gemma3"
    )
