"""An adapter's folder is the model that PEFT makes of it, whatever PEFT calls its kind."""

import json
import re
import shutil
import warnings

import numpy as np
import pytest
import torch
from peft import (
    AdaLoraConfig,
    IA3Config,
    LNTuningConfig,
    LoKrConfig,
    LoraConfig,
    OFTConfig,
    PeftModel,
    TrainableTokensConfig,
    VeraConfig,
)
from safetensors.torch import load_file, save_file

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.load import load_model, random_twin
from angiogram.model.loading import Loading
from angiogram.model.prompt import chat, prepare
from tests.model.adapters.conftest import read, tune

LLM = r".*(language_model|text_model).*\.(q_proj|v_proj|down_proj)"
NAMES = ["q_proj", "v_proj"]
IMAGES = [Image(np.random.default_rng(i).integers(0, 256, (56, 56, 3), dtype=np.uint8), ("drawn",)) for i in range(2)]
KINDS = {
    "LoRA": LoraConfig(r=4, target_modules=LLM),
    "LoRA on everything": LoraConfig(r=4, target_modules="all-linear", use_rslora=True),
    "DoRA": LoraConfig(r=4, target_modules=LLM, use_dora=True),
    "LoRA with a connector of its own": LoraConfig(
        r=4, target_modules=LLM, modules_to_save=["multi_modal_projector", "lm_head"]
    ),
    "LoRA of several ranks": LoraConfig(
        r=4, target_modules=LLM, rank_pattern={"layers.0.self_attn.q_proj": 2}, alpha_pattern={"v_proj": 3}
    ),
    "LoRA on some blocks": LoraConfig(r=4, target_modules=["q_proj"], layers_to_transform=[1], layers_pattern="layers"),
    "LoRA on embeddings": LoraConfig(r=4, target_modules=["embed_tokens", "q_proj"]),
    "IA3": IA3Config(target_modules=["k_proj", "down_proj"], feedforward_modules=["down_proj"]),
    "LoKr": LoKrConfig(r=4, target_modules=NAMES),
    "AdaLoRA": AdaLoraConfig(init_r=4, target_r=2, total_step=10, target_modules=NAMES),
    "VeRA": VeraConfig(r=4, target_modules=["q_proj"]),
    "OFT": OFTConfig(oft_block_size=4, target_modules=NAMES),
    "norms": LNTuningConfig(target_modules=["input_layernorm"]),
    "tokens": TrainableTokensConfig(token_indices=[5, 40], target_modules=["embed_tokens"]),
}


@torch.no_grad()
def logits(model, processor):
    """Of the first token of the answer, `[2, V]`."""
    inputs = prepare(processor, chat(processor, "Which structure is shown?"), IMAGES)
    return model(**inputs).logits[:, -1]


@pytest.fixture
def load(tmp_path):
    """A folder, loaded on the CPU."""

    def run(folder, **choices):
        return load_model(str(folder), tmp_path, print, Loading(device="cpu", **choices))

    return run


