"""What a tuned checkpoint lacks is taken from the model it was tuned from, and said."""

import json
import shutil

import numpy as np
import pytest
from peft import LoraConfig

from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.model.load import load_model
from angiogram.model.loading import Loading
from angiogram.model.prompt import chat, prepare
from tests.model.adapters.conftest import tune
from tests.model.tiny import write_tiny

TOKENIZER = ("tokenizer.json", "tokenizer_config.json")
PICTURES = ("preprocessor_config.json",)
SETTINGS = ("processor_config.json", "chat_template.jinja")


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A tiny Qwen2.5-VL with all its files; not to be changed."""
    folder = tmp_path_factory.mktemp("base")
    write_tiny("qwen2_5_vl", folder)
    return folder


@pytest.fixture
def merged(base, tmp_path):
    """A copy as tuning leaves it: without the files named, and with its base in config.json."""

    def make(*lost, named=base):
        folder = shutil.copytree(base, tmp_path / "merged")
        for file in lost:
            (folder / file).unlink()
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(config | {"_name_or_path": named and str(named)}))
        return folder

    return make


@pytest.fixture
def load(tmp_path):
    lines = []

    def run(folder, **choices):
        lines.clear()
        loaded = load_model(str(folder), tmp_path, lines.append, Loading(device="cpu", **choices))
        assert all(sentence in lines for sentence in loaded.statements)
        return loaded

    run.lines = lines
    return run


def inputs(loaded):
    pixels = np.random.default_rng(0).integers(0, 256, (70, 56, 3), dtype=np.uint8)
    return prepare(loaded.processor, chat(loaded.processor, "Which organ?"), [Image(pixels, ("drawn",))])


@pytest.mark.parametrize(
    ("lost", "taken"),
    [
        ((*TOKENIZER, *PICTURES, *SETTINGS), "The tokenizer, the image processor and the chat template are those of"),
        ((*PICTURES, *SETTINGS), "The image processor and the chat template are those of"),
        (TOKENIZER, "The tokenizer is that of"),
    ],
)
def test_missing_processor_files_are_the_base_s(base, merged, load, lost, taken):
    whole = load(base)
    assert whole.statements == ()
    tuned = load(merged(*lost))
    (said,) = tuned.statements
    assert said.startswith(taken) and f"'{base}', which its config.json names" in said
    expected, found = inputs(whole), inputs(tuned)
    assert {name: value.tolist() for name, value in found.items()} == {n: v.tolist() for n, v in expected.items()}
    assert tuned.revision != whole.revision


def test_the_checkpoint_s_own_parts_stay_its_own(base, merged, load):
    folder = merged(*PICTURES, "processor_config.json")
    (folder / "chat_template.jinja").write_text("tuned: <|vision_start|><|image_pad|><|vision_end|> answer")
    tokenizer = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer | {"model_max_length": 77}))
    loaded = load(folder)
    assert chat(loaded.processor, "Which organ?").startswith("tuned: ")
    assert loaded.processor.tokenizer.model_max_length == 77
    assert load(base).processor.tokenizer.model_max_length != 77


def test_a_named_base_goes_before_the_one_in_the_files_and_gives_the_template_too(base, merged, load):
    folder = merged(*PICTURES, "chat_template.jinja", named="/nowhere/base")
    with pytest.raises(InputError, match=r"no image processor, and its base '/nowhere/base', which its config\.json"):
        load(folder)
    loaded = load(folder, base=str(base))
    (said,) = loaded.statements
    assert said == (
        f"The image processor and the chat template are those of '{base}', which --base names; the model's own files "
        "have none."
    )
    assert chat(loaded.processor, "Which organ?") == chat(load(base).processor, "Which organ?")


@pytest.mark.parametrize("named", [None, "merged"])
def test_without_a_base_it_is_asked_for_before_a_weight_is_read(merged, load, tmp_path, named):
    folder = merged(*TOKENIZER, *PICTURES, named=named and tmp_path / named)
    (folder / "model.safetensors").write_bytes(b"not read")
    with pytest.raises(InputError, match=r"no tokenizer and no image processor; name the model .* by --base\.$"):
        load(folder)


def test_a_base_that_lacks_the_same_part_is_said_to(base, merged, load, tmp_path):
    other = shutil.copytree(base, tmp_path / "other")
    (other / "preprocessor_config.json").unlink()
    with pytest.raises(InputError, match=r"and neither has its base '.*other', which --base names: no image processor"):
        load(merged(*PICTURES), base=str(other))


def test_a_base_that_is_not_needed_is_said_to_be_so(base, load):
    loaded = load(base, base="/nowhere")
    assert loaded.statements == ()
    assert f"--base is not needed: '{base}' is a whole model with a processor of its own" in load.lines


def test_an_adapter_keeps_the_tokenizer_it_was_saved_with(base, load, tmp_path):
    folder = tmp_path / "adapter"
    tune(base, LoraConfig(r=4, target_modules=["q_proj"]), folder)
    (said,) = load(folder).statements
    assert said == f"The LORA adapter '{folder}' is merged into '{base}', which its adapter_config.json names."
    for file in TOKENIZER:
        shutil.copy(base / file, folder)
    tokenizer = json.loads((folder / "tokenizer_config.json").read_text())
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer | {"model_max_length": 77}))
    loaded = load(folder, base=f"{base}/.")
    (said,) = loaded.statements
    assert said == (
        f"The LORA adapter '{folder}' is merged into '{base}/.', which --base names; its adapter_config.json names "
        f"'{base}'; it has a tokenizer of its own."
    )
    assert loaded.processor.tokenizer.model_max_length == 77
    assert chat(loaded.processor, "Which organ?") == chat(load(base).processor, "Which organ?")
