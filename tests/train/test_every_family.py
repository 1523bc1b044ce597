"""Tuning any family on labelled images: the loss falls, what is kept loads again and says what was trained."""

import shutil

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForImageTextToText

from angiogram.model.load import load_model
from angiogram.model.loading import Loading
from angiogram.model.prompt import chat, prepare
from angiogram.train.draws.of_cases import entries_of
from angiogram.train.recipe import PartTraining, Recipe, Stage
from angiogram.train.stages import Beginning, Learnt, run_recipe
from tests.model import tiny
from tests.model.tiny import write_tiny

FAMILIES = ("angiogram", *tiny.FAMILIES)
LLM = PartTraining("lora", 2e-2, 4, 8)


@pytest.fixture
def written(tmp_path, tiny_folder):
    """The folder of a family's tiny model."""

    def write(family):
        folder = tmp_path / family
        folder.mkdir()
        if family == "angiogram":
            shutil.copytree(tiny_folder, folder, dirs_exist_ok=True)
        else:
            write_tiny(family, folder)
        return folder

    return write


def tune(folder, squares, tmp_path, parts, steps=8, base=None):
    """The folder of what was trained, and the loss of each step."""
    told = []

    def begun(before, stage):
        return load_model(str(before or folder), tmp_path, lambda _: None, Loading("cpu", "float32", base=base))

    recipe = Recipe("r", 0, (Stage("tuned", steps, 8, parts),), model=str(folder))
    learnt = Learnt("squares", "squares", lambda slices: entries_of(squares))
    (kept,) = run_recipe(
        recipe,
        Beginning(str(folder), "this"),
        learnt,
        begun,
        tmp_path / "out",
        lambda _: None,
        watch=lambda _: [lambda step: told.append(step.loss)],
    )
    return kept, told


def logits(model, processor, squares):
    images = [squares.read(row) for row in squares.rows[:2]]
    with torch.no_grad():
        return model(**prepare(processor, chat(processor, squares.ask()), images)).logits


@pytest.mark.parametrize("family", ["llava", "qwen2_5_vl"])
def test_an_adapter_on_a_model_without_a_processor_brings_it_along(family, written, squares, tmp_path):
    whole = written(family)
    bare = tmp_path / "bare"
    bare.mkdir()
    for file in ("config.json", "generation_config.json", "model.safetensors"):
        if (whole / file).is_file():
            shutil.copy(whole / file, bare)
    kept, _ = tune(bare, squares, tmp_path, {"llm": LLM}, steps=1, base=str(whole))
    loaded, same = (load_model(str(each), tmp_path, lambda _: None) for each in (kept, whole))
    assert not (bare / "tokenizer.json").exists()
    text = chat(loaded.processor, squares.ask())
    assert text == chat(same.processor, squares.ask())
    images = [squares.read(row) for row in squares.rows[:2]]
    own, theirs = (prepare(each.processor, text, images) for each in (loaded, same))
    assert all(torch.equal(own[name], theirs[name]) for name in theirs)


@pytest.mark.parametrize("family", FAMILIES)
def test_low_rank_factors_of_the_llm_are_an_adapter_that_peft_alone_loads(family, written, squares, tmp_path):
    folder = written(family)
    kept, losses = tune(folder, squares, tmp_path, {"llm": LLM})
    assert sum(losses[-3:]) / 3 < sum(losses[:2]) / 2 - 0.1
    ours = load_model(str(kept), tmp_path, lambda _: None)
    assert ours.trained_on == "squares"
    plain = AutoModelForImageTextToText.from_pretrained(folder).eval()
    before = logits(plain, ours.processor, squares)
    theirs = PeftModel.from_pretrained(plain, str(kept)).eval()
    tuned = logits(theirs, ours.processor, squares)
    assert not torch.allclose(before, tuned, atol=1e-2)
    torch.testing.assert_close(logits(ours.model, ours.processor, squares), tuned, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(logits(theirs.merge_and_unload(), ours.processor, squares), tuned, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("family", FAMILIES)
def test_whole_parts_beside_factors_are_a_whole_model(family, written, squares, tmp_path):
    folder = written(family)
    parts = {"encoder": PartTraining("lora", 1e-3, 2, 4), "connector": PartTraining("full", 1e-3), "llm": LLM}
    kept, losses = tune(folder, squares, tmp_path, parts, steps=6)
    assert losses[-1] < losses[0]
    ours = load_model(str(kept), tmp_path, lambda _: None)
    plain = AutoModelForImageTextToText.from_pretrained(kept).eval()
    torch.testing.assert_close(
        logits(ours.model, ours.processor, squares), logits(plain, ours.processor, squares), atol=1e-5, rtol=1e-5
    )
    begun = load_model(str(folder), tmp_path, lambda _: None)
    for part in ("encoder", "connector", "llm"):
        path = getattr(begun.anatomy, part)
        one, other = (each.model.get_submodule(path).state_dict() for each in (begun, ours))
        assert any(not torch.equal(one[name], other[name]) for name in one), part
