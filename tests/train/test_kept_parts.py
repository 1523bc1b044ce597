"""Parts of the embedded LLM with another encoder: kept small, and put together again with the same logits."""

import json

import pytest
import torch

from angiogram.data.progress import silent
from angiogram.errors import InputError
from angiogram.model.begun import is_embedded
from angiogram.model.build import assembly
from angiogram.model.build.assembly import ASSEMBLY_FILE, Assembly, put_together, read_assembly
from angiogram.model.load import load_model
from angiogram.model.loading import Loading
from angiogram.model.origin import Origin, read_origin
from angiogram.model.parts import PARTS_FILE
from angiogram.model.prompt import chat, prepare
from angiogram.train.keeping import keep_trained
from angiogram.train.recipe import PartTraining
from angiogram.train.trained_parts import train_parts
from tests.model.build.deep import SIDE, SLICES, VIT, bright_volumes

NATIVE = {"slices": SLICES, "image_size": SIDE, "patch_slices": 2, "patch_size": 7, **VIT}
AVERAGE = {"reduce": {"name": "average", "block": [1, 2, 2]}, "project": {"name": "mlp", "width": 24}}
FULL, LORA = PartTraining("full", 1e-2), PartTraining("lora", 1e-2, 2, 4)
OF_VOLUMES = Assembly(NATIVE, "embedded", connector=AVERAGE)


@pytest.fixture
def embedded(tiny_folder, monkeypatch):
    """The tiny model in the place of the embedded base."""
    monkeypatch.setattr(assembly, "embedded_base", lambda cache, progress: tiny_folder)


@pytest.fixture
def keep(embedded, tmp_path):
    """Begin with a folder, or with parts put together; change what is trained, and keep it: (folder, trained model)."""

    def kept(start, name, **parts):
        if isinstance(start, Assembly):
            (tmp_path / f"{name}-start").mkdir()
            put_together(start, 3, tmp_path / f"{name}-start", tmp_path, silent)
            start = tmp_path / f"{name}-start"
        loaded = load_model(str(start), tmp_path, silent, Loading("cpu", "float32"))
        model, groups = train_parts(loaded, parts)
        torch.manual_seed(0)
        with torch.no_grad():
            for weight in (each for group in groups for each in group["params"]):
                weight += 0.05 * torch.randn_like(weight)
            own = ("connector", "lora_", *(("vision_tower",) if read_assembly(start).fresh_encoder else ()))
            for name, weight in model.named_parameters():  # to what float16 holds, so that keeping it changes nothing
                if any(part in name for part in own):
                    weight.copy_(weight.half())
        keep_trained(parts, loaded, model.eval(), Origin(str(start), "volumes", "digest"), tmp_path / name)
        return tmp_path / name, loaded.processor, model

    return kept


def logits(model, processor):
    volumes = bright_volumes(4)
    images = [volumes.read(row) for row in volumes.rows]
    with torch.no_grad():
        return model(**prepare(processor, chat(processor, volumes.ask()), images)).logits


def test_parts_with_a_fresh_encoder_are_put_together_again(keep, tmp_path):
    folder, processor, model = keep(OF_VOLUMES, "trained", encoder=FULL, connector=FULL, llm=LORA)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {
        "adapter/adapter_config.json", "adapter/adapter_model.safetensors", "assembly.json", "connector.safetensors",
        "encoder.safetensors", "parts.json",
    }  # fmt: skip
    assert read_origin(folder, PARTS_FILE) == Origin("embedded", "volumes", "digest")
    again = load_model(str(folder), tmp_path, silent, Loading("cpu", "float32"))
    assert again.slices == SLICES and again.trained_on == "volumes"
    torch.testing.assert_close(logits(again.model, again.processor), logits(model, processor), rtol=0, atol=1e-4)


def test_the_base_is_put_together_once(keep, tmp_path):
    folder, *_ = keep(OF_VOLUMES, "trained", encoder=FULL, connector=FULL)
    lines = []
    first, second = (load_model(str(folder), tmp_path, lines.append) for _ in range(2))
    assert lines.count("putting the parts together") == 1 and first.revision == second.revision


def test_a_further_stage_is_kept_as_parts_too(keep, tmp_path):
    first, *_ = keep(OF_VOLUMES, "first", encoder=FULL, connector=FULL)
    assert is_embedded(str(first))
    second, processor, model = keep(first, "second", connector=FULL, llm=LORA)
    assert read_assembly(second) == read_assembly(first)
    assert not is_embedded(str(second)), "its LLM is another"
    again = load_model(str(second), tmp_path, silent, Loading("cpu", "float32"))
    torch.testing.assert_close(logits(again.model, again.processor), logits(model, processor), rtol=0, atol=1e-4)


def test_a_fresh_encoder_is_kept_also_where_it_was_frozen(keep, tmp_path):
    folder, processor, model = keep(OF_VOLUMES, "frozen", connector=FULL)
    again = load_model(str(folder), tmp_path, silent, Loading("cpu", "float32"))
    torch.testing.assert_close(logits(again.model, again.processor), logits(model, processor), rtol=0, atol=1e-4)


def test_the_embedded_encoder_by_slices_needs_no_file(keep, tmp_path):
    by_slices = Assembly("embedded", "embedded", image_size=SIDE, slices=SLICES, connector=AVERAGE)
    folder, processor, model = keep(by_slices, "slices", connector=FULL, llm=LORA)
    assert not (folder / "encoder.safetensors").exists()
    again = load_model(str(folder), tmp_path, silent, Loading("cpu", "float32"))
    torch.testing.assert_close(logits(again.model, again.processor), logits(model, processor), rtol=0, atol=1e-4)


def test_factors_of_the_llm_alone_are_kept_with_the_parts_that_they_belong_to(keep, tmp_path):
    folder, processor, model = keep(OF_VOLUMES, "factors", llm=LORA)
    again = load_model(str(folder), tmp_path, silent, Loading("cpu", "float32"))
    torch.testing.assert_close(logits(again.model, again.processor), logits(model, processor), rtol=0, atol=1e-4)


@pytest.mark.parametrize("parts", [{"encoder": LORA, "connector": FULL}, {"connector": FULL, "llm": FULL}])
def test_anything_else_is_a_whole_model(keep, tmp_path, parts):
    folder, *_ = keep(OF_VOLUMES, "whole", **parts)
    assert not (folder / PARTS_FILE).exists()


def test_what_is_damaged_or_brings_other_parts_is_one_sentence(keep, tmp_path):
    folder, *_ = keep(OF_VOLUMES, "trained", encoder=FULL, connector=FULL)
    told = json.loads((folder / ASSEMBLY_FILE).read_text())
    (folder / ASSEMBLY_FILE).write_text(json.dumps(told | {"text": "owner/llm"}))
    with pytest.raises(InputError, match=r"Trained parts belong to embedded ones, not to .* and 'owner/llm'"):
        load_model(str(folder), tmp_path, silent)
    for text in ("{", "[]", '{"eyes": 2}'):
        (folder / ASSEMBLY_FILE).write_text(text)
        with pytest.raises(InputError, match=r"assembly\.json' is damaged"):
            load_model(str(folder), tmp_path, silent)
