"""Recipes on the tiny model: what is named is trained, and nothing else; finished stages are not trained again."""

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
from angiogram.model.loading import Loading
from angiogram.model.origin import read_origin
from angiogram.model.parts import PARTS_FILE
from angiogram.train.draws.phantom import PhantomTexts
from angiogram.train.recipe import PartTraining, Recipe, Stage, read_recipe
from angiogram.train.stages import Beginning, Learnt, nobody, run_recipe
from tests.model.tiny import write_tiny

CONNECTOR = {"connector": PartTraining("full", 1e-2)}


@pytest.fixture
def texts(squares: Cases) -> PhantomTexts:
    rows = squares.select([i for i, row in enumerate(squares.rows) if row.split == "train"])
    grid = np.ones((len(rows), 2, 2), dtype=np.uint8)
    return PhantomTexts(rows, grid, ("", "liver"))


@pytest.fixture
def tiny_base(tiny_folder, monkeypatch):
    """The tiny model in the place of the embedded base."""
    monkeypatch.setattr(load, "embedded_base", lambda cache, progress: tiny_folder)


def stages(steps=3):
    return (
        Stage("first", steps, 4, CONNECTOR, text="caption", prompts=("Describe it.",), closed_form=True),
        Stage("second", steps, 4, {**CONNECTOR, "llm": PartTraining("lora", 1e-2, 2, 4)}, text="label"),
    )


def recipe(given=None, **changed):
    return Recipe("r", **{"seed": 0, "stages": given or stages(), "model": "embedded", **changed})


def run(given, texts, tmp_path, progress=lambda _: None, watch=nobody, **conditions):
    def begun(before, stage):
        return load_model(str(before or given.model), tmp_path, progress, Loading("cpu"))

    learnt = Learnt("squares", "squares", lambda slices: texts, conditions)
    beginning = Beginning(str(given.model), "embedded")
    return run_recipe(given, beginning, learnt, begun, tmp_path / "out", progress, watch=watch)


def test_a_recipe_trains_what_it_names_and_nothing_else(tiny, tiny_base, texts, tmp_path):
    lines = []
    folders = run(recipe(), texts, tmp_path, lines.append)
    first, second = (load_model(str(folder), tmp_path, print).model for folder in folders)
    base = tiny.model.state_dict()
    changed = {name for name, value in first.state_dict().items() if not torch.allclose(value, base[name], atol=1e-3)}
    assert changed and all(name.startswith("model.connector") for name in changed)
    changed = {name for name, value in second.state_dict().items() if not torch.equal(value, first.state_dict()[name])}
    assert any("language_model.layers" in name for name in changed)
    assert not any("vision_tower" in name or "embed_tokens" in name or "norm" in name for name in changed)
    assert not list((tmp_path / "out").glob("*.checkpoint"))


def test_a_start_in_closed_form_needs_a_connector_of_our_own_and_a_token_a_cell(tiny_base, texts, tmp_path):
    with pytest.raises(InputError, match="knows what 4 x 4 cells of an image show, and the model has 4 image tokens"):
        run(recipe(stages()[:1]), replace(texts, grid=np.ones((len(texts), 4, 4), dtype=np.uint8)), tmp_path)
    write_tiny("llava", tmp_path / "llava")
    with pytest.raises(InputError, match=r"that of '.*llava' is a LlavaMultiModalProjector; leave it out of the stage"):
        run(recipe(stages()[:1], model=str(tmp_path / "llava")), texts, tmp_path / "other")


def test_a_finished_stage_is_not_trained_again(tiny_base, texts, tmp_path):
    given = recipe(stages()[:1])
    run(given, texts, tmp_path)
    lines = []
    run(given, texts, tmp_path, lines.append)
    assert lines == []


def test_damaged_parts_are_one_sentence(tiny_base, texts, tmp_path):
    (folder,) = run(recipe(stages()[:1]), texts, tmp_path)
    (folder / "connector.safetensors").write_bytes(b"short")
    with pytest.raises(InputError, match="cannot be read"):
        load_model(str(folder), tmp_path, print)
    (folder / "parts.json").write_text("{}")
    with pytest.raises(InputError, match="does not name a base model"):
        load_model(str(folder), tmp_path, print)


@pytest.mark.parametrize(
    "changed", [{"seed": 1}, {"stages": (replace(stages()[0], warmup=0.5), stages()[1])}, {"stages": stages(4)}]
)
def test_stages_of_another_recipe_are_refused(tiny_base, texts, tmp_path, changed):
    given = recipe()
    run(given, texts, tmp_path)
    with pytest.raises(InputError, match=r"out/first' is of another recipe; choose another --out or delete it"):
        run(replace(given, **changed), texts, tmp_path)
    second = replace(stages()[1], batch_size=5)
    with pytest.raises(InputError, match="out/second' is of another recipe"):
        run(replace(given, stages=(stages()[0], second)), texts, tmp_path)


def test_a_stage_does_not_go_on_with_images_that_are_read_in_another_way(tiny_base, texts, tmp_path):
    def interrupt(step):
        if step.done == 2:
            raise KeyboardInterrupt

    given = recipe((replace(stages()[0], keep_every=1),))
    with pytest.raises(KeyboardInterrupt):
        run(given, texts, tmp_path, watch=lambda _: [interrupt], preparation="window 0..80")
    with pytest.raises(InputError, match=r"was made with the preparation window 0\.\.80, not as the files say; choose"):
        run(given, texts, tmp_path, preparation="as the files say")
    run(given, texts, tmp_path, preparation="window 0..80")


def test_trained_parts_say_on_what_they_were_trained(tiny_base, texts, tmp_path):
    (folder,) = run(recipe(stages()[:1]), texts, tmp_path)
    assert load_model(str(folder), tmp_path, print).trained_on == "squares"
    (folder / "parts.json").write_text('{"base": "embedded"}')
    assert load_model(str(folder), tmp_path, print).trained_on is None


def test_the_shipped_stages_are_those_of_the_shipped_recipe(texts, tmp_path):
    shutil.copytree(str(files("angiogram.model") / "weights"), tmp_path / "out")
    lines = []
    learnt = Learnt("phantom", "phantom", lambda slices: texts)
    shipped = read_recipe("demo")
    folders = run_recipe(shipped, Beginning("embedded", "embedded"), learnt, None, tmp_path / "out", lines.append)
    assert [folder.name for folder in folders] == ["demo", "demo-tuned"] and lines == []
    assert {read_origin(folder, PARTS_FILE).data for folder in folders} == {"phantom"}


def test_a_batch_larger_than_the_set_is_one_sentence(tiny_base, texts, tmp_path):
    given = recipe((replace(stages()[0], batch_size=33),))
    with pytest.raises(InputError, match="batch_size of the stage 'first' is above the 32 training images"):
        run(given, texts, tmp_path)
