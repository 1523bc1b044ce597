"""A tiny random LLaVA of transformers, written in the original layout, comes back as itself."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    AutoProcessor,
    CLIPVisionConfig,
    CLIPVisionModel,
    LlamaConfig,
    LlamaTokenizer,
    LlavaConfig,
    LlavaForConditionalGeneration,
    MistralConfig,
    PreTrainedTokenizerFast,
)

from angiogram.errors import InputError
from angiogram.imaging.image import Image as Raster
from angiogram.model.anatomy import anatomy_of
from angiogram.model.meta import meta_model
from angiogram.model.original_llava import is_original_llava, load_original_llava
from angiogram.model.prompt import chat, prepare

LLMS = {"llava_llama": LlamaConfig, "llava_mistral": MistralConfig}
TOWER = {"hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 2}
TOWER |= {"image_size": 28, "patch_size": 14}
LLM = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
LLM |= {"num_key_value_heads": 2, "max_position_embeddings": 256, "rope_theta": 5000000.0, "initializer_range": 0.4}
PROMPT = "<image>\nWhich organ?"


def tokenizer(added: tuple[str, ...] = ()) -> PreTrainedTokenizerFast:
    """One token a byte, then `</s>`, then `added`."""
    vocabulary = {letter: i for i, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.add_special_tokens(["</s>", *added])
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token="</s>")


def write(
    folder: Path,
    kind: str = "llava_mistral",
    inside: bool = True,
    shards: int = 1,
    added: tuple[str, ...] = (),
    **fields,
) -> LlavaForConditionalGeneration:
    """Write a checkpoint in the original layout; return the transformers model whose weights it holds."""
    torch.manual_seed(0)
    words = tokenizer(added)
    words.save_pretrained(folder)
    rows = len(words)
    text = LLMS[kind](vocab_size=rows, **LLM)
    config = LlavaConfig(vision_config=CLIPVisionConfig(**TOWER), text_config=text, image_token_index=rows - 1)
    model = LlavaForConditionalGeneration(config).eval()
    original = {"model_type": kind, "vocab_size": rows, "torch_dtype": "float32", **LLM}
    original |= {"mm_vision_tower": "./vit/clip", "mm_projector_type": "mlp2x_gelu", "mm_vision_select_layer": -2}
    original |= {"mm_vision_select_feature": "patch", "image_aspect_ratio": "pad", "use_mm_proj": True} | fields
    (folder / "config.json").write_text(json.dumps(original))

    tower = folder / "vit" / "clip"
    if inside:
        CLIPVisionConfig(**TOWER).save_pretrained(tower)
    else:
        separate = CLIPVisionModel(CLIPVisionConfig(**TOWER))
        separate.load_state_dict(model.model.vision_tower.state_dict())
        separate.save_pretrained(tower)
    preprocessing = {"size": {"shortest_edge": 28}, "crop_size": {"height": 28, "width": 28}}
    (tower / "preprocessor_config.json").write_text(json.dumps(preprocessing))

    weights = {renamed(key): value.contiguous() for key, value in model.state_dict().items()}
    weights = {key: value for key, value in weights.items() if inside or "vision_tower" not in key}
    save(folder, weights, shards)
    return model


def renamed(key: str) -> str:
    """The original name of a weight of transformers' LLaVA."""
    key = key.replace("model.vision_tower.", "model.vision_tower.vision_tower.vision_model.")
    key = key.replace("model.multi_modal_projector.linear_1", "model.mm_projector.0")
    key = key.replace("model.multi_modal_projector.linear_2", "model.mm_projector.2")
    return key.replace("model.language_model.", "model.")


def save(folder: Path, weights: dict[str, torch.Tensor], shards: int = 1) -> None:
    if shards == 1:
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        return
    names, where = sorted(weights), {}
    for i in range(shards):
        file = f"model-{i + 1:05}-of-{shards:05}.safetensors"
        save_file({name: weights[name] for name in names[i::shards]}, folder / file, metadata={"format": "pt"})
        where |= dict.fromkeys(names[i::shards], file)
    index = {"metadata": {}, "weight_map": where}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def picture(height: int = 28, width: int = 28) -> Image.Image:
    return Image.fromarray(np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8))


@torch.no_grad()
def logits(model, processor) -> torch.Tensor:
    return model(**processor(images=picture(), text=PROMPT, return_tensors="pt")).logits


