"""What is wrong with a folder is said before any weight is read."""

import json
import re
import shutil
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import CLIPVisionConfig, CLIPVisionModel, LlamaConfig, LlamaForCausalLM

from angiogram.errors import InputError
from angiogram.model.checkpoint import read_settings
from angiogram.model.load import load_model, random_twin
from angiogram.model.loading import Loading


@pytest.fixture
def folder(tiny_folder, tmp_path):
    """A copy of the tiny model that a test may damage."""
    return shutil.copytree(tiny_folder, tmp_path / "copy")


def refusal(folder, tmp_path, loading=None):
    """The sentence of the refusal."""
    with pytest.raises(InputError) as caught:
        load_model(str(folder), tmp_path, print, loading or Loading())
    said = str(caught.value)
    assert "\n" not in said and said.endswith((".", "?", "..."))
    return said


def settings(folder, **changed):
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changed))


def test_a_text_only_model_is_called_one(tmp_path):
    config = LlamaConfig(vocab_size=16, hidden_size=16, num_hidden_layers=1, num_attention_heads=2)
    LlamaForCausalLM(config).save_pretrained(tmp_path / "llama")
    said = refusal(tmp_path / "llama", tmp_path)
    assert "(model type llama) is a language model that reads text only; a model that answers questions" in said


def test_a_vision_only_model_is_called_one(tmp_path):
    config = CLIPVisionConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2)
    CLIPVisionModel(config).save_pretrained(tmp_path / "clip")
    assert "(model type clip_vision_model) is no language model" in refusal(tmp_path / "clip", tmp_path)


def test_an_unknown_type_names_the_nearest(folder, tmp_path):
    settings(folder, model_type="llavva")
    assert "does not know its model type 'llavva'; did you mean 'llava'?" in refusal(folder, tmp_path)


def test_settings_without_a_type(folder, tmp_path):
    (folder / "config.json").write_text("{}")
    assert "names no model_type" in refusal(folder, tmp_path)
    (folder / "config.json").write_text("[]")
    assert "holds no settings" in refusal(folder, tmp_path)
    (folder / "config.json").unlink()
    with pytest.raises(InputError, match=r"has no config\.json"):
        read_settings("copy", folder)


def test_a_model_without_weights(folder, tmp_path):
    (folder / "model.safetensors").unlink()
    assert "has no weights: neither model.safetensors nor" in refusal(folder, tmp_path)


def test_pickles_are_refused_and_not_read(folder, tmp_path):
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"never read")
    said = refusal(folder, tmp_path, Loading(trust_remote_code=True))
    assert "in pickles (pytorch_model.bin)" in said and "convert them to safetensors" in said


def test_truncated_weights_name_the_file(folder, tmp_path):
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    assert "its weights file 'model.safetensors' is damaged or cut off" in refusal(folder, tmp_path)
    weights.write_bytes(b"")
    assert "'model.safetensors' is damaged or cut off" in refusal(folder, tmp_path)


def test_a_git_lfs_pointer_is_recognised(folder, tmp_path):
    (folder / "model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")
    assert "is a Git LFS pointer" in refusal(folder, tmp_path)


def test_a_missing_shard_is_named(folder, tmp_path):
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "two.safetensors"}}))
    assert "lacks the weights file 'two.safetensors'" in refusal(folder, tmp_path)
    index.write_text("{}")
    assert "The index of weights" in refusal(folder, tmp_path)


def test_a_missing_shard_is_named_before_another_is_opened(folder, tmp_path):
    (folder / "model.safetensors").unlink()
    (folder / "model-00001-of-00002.safetensors").write_bytes(b"not opened")
    said = refusal(folder, tmp_path)
    assert "has shards of weights (model-00001-of-00002.safetensors), but not model.safetensors.index.json" in said
    index = folder / "model.safetensors.index.json"
    shards = [f"model-0000{i}-of-00002.safetensors" for i in (1, 2)]
    index.write_text(json.dumps({"weight_map": dict(zip("ab", shards, strict=True))}))
    assert "lacks the weights file 'model-00002-of-00002.safetensors'" in refusal(folder, tmp_path)


def test_weights_that_would_stay_random_are_refused(folder, tmp_path):
    state = load_file(folder / "model.safetensors")
    lost = [name for name in state if "connector" in name]
    save_file({k: v for k, v in state.items() if k not in lost}, folder / "model.safetensors", {"format": "pt"})
    said = refusal(folder, tmp_path)
    assert f"lacks {len(lost)} of its weights, which would stay random: {sorted(lost)[0]}" in said


