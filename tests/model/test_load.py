import json
from copy import deepcopy

import pytest

from angiogram.errors import InputError
from angiogram.model.anatomy import anatomy_of
from angiogram.model.families import family_of
from angiogram.model.load import load_model, random_twin
from tests.model.tiny import write_tiny


def test_the_anatomy_of_a_loaded_model(tiny):
    anatomy = tiny.anatomy
    assert anatomy.encoder_blocks == ("model.vision_tower.encoder.layer.0", "model.vision_tower.encoder.layer.1")
    assert anatomy.connector == "model.connector"
    assert len(anatomy.llm_blocks) == 3


def test_an_unknown_family_names_the_known_ones():
    with pytest.raises(InputError, match=r"no model family 'angiogrm'.*did you mean 'angiogram'"):
        family_of("angiogrm")


def test_a_family_that_does_not_fit_says_which_part_is_missing(tiny):
    headless = deepcopy(tiny.model)
    del headless.model.vision_tower
    with pytest.raises(InputError, match="has no encoder blocks where"):
        anatomy_of(headless)


def test_the_revision_is_that_of_the_weights(tiny, tiny_folder, tmp_path):
    assert load_model(str(tiny_folder), tmp_path, print).revision == tiny.revision
    assert random_twin(tiny, 0).revision == random_twin(tiny, 0).revision
    assert random_twin(tiny, 0).revision != random_twin(tiny, 1).revision


def test_the_twin_is_the_same_architecture_with_other_weights(tiny):
    twin = random_twin(tiny, 7).model.state_dict()
    state = tiny.model.state_dict()
    assert {k: v.shape for k, v in twin.items()} == {k: v.shape for k, v in state.items()}
    name = "model.language_model.layers.0.mlp.up_proj.weight"
    assert not twin[name].allclose(state[name])


def test_a_folder_that_is_no_model_is_one_sentence(tmp_path):
    with pytest.raises(InputError, match="holds no model"):
        load_model(str(tmp_path), tmp_path, print)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(InputError, match="cannot be loaded"):
        load_model(str(tmp_path), tmp_path, print)


def test_the_models_below_a_folder_of_training_are_named(tmp_path):
    for step in (500, 1000):
        (tmp_path / f"checkpoint-{step}").mkdir()
        (tmp_path / f"checkpoint-{step}" / "adapter_config.json").write_text("{}")
    with pytest.raises(InputError, match=r"no model: .*; folders in it that do: checkpoint-1000, checkpoint-500\.$"):
        load_model(str(tmp_path), tmp_path, print)


def test_damaged_weights_are_one_sentence(tiny_folder, tmp_path):
    folder = tmp_path / "copy"
    folder.mkdir()
    for file in tiny_folder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(InputError, match="cannot be loaded"):
        load_model(str(folder), tmp_path, print)


def test_code_that_comes_with_a_model_is_not_run(tiny_folder, tmp_path):
    folder = tmp_path / "copy"
    folder.mkdir()
    config = json.loads((tiny_folder / "config.json").read_text())
    config |= {"model_type": "foreign", "auto_map": {"AutoConfig": "foreign.Config"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "foreign.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(InputError, match="cannot be loaded"):
        load_model(str(folder), tmp_path, print)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["./missing", "/missing", "~/missing", "~nobody-here/missing", "../a/b"])
def test_a_path_without_a_folder_is_said_as_such(tmp_path, monkeypatch, name):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"There is no folder '{name}'"):
        load_model(name, tmp_path, print)


def test_a_name_that_is_no_path_names_the_nearest(tmp_path):
    with pytest.raises(InputError, match="did you mean 'demo'"):
        load_model("dmo", tmp_path, print)


@pytest.mark.parametrize("name", ["Lingshu-7B", "lingshu-7b"])
def test_a_published_name_without_its_owner_names_the_hub_id(tmp_path, name):
    said = f"^'{name}' is 'lingshu-medical-mllm/Lingshu-7B' on the hub; give that id\\.$"
    with pytest.raises(InputError, match=said):
        load_model(name, tmp_path, print)


def test_a_folder_in_the_home_folder_is_found(tiny, tiny_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tiny_folder.parent))
    assert load_model("~/tiny", tmp_path, print).revision == tiny.revision


@pytest.mark.parametrize("content", ["[]", "3", '"base"', "null", "{}", "{"])
def test_parts_that_name_no_base_are_one_sentence(tmp_path, content):
    (tmp_path / "parts.json").write_text(content)
    with pytest.raises(InputError, match="does not name a base model"):
        load_model(str(tmp_path), tmp_path, print)


@pytest.mark.parametrize("base", ["itself", "demo", "missing", "owner/name"])
def test_parts_belong_to_a_whole_model(tmp_path, base):
    content = {"base": str(tmp_path) if base == "itself" else base}
    (tmp_path / "parts.json").write_text(json.dumps(content))
    with pytest.raises(InputError, match="must be 'embedded' or the folder of a whole model"):
        load_model(str(tmp_path), tmp_path, print)


@pytest.mark.parametrize("layers", [-9, 4])
def test_a_block_that_the_encoder_does_not_have(tmp_path, layers):
    write_tiny("llava", tmp_path)
    file = tmp_path / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"vision_feature_layer": layers}))
    with pytest.raises(InputError, match=r"'vision_feature_layer' .*, but its encoder has 3 blocks; .* from -4 to 3\."):
        load_model(str(tmp_path), tmp_path, print)