@pytest.mark.parametrize("kind", LLMS)
@pytest.mark.parametrize("inside", [True, False], ids=["encoder inside", "encoder beside"])
@pytest.mark.parametrize("shards", [1, 3])
def test_the_logits_are_those_of_the_same_model_to_the_bit(tmp_path, kind, inside, shards):
    expected = write(tmp_path, kind, inside, shards, added=("<image>",))
    model, processor = load_original_llava(str(tmp_path))
    assert isinstance(model, LlavaForConditionalGeneration) and not model.training
    assert type(model.config.text_config) is LLMS[kind]
    assert model.state_dict().keys() == expected.state_dict().keys()
    for name, weight in expected.state_dict().items():
        assert torch.equal(model.state_dict()[name], weight), name
    assert torch.equal(logits(model, processor), logits(expected, processor))


def test_the_encoder_may_lie_elsewhere(tmp_path):
    folder, elsewhere = tmp_path / "model", tmp_path / "clip"
    expected = write(folder, inside=False, added=("<image>",))
    (folder / "vit" / "clip").rename(elsewhere)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"mm_vision_tower": str(elsewhere)}))
    model, processor = load_original_llava(str(folder))
    assert torch.equal(logits(model, processor), logits(expected, processor))


def test_a_tokenizer_without_the_image_token_gets_one_and_nothing_else_changes(tmp_path):
    expected = write(tmp_path)
    rows = expected.config.text_config.vocab_size
    model, processor = load_original_llava(str(tmp_path))
    assert processor.image_token_id == model.config.image_token_id == rows
    assert model.config.text_config.vocab_size == rows + 1
    inputs = processor(images=picture(), text=PROMPT, return_tensors="pt")
    assert int((inputs["input_ids"] == rows).sum()) == 4  # 2 x 2 patches, no class token
    with torch.no_grad():
        ours = model(**inputs).logits
        inputs["input_ids"][inputs["input_ids"] == rows] = rows - 1  # the expected model's own placeholder
        theirs = expected(**inputs).logits
    assert torch.allclose(ours[..., :rows], theirs, atol=1e-6)
    assert torch.allclose(ours[..., rows], theirs.mean(-1), atol=1e-5)
    assert float(ours.softmax(-1)[..., rows].max()) <= 1 / rows


def test_a_spare_row_is_taken_before_the_vocabulary_grows(tmp_path):
    write(tmp_path, added=("<spare>",))
    tokenizer().save_pretrained(tmp_path)
    model, processor = load_original_llava(str(tmp_path))
    assert model.config.image_token_id == processor.image_token_id == model.config.text_config.vocab_size - 1


def test_what_is_loaded_can_be_saved_as_transformers_own(tmp_path):
    write(tmp_path / "original")
    model, processor = load_original_llava(str(tmp_path / "original"))
    model.save_pretrained(tmp_path / "own")
    processor.save_pretrained(tmp_path / "own")
    again = LlavaForConditionalGeneration.from_pretrained(tmp_path / "own")
    assert not is_original_llava(json.loads((tmp_path / "own" / "config.json").read_text()))
    assert torch.equal(logits(again, AutoProcessor.from_pretrained(tmp_path / "own")), logits(model, processor))


def test_a_picture_is_padded_to_a_square_only_where_the_model_was_trained_so(tmp_path):
    for ratio in ("pad", "square"):
        write(tmp_path / ratio, image_aspect_ratio=ratio)
    wide = picture(28, 56)
    padded, cropped = (
        load_original_llava(str(tmp_path / ratio))[1](images=wide, text=PROMPT, return_tensors="pt")["pixel_values"]
        for ratio in ("pad", "square")
    )
    assert padded.shape == cropped.shape == (1, 3, 28, 28)
    assert float(padded[0, :, 0].abs().max()) < 0.02  # CLIP's mean colour
    assert float(cropped[0, :, 0].abs().max()) > 0.5


