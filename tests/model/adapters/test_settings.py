"""What is wrong with an adapter's folder is said before its base is looked for."""

import json

import pytest

from angiogram.errors import InputError
from angiogram.model.adapters import check_adapter_weights, read_adapter
from angiogram.model.load import load_model
from angiogram.model.meta import meta_model

SETTINGS = {"peft_type": "LORA", "base_model_name_or_path": "/nowhere/base", "revision": None}


def write(folder, **changed):
    (folder / "adapter_config.json").write_text(json.dumps(SETTINGS | changed))
    return folder


@pytest.mark.parametrize("content", ["{", "[]", "null", "{}", '{"peft_type"'])
def test_damaged_settings_are_one_sentence(tmp_path, content):
    (tmp_path / "adapter_config.json").write_text(content)
    with pytest.raises(InputError, match=r"^The adapter_config\.json of 'mine' is damaged: it names no peft_type\.$"):
        read_adapter("mine", tmp_path)


def test_an_unknown_kind_names_the_nearest(tmp_path):
    with pytest.raises(InputError, match=r"no kind of PEFT adapter 'LORRA'.*did you mean 'LORA'"):
        read_adapter("mine", write(tmp_path, peft_type="LORRA"))


@pytest.mark.parametrize("kind", ["PROMPT_TUNING", "PREFIX_TUNING", "P_TUNING", "ADAPTION_PROMPT"])
def test_what_cannot_be_merged_is_refused(tmp_path, kind):
    with pytest.raises(InputError, match=rf"^The adapter 'mine' \({kind}\) adds to the prompt or between the blocks"):
        read_adapter("mine", write(tmp_path, peft_type=kind))


def test_the_base_is_named_with_its_revision(tmp_path):
    assert read_adapter("mine", write(tmp_path, base_model_name_or_path="owner/name")).base == "owner/name"
    write(tmp_path, base_model_name_or_path="owner/name", revision="v2")
    assert read_adapter("mine", tmp_path).base == "owner/name@v2"
    assert read_adapter("mine", write(tmp_path, base_model_name_or_path=str(tmp_path), revision="v2")).base == str(
        tmp_path
    )
    assert read_adapter("mine", write(tmp_path, base_model_name_or_path=None)).base is None


def test_a_whole_model_beside_the_adapter_is_not_guessed_about(tmp_path):
    (write(tmp_path) / "model.safetensors").write_bytes(b"")
    with pytest.raises(InputError, match="holds a whole model and an adapter, and which of them is meant is not said"):
        read_adapter("mine", tmp_path)


def test_weights_in_pickles_are_refused_and_not_read(tmp_path):
    adapter = read_adapter("mine", write(tmp_path))
    with pytest.raises(InputError, match=r"has no weights: adapter_model\.safetensors is not there\."):
        check_adapter_weights(adapter)
    (tmp_path / "adapter_model.bin").write_bytes(b"never read")
    with pytest.raises(InputError, match=r"in a pickle \(adapter_model\.bin\)"):
        check_adapter_weights(adapter)
    (tmp_path / "non_lora_trainables.bin").write_bytes(b"never read")
    with pytest.raises(InputError, match=r"further tuned weights in a pickle \(non_lora_trainables\.bin\)"):
        read_adapter("mine", tmp_path)


def test_damaged_weights_and_pointers_are_named(tmp_path):
    adapter = read_adapter("mine", write(tmp_path))
    (tmp_path / "adapter_model.safetensors").write_bytes(b"short")
    with pytest.raises(InputError, match=r"its weights file 'adapter_model\.safetensors' is damaged or cut off"):
        check_adapter_weights(adapter)
    (tmp_path / "adapter_model.safetensors").write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(InputError, match="is a Git LFS pointer"):
        check_adapter_weights(adapter)


@pytest.mark.parametrize(
    ("base", "said"),
    [
        ("/nowhere/base", r"^The adapter '.*' needs its base '/nowhere/base', which its adapter_config\.json names: "
         r"There is no folder '/nowhere/base'\.$"),
        (None, r"names no base model; name the one it was trained on by --base\.$"),
        ("embedded", r"belongs to parts that `angiogram train` wrote on 'embedded'; give the folder that holds parts"),
    ],
)  # fmt: skip
def test_a_base_that_cannot_be_had_is_one_sentence(tmp_path, base, said):
    with pytest.raises(InputError, match=said):
        load_model(str(write(tmp_path, base_model_name_or_path=base)), tmp_path, print)


def test_a_base_that_is_an_adapter_is_refused(tmp_path):
    write(tmp_path, base_model_name_or_path=str(tmp_path))
    with pytest.raises(InputError, match="is an adapter, too; merge it into its own base first"):
        load_model(str(tmp_path), tmp_path, print)


def test_without_weights_an_adapter_has_the_shape_of_its_base(tmp_path, tiny_folder):
    write(tmp_path, base_model_name_or_path=str(tiny_folder))
    assert type(meta_model(str(tmp_path))).__name__ == "AngiogramForConditionalGeneration"
    write(tmp_path, base_model_name_or_path="/nowhere/base")
    assert meta_model(str(tmp_path), str(tiny_folder)).device.type == "meta"
    with pytest.raises(InputError, match="needs its base '/nowhere/base'"):
        meta_model(str(tmp_path))
