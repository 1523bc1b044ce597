"""Settings that are of another kind than belongs there are named, file and field."""

import json
import shutil

import pytest

from angiogram.model.settings_files import OF_THE_PROCESSOR
from angiogram.model.weights_index import INDEX
from tests.model.test_checkpoint import refusal, settings
from tests.model.tiny import write_tiny


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("llava")
    write_tiny("llava", folder)
    return folder


@pytest.fixture
def folder(written, tmp_path):
    """A tiny LLaVA in transformers' own layout, which a test may damage."""
    return shutil.copytree(written, tmp_path / "copy")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"quantization_config": "gptq"}, "says quantization_config: 'gptq', which is not a table."),
        ({"quantization_config": ["gptq"]}, "says quantization_config: ['gptq'], which is not a table."),
        ({"model_type": ["llava"]}, "says model_type: ['llava'], which is not a name."),
        ({"auto_map": 5}, "says auto_map: 5, which is not a table."),
        ({"vision_feature_select_strategy": "ful"}, "expected one of ('default', 'full'), got ful."),
        ({"text_config": []}, "cannot be used: Validation error for field 'text_config': "),
        ({"dtype": "float17"}, "cannot be used: module 'torch' has no attribute 'float17'."),
    ],
)
def test_a_field_that_holds_something_else_than_belongs_there(folder, tmp_path, changed, said):
    settings(folder, **changed)
    found = refusal(folder, tmp_path)
    assert found.startswith("The config.json of ") and said in found


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("quantization_config", "gptq", "says text_config.quantization_config: 'gptq', which is not a table."),
        ("num_attention_heads", 0, "cannot be used: integer "),
        ("num_attention_heads", "2", "cannot be used: Validation error for field 'num_attention_heads': "),
        ("hidden_size", -1, "cannot be used: Class validation error for validator"),
        ("hidden_act", "sillu", "cannot be loaded: there is no 'sillu'."),
    ],
)
def test_so_is_one_of_the_llm_s(folder, tmp_path, field, value, said):
    inner = json.loads((folder / "config.json").read_text())["text_config"]
    settings(folder, text_config=inner | {field: value})
    assert said in refusal(folder, tmp_path)


@pytest.mark.parametrize("content", ["[]", "{", '{"weight_map": []}', '{"weight_map": {"a": 5}}'])
def test_an_index_that_names_no_files(folder, tmp_path, content):
    (folder / "model.safetensors").unlink()
    (folder / INDEX).write_text(content)
    assert "is damaged" in refusal(folder, tmp_path)


@pytest.mark.parametrize("content", ["[]", "null", "{"])
@pytest.mark.parametrize("file", ["generation_config.json", *OF_THE_PROCESSOR])
def test_a_file_of_settings_that_holds_none(folder, tmp_path, file, content):
    (folder / file).write_text(content)
    said = refusal(folder, tmp_path)
    assert f"{file}' holds no table" in said or f"{file}' is damaged" in said


def test_an_empty_table_for_the_image_processor(folder, tmp_path):
    (folder / "preprocessor_config.json").write_text("{}")
    assert "preprocessor_config.json holds no settings." in refusal(folder, tmp_path)