def test_it_generates(tmp_path):
    write(tmp_path)
    model, processor = load_original_llava(str(tmp_path))
    inputs = processor(images=[picture(), picture()], text=[PROMPT, PROMPT + "!"], return_tensors="pt", padding=True)
    answer = model.generate(**inputs, max_new_tokens=3, do_sample=False)
    assert answer.shape[0] == 2
    assert model.config.image_token_id not in answer[:, inputs["input_ids"].shape[1] :]


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("llava_mistral", "llava-med", "[INST] <image>\nWhich organ? [/INST] Liver. </s>[INST] Sure? [/INST]"),
        (
            "llava_llama",
            "HuatuoGPT-Vision-34B",
            "<|user|>\n<image>\nWhich organ?\n<|assistant|>\nLiver. \n<|user|>\nSure?\n<|assistant|>\n",
        ),
        (
            "llava_llama",
            "llava",
            "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, "
            "detailed, and polite answers to the user's questions. USER: <image>\nWhich organ? ASSISTANT: Liver.</s> "
            "USER: Sure? ASSISTANT:",
        ),
    ],
)
def test_it_is_spoken_to_in_its_own_style(tmp_path, kind, name, expected):
    write(tmp_path / name, kind)
    processor = load_original_llava(str(tmp_path / name))[1]
    messages = [
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Which organ?"}]},
        {"role": "assistant", "content": "Liver."},
        {"role": "user", "content": "Sure?"},
    ]
    assert processor.apply_chat_template(messages, add_generation_prompt=True) == expected


def test_it_is_tapped_like_any_llava(tmp_path):
    write(tmp_path)
    model, processor = load_original_llava(str(tmp_path))
    anatomy = anatomy_of(model)
    assert (anatomy.family, anatomy.used_blocks, len(anatomy.llm_blocks)) == ("llava", 2, 2)
    prompt = chat(processor, "Which organ?")
    assert prompt == "[INST] <image>\nWhich organ? [/INST]"
    seen = []
    model.get_submodule(anatomy.connector).register_forward_hook(lambda _, given, out: seen.extend((given[0], out)))
    with torch.no_grad():
        model(**prepare(processor, prompt, [Raster(np.zeros((20, 30), np.uint8), ("drawn",))] * 2))
    assert [tuple(states.shape) for states in seen] == [(2, 4, 16), (2, 4, 32)]


def test_the_shape_alone_needs_no_weights(tmp_path):
    expected = write(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    model = meta_model(str(tmp_path))
    shapes = {name: weight.shape for name, weight in expected.state_dict().items()}
    assert {name: weight.shape for name, weight in model.state_dict().items()} == shapes


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lm_head.weight": None}, "1 of the weights in '.*' are missing, e.g. lm_head.weight"),
        ({"model.mm_projector.2.bias": None}, "are missing, e.g. model.multi_modal_projector.linear_2.bias"),
        (
            {"model.vision_tower.vision_tower.vision_model.pre_layrnorm.bias": None},
            "are missing, e.g. model.vision_tower.pre_layrnorm.bias",
        ),
        ({"model.image_newline": torch.zeros(32)}, "1 of the weights in '.*' are unexpected, e.g. model.image_newline"),
        ({"model.norm.weight": torch.zeros(31)}, "are of another shape, e.g. model.language_model.norm.weight"),
    ],
)
def test_weights_that_are_not_the_models_are_refused(tmp_path, change, message):
    write(tmp_path)
    weights = load_file(tmp_path / "model.safetensors") | change
    save(tmp_path, {key: value for key, value in weights.items() if value is not None})
    with pytest.raises(InputError, match=message):
        load_original_llava(str(tmp_path))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mm_projector_type": "linear"}, "'mm_projector_type' is 'linear'; supported: 'mlp2x_gelu'"),
        ({"mm_projector_type": "mlp3x_gelu"}, "'mm_projector_type' is 'mlp3x_gelu'"),
        ({"image_aspect_ratio": "anyres"}, "'image_aspect_ratio' is 'anyres'; supported: 'pad', 'square'"),
        ({"mm_patch_merge_type": "spatial_unpad"}, "'mm_patch_merge_type' is 'spatial_unpad'"),
        ({"mm_use_im_start_end": True}, "'mm_use_im_start_end' is True"),
        ({"mm_resampler_type": "qformer"}, "'mm_resampler_type' is 'qformer'; supported: none"),
        ({"model_type": "llava_mpt"}, "no LLM of an original LLaVA 'llava_mpt'; known are llava, llava_llama"),
        ({"mm_vision_tower": "./gone"}, "vision tower './gone' that 'mm_vision_tower' names is not in"),
        ({"vocab_size": None}, "cannot be loaded"),
    ],
)
def test_what_transformers_llava_does_not_do_is_refused(tmp_path, fields, message):
    write(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text()) | fields
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=message):
        load_original_llava(str(tmp_path))