def test_weights_of_another_shape_are_refused(folder, tmp_path):
    project = {**json.loads((folder / "config.json").read_text())["connector"]["project"], "width": 25}
    settings(folder, connector={"reduce": {"name": "join"}, "project": project})
    said = refusal(folder, tmp_path)
    assert "of another shape than its config.json says: model.connector" in said


def test_blocks_that_the_settings_leave_out_are_refused(folder, tmp_path):
    text = json.loads((folder / "config.json").read_text())["text_config"]
    layers = {"num_hidden_layers": 1} | ({"layer_types": text["layer_types"][:1]} if text.get("layer_types") else {})
    settings(folder, text_config=text | layers)
    beyond = [
        name for name in load_file(folder / "model.safetensors") if re.search(r"language_model.layers.[12]", name)
    ]
    said = refusal(folder, tmp_path)
    assert f"has {len(beyond)} weights of blocks beyond those that its config.json names" in said
    assert sorted(beyond)[0] in said


def test_extra_weights_that_belong_to_no_block_do_no_harm(folder, tmp_path):
    state = load_file(folder / "model.safetensors")
    layer = "model.language_model.layers.7"
    state |= {
        f"{layer}.self_attn.rotary_emb.inv_freq": torch.ones(8),
        "model.vision_tower.embeddings.position_ids": torch.arange(16),
        "model.spare_head.weight": torch.ones(4),
    }
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    assert len(load_model(str(folder), tmp_path, print).anatomy.llm_blocks) == 3


OWN_CODE = """
from angiogram.model.build import AngiogramConfig, AngiogramForConditionalGeneration
open({ran!r}, "w")
class OwnConfig(AngiogramConfig):
    model_type = "own_model"
    def __init__(self, **settings):
        super().__init__(**settings)
class OwnModel(AngiogramForConditionalGeneration):
    config_class = OwnConfig
"""


@pytest.fixture
def own(folder, tmp_path):
    """The tiny model as one that brings its own code under the name of a causal LLM, as many on the hub do."""
    settings(
        folder, model_type="own_model", architectures=["OwnModel"],
        auto_map={"AutoConfig": "own.OwnConfig", "AutoModelForCausalLM": "own.OwnModel"},
    )  # fmt: skip
    (folder / "own.py").write_text(OWN_CODE.format(ran=str(tmp_path / "ran")))
    return folder


def test_an_original_layout_that_transformers_has_itself_is_named_where_its_code_is_refused_or_stops(own, tmp_path):
    settings(own, model_type="internvl_chat")
    (own / "own.py").write_text("raise AttributeError('all_tied_weights_keys')")
    for trusted in (False, True):
        said = refusal(own, tmp_path, Loading(trust_remote_code=trusted))
        assert "Transformers itself has this architecture as 'internvl'" in said
        assert ("add --trust-remote-code" in said) != trusted == ("its own code stopped with transformers" in said)


def test_code_that_comes_along_is_run_only_when_it_is_trusted(own, tmp_path):
    said = refusal(own, tmp_path)
    assert "brings its own Python code" in said and "--trust-remote-code" in said
    assert not (tmp_path / "ran").exists()
    anatomy = tmp_path / "anatomy.yaml"
    anatomy.write_text("layout: single\n")
    loaded = load_model(str(own), tmp_path, print, Loading(trust_remote_code=True, anatomy=anatomy))
    assert (tmp_path / "ran").exists()
    assert type(loaded.model).__name__ == "OwnModel"
    assert loaded.anatomy.connector == "model.connector" and len(loaded.anatomy.llm_blocks) == 3
    twin = random_twin(loaded, 0).model
    assert type(twin) is type(loaded.model)
    name = "model.language_model.layers.0.mlp.up_proj.weight"
    assert not torch.equal(twin.get_parameter(name), loaded.model.get_parameter(name))


def test_at_the_command_line_it_is_one_sentence_and_status_2(folder, tmp_path):
    (folder / "model.safetensors").unlink()
    code = "from angiogram.cli.main import main; main()"
    arguments = ["diagnose", str(folder), str(tmp_path), "--out", str(tmp_path / "run"), "--device", "gpu"]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("angiogram: There is no device 'gpu'") and "Traceback" not in done.stderr