@pytest.mark.parametrize("kind", KINDS)
def test_an_adapter_folder_is_what_peft_trained_and_merges(kind, base_folder, tmp_path, load):
    base, folder = base_folder("llava"), tmp_path / "adapter"
    tuned = tune(base, KINDS[kind], folder)
    loaded = load(folder)
    found, before = logits(loaded.model, loaded.processor), logits(read(base), loaded.processor)
    assert not found.allclose(before, atol=1e-2)
    torch.testing.assert_close(found, logits(tuned, loaded.processor), atol=1e-4, rtol=1e-4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        merged = PeftModel.from_pretrained(read(base), str(folder)).merge_and_unload()
    torch.testing.assert_close(found, logits(merged, loaded.processor), atol=1e-4, rtol=1e-4)
    assert set(loaded.model.state_dict()) == set(read(base).state_dict())


def test_nothing_of_the_adapter_is_left_to_see(adapter, base_folder, load):
    loaded, whole = load(adapter), load(base_folder("llava"))
    assert loaded.anatomy == whole.anatomy
    assert {name: type(module) for name, module in loaded.model.named_modules()} == {
        name: type(module) for name, module in whole.model.named_modules()
    }
    assert random_twin(loaded, 0).revision == random_twin(whole, 0).revision


def test_a_store_of_an_adapter_is_of_adapter_and_base(adapter, base_folder, tmp_path, load):
    revisions = [load(adapter).revision, load(base_folder("llava")).revision]
    tune(base_folder("llava"), LoraConfig(r=4, target_modules=LLM), tmp_path / "other", seed=2)
    revisions.append(load(tmp_path / "other").revision)
    base = tmp_path / "base"
    shutil.copytree(base_folder("llava"), base)
    doubled = {name: 2 * w if "lm_head" in name else w for name, w in load_file(base / "model.safetensors").items()}
    save_file(doubled, base / "model.safetensors", {"format": "pt"})
    revisions.append(load(adapter, base=str(base)).revision)
    assert len(set(revisions)) == 4
    assert load(adapter).revision == revisions[0]


@pytest.mark.parametrize("target", ["lm_head", "embed_tokens"])
def test_of_two_tied_weights_only_the_adapted_one_changes(target, base_folder, tmp_path, load):
    base = tmp_path / "tied"
    untied = read(base_folder("llava"))
    untied.config.text_config.tie_word_embeddings = untied.config.tie_word_embeddings = True
    untied.tie_weights()
    untied.save_pretrained(base)
    for file in base_folder("llava").iterdir():
        if not (base / file.name).exists():
            (base / file.name).write_bytes(file.read_bytes())
    whole = read(base)
    assert whole.lm_head.weight is whole.get_input_embeddings().weight
    tuned = tune(base, LoraConfig(r=4, target_modules=[target]), tmp_path / "adapter")
    loaded = load(tmp_path / "adapter")
    torch.testing.assert_close(
        logits(loaded.model, loaded.processor), logits(tuned, loaded.processor), atol=1e-4, rtol=1e-4
    )


OLDER = {
    "llava": [("model.language_model.", "language_model.model."), ("lm_head", "language_model.lm_head")],
    "qwen2_5_vl": [("model.language_model.", "model."), ("model.visual.", "visual.")],
    "gemma3": [("model.language_model.", "language_model.model."), ("lm_head", "language_model.lm_head")],
}


@pytest.mark.parametrize("family", OLDER)
@pytest.mark.parametrize("pattern", [NAMES, r".*model\..*\.(q_proj|v_proj|fc1|up_proj)"])
def test_an_adapter_named_by_an_older_transformers_finds_its_modules(family, pattern, base_folder, tmp_path, load):
    folder = tmp_path / "adapter"
    tuned = tune(base_folder(family), LoraConfig(r=4, target_modules=LLM, modules_to_save=["lm_head"]), folder)
    expected = logits(tuned, load(folder).processor)
    weights = load_file(folder / "adapter_model.safetensors")
    renamed = {}
    for name, weight in weights.items():
        key = name.removeprefix("base_model.model.")
        for now, before in OLDER[family]:
            key = re.sub(f"^{re.escape(now)}", before, key)
        renamed[f"base_model.model.{key}"] = weight
    assert set(renamed).isdisjoint(weights) or family == "qwen2_5_vl"
    save_file(renamed, folder / "adapter_model.safetensors", {"format": "pt"})
    said = json.loads((folder / "adapter_config.json").read_text())
    (folder / "adapter_config.json").write_text(json.dumps(said | {"target_modules": pattern}))
    loaded = load(folder)
    torch.testing.assert_close(logits(loaded.model, loaded.processor), expected, atol=1e-4, rtol=1e-4)


def test_further_tokens_of_an_adapter_grow_the_vocabulary(base_folder, tmp_path, load):
    base, folder = base_folder("llava"), tmp_path / "adapter"
    grown = read(base)
    rows = grown.get_input_embeddings().num_embeddings
    grown.resize_token_embeddings(rows + 3)
    grown.save_pretrained(tmp_path / "grown")
    settings = LoraConfig(r=4, target_modules=NAMES, modules_to_save=["embed_tokens", "lm_head"])
    tuned = tune(tmp_path / "grown", settings, folder)
    said = json.loads((folder / "adapter_config.json").read_text())
    (folder / "adapter_config.json").write_text(json.dumps(said | {"base_model_name_or_path": str(base)}))
    loaded = load(folder)
    found = logits(loaded.model, loaded.processor)
    assert found.shape == (2, rows + 3)
    torch.testing.assert_close(found, logits(tuned, loaded.processor), atol=1e-4, rtol=1e-4)


@pytest.fixture
def adapter(base_folder, tmp_path):
    """A LoRA on the tiny LLaVA that a test may damage."""
    tune(base_folder("llava"), LoraConfig(r=4, target_modules=LLM), tmp_path / "adapter")
    return tmp_path / "adapter"


def refusal(load, folder, **choices):
    with pytest.raises(InputError) as caught:
        load(folder, **choices)
    said = str(caught.value)
    assert "\n" not in said and said.endswith((".", "?"))
    return said


def changed(folder, change):
    weights = load_file(folder / "adapter_model.safetensors")
    save_file(change(weights), folder / "adapter_model.safetensors", {"format": "pt"})


def test_another_base_is_refused_and_not_half_tuned(adapter, base_folder, load):
    said = refusal(load, adapter, base=str(base_folder("smolvlm")))
    assert "was not trained on" in said and "18 of its weights have no place in it" in said and "by --base" in said


def test_a_base_of_another_width_is_refused(adapter, load):
    changed(adapter, lambda weights: {name: torch.cat([w, w], dim=-1).contiguous() for name, w in weights.items()})
    assert "cannot be merged into" in refusal(load, adapter)


def test_weights_that_the_settings_ask_for_are_missed(adapter, load):
    changed(adapter, lambda weights: dict(sorted(weights.items())[1:]))
    assert "lacks 1 of the weights that its adapter_config.json asks for" in refusal(load, adapter)


def test_a_module_that_should_be_saved_whole_is_missed(adapter, load):
    said = json.loads((adapter / "adapter_config.json").read_text())
    (adapter / "adapter_config.json").write_text(json.dumps(said | {"modules_to_save": ["lm_head"]}))
    assert "lacks the weight 'lm_head.weight'" in refusal(load, adapter)


def test_a_nan_in_an_adapter_is_refused(adapter, load):
    changed(adapter, lambda weights: {name: w * torch.nan for name, w in weights.items()})
    assert "NaN" in refusal(load, adapter)


def test_a_pattern_for_no_module_is_refused(adapter, load):
    said = json.loads((adapter / "adapter_config.json").read_text())
    (adapter / "adapter_config.json").write_text(json.dumps(said | {"alpha_pattern": {"model.layers.0.q_proj": 64}}))
    assert "names 'model.layers.0.q_proj' in 'alpha_pattern', which is no module" in refusal(load, adapter)


def test_a_base_that_lies_on_the_disk_is_not_merged_into(adapter, base_folder, tmp_path, load):
    names = [f"model.{name}" for name, _ in read(base_folder("llava")).model.named_children()]
    placement = {"lm_head": "cpu", **dict.fromkeys(names, "cpu"), names[0]: "disk"}
    said = refusal(load, adapter, placement=placement, offload=tmp_path / "offload")
    assert "merge it once on a larger machine" in said