def test_an_encoder_beside_it_must_be_whole(tmp_path):
    write(tmp_path, inside=False)
    file = tmp_path / "vit" / "clip" / "model.safetensors"
    weights = load_file(file)
    name = next(key for key in weights if key.endswith("pre_layrnorm.bias"))
    save_file({key: value for key, value in weights.items() if key != name}, file, metadata={"format": "pt"})
    with pytest.raises(InputError, match=r"1 of the weights in '.*clip' are missing, e.g. .*pre_layrnorm.bias"):
        load_original_llava(str(tmp_path))


def test_transformers_own_report_is_not_printed(tmp_path, capfd):
    write(tmp_path, inside=False)
    load_original_llava(str(tmp_path))
    said = "".join(capfd.readouterr())
    assert "MISSING" not in said and "instantiate a model of type" not in said


def test_a_hub_id_is_read_from_its_snapshot_without_the_pickles(tmp_path, monkeypatch):
    write(tmp_path / "0f1e2d")
    asked = []

    def snapshot(source: str, allow_patterns: list[str]) -> str:
        asked.append((source, allow_patterns))
        return str(tmp_path / "0f1e2d")

    monkeypatch.setattr("angiogram.model.original_llava.load.snapshot_download", snapshot)
    model, _ = load_original_llava("owner/huatuogpt")
    assert model.config._commit_hash == "0f1e2d"
    assert asked == [("owner/huatuogpt", ["*.json", "*.safetensors", "*.model", "*.txt"])]


def test_a_hub_that_cannot_be_reached_is_one_sentence(monkeypatch):
    def snapshot(source: str, allow_patterns: list[str]) -> str:
        raise OSError("\nno connection\nand more")

    monkeypatch.setattr("angiogram.model.original_llava.load.snapshot_download", snapshot)
    with pytest.raises(InputError, match=r"^The model 'owner/name' cannot be loaded: no connection\.$"):
        load_original_llava("owner/name")


def test_pickles_are_refused(tmp_path):
    write(tmp_path)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(InputError, match="pickle weights are refused: convert them to safetensors first"):
        load_original_llava(str(tmp_path))


def test_a_pickled_encoder_is_refused(tmp_path):
    write(tmp_path, inside=False)
    tower = tmp_path / "vit" / "clip"
    (tower / "model.safetensors").rename(tower / "pytorch_model.bin")
    with pytest.raises(InputError, match="cannot be loaded"):
        load_original_llava(str(tmp_path))


@pytest.mark.parametrize("damage", ["config.json", "model.safetensors", "vit/clip/preprocessor_config.json"])
def test_a_damaged_file_is_one_sentence(tmp_path, damage):
    write(tmp_path)
    file = tmp_path / damage
    file.write_bytes(file.read_bytes()[: len(file.read_bytes()) // 2])
    with pytest.raises(InputError, match="cannot be loaded") as caught:
        load_original_llava(str(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_sentencepiece_tokenizer_says_what_it_needs(tmp_path, monkeypatch):
    write(tmp_path)
    (tmp_path / "tokenizer.json").rename(tmp_path / "tokenizer.model")
    monkeypatch.setattr("angiogram.model.original_llava.processor.find_spec", lambda name: None)
    with pytest.raises(InputError, match="needs the package sentencepiece: 'pip install sentencepiece'"):
        load_original_llava(str(tmp_path))


def test_a_llama_tokenizer_starts_the_text_and_splits_it_at_the_image(tmp_path):
    write(tmp_path, "llava_llama")
    bytes_ = {f"<0x{i:02X}>": i + 3 for i in range(256)}
    vocabulary = {"<unk>": 0, "<s>": 1, "</s>": 2} | bytes_ | {"\u2581": 259, "W": 260}
    LlamaTokenizer(vocabulary, [], add_bos_token=True).save_pretrained(tmp_path)
    config = json.loads((tmp_path / "tokenizer_config.json").read_text())
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config | {"legacy": True}))
    model, processor = load_original_llava(str(tmp_path))
    ids = processor(images=picture(), text="<image>\nW", return_tensors="pt")["input_ids"][0].tolist()
    tokens = processor.tokenizer.convert_ids_to_tokens(ids)
    assert tokens == ["<s>", *["<image>"] * 4, "\u2581", "<0x0A>", "W"]
    assert ids[1] == model.config.image_token_id


def test_other_folders_are_not_taken_for_one(tiny_folder, tmp_path):
    with pytest.raises(InputError, match="is not of an original LLaVA"):
        load_original_llava(str(tiny_folder))
    with pytest.raises(InputError, match="cannot be loaded"):
        load_original_llava(str(tmp_path / "missing"))
