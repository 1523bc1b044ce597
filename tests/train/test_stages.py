import shutil
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
import torch

from angiogram.data.cases import Cases
from angiogram.errors import InputError
from angiogram.model import load
from angiogram.model.load import load_model
from angiogram.model.parts import read_origin
from angiogram.train.examples import IGNORED, Example, supervised_batch
from angiogram.train.recipe import LowRank, Recipe, Stage, read_recipe
from angiogram.train.stages import run_recipe
from angiogram.train.texts import Texts


@pytest.fixture
def texts(squares: Cases) -> Texts:
    rows = squares.select([i for i, row in enumerate(squares.rows) if row.split == "train"])
    grid = np.ones((len(rows), 2, 2), dtype=np.uint8)
    return Texts(rows, grid, ("", "liver"))


@pytest.fixture
def tiny_base(tiny_folder, monkeypatch):
    """The tiny model in the place of the embedded base."""
    monkeypatch.setattr(load, "embedded_base", lambda cache, progress: tiny_folder)


def stages(steps=3):
    return (
        Stage("first", "caption", steps, 4, {"connector": 1e-2}, prompts=("Describe it.",), closed_form=True),
        Stage("second", "label", steps, 4, {"connector": 1e-3, "llm": 1e-2}, lora=LowRank(2, 4)),
    )


def test_only_the_answer_is_supervised(tiny, squares):
    image = squares.read(squares.rows[0])
    batch = supervised_batch(
        tiny.processor, [Example(image, "What?", "liver"), Example(image, "Which one?", "left lung")]
    )
    tokenizer = tiny.processor.tokenizer
    for row, answer in enumerate(("liver", "left lung")):
        kept = batch["labels"][row][batch["labels"][row] != IGNORED]
        assert tokenizer.decode(kept) == answer + tokenizer.eos_token


def test_a_recipe_trains_what_it_names_and_nothing_else(tiny, tiny_base, texts, tmp_path):
    lines = []
    folders = run_recipe(Recipe("r", "squares", 0, stages()), texts, tmp_path / "out", tmp_path, lines.append)
    first, second = (load_model(str(folder), tmp_path, print).model for folder in folders)
    base = tiny.model.state_dict()
    changed = {name for name, value in first.state_dict().items() if not torch.allclose(value, base[name], atol=1e-3)}
    assert changed and all(name.startswith("model.connector") for name in changed)
    changed = {name for name, value in second.state_dict().items() if not torch.equal(value, first.state_dict()[name])}
    assert any("language_model.layers" in name for name in changed)
    assert not any("vision_tower" in name or "embed_tokens" in name or "norm" in name for name in changed)
    assert not list((tmp_path / "out").glob("*.checkpoint"))


def test_a_finished_stage_is_not_trained_again(tiny_base, texts, tmp_path):
    recipe = Recipe("r", "squares", 0, stages()[:1])
    run_recipe(recipe, texts, tmp_path / "out", tmp_path, lambda _: None)
    lines = []
    run_recipe(recipe, texts, tmp_path / "out", tmp_path, lines.append)
    assert lines == []


def test_damaged_parts_are_one_sentence(tiny_base, texts, tmp_path):
    (folder,) = run_recipe(Recipe("r", "squares", 0, stages()[:1]), texts, tmp_path / "out", tmp_path, lambda _: None)
    (folder / "connector.safetensors").write_bytes(b"short")
    with pytest.raises(InputError, match="cannot be read"):
        load_model(str(folder), tmp_path, print)
    (folder / "parts.json").write_text("{}")
    with pytest.raises(InputError, match="does not name a base model"):
        load_model(str(folder), tmp_path, print)


@pytest.mark.parametrize("changed", [{"seed": 1}, {"data": "circles"}, {"stages": stages(4)}])
def test_stages_of_another_recipe_are_refused(tiny_base, texts, tmp_path, changed):
    recipe = Recipe("r", "squares", 0, stages())
    run_recipe(recipe, texts, tmp_path / "out", tmp_path, lambda _: None)
    with pytest.raises(InputError, match=r"out/first' is of another recipe; choose another --out or delete it"):
        run_recipe(replace(recipe, **changed), texts, tmp_path / "out", tmp_path, lambda _: None)
    second = replace(stages()[1], batch_size=5)
    with pytest.raises(InputError, match="out/second' is of another recipe"):
        run_recipe(replace(recipe, stages=(stages()[0], second)), texts, tmp_path / "out", tmp_path, lambda _: None)


def test_trained_parts_say_on_what_they_were_trained(tiny_base, texts, tmp_path):
    (folder,) = run_recipe(Recipe("r", "squares", 0, stages()[:1]), texts, tmp_path / "out", tmp_path, lambda _: None)
    assert load_model(str(folder), tmp_path, print).trained_on == "squares"
    (folder / "parts.json").write_text('{"base": "embedded"}')
    assert load_model(str(folder), tmp_path, print).trained_on is None


def test_the_shipped_stages_are_those_of_the_shipped_recipe(texts, tmp_path):
    shutil.copytree(str(files("angiogram.model") / "weights"), tmp_path / "out")
    lines = []
    folders = run_recipe(read_recipe("demo"), texts, tmp_path / "out", tmp_path, lines.append)
    assert [folder.name for folder in folders] == ["demo", "demo-tuned"] and lines == []
    assert {read_origin(folder).data for folder in folders} == {"phantom"}


def test_a_batch_larger_than_the_set_is_one_sentence(tiny_base, texts, tmp_path):
    recipe = Recipe("r", "squares", 0, (replace(stages()[0], batch_size=33),))
    with pytest.raises(InputError, match="batch_size of the stage 'first' is above the 32 training images"):
        run_recipe(recipe, texts, tmp_path / "out", tmp_path, lambda _: None)
