import numpy as np
import pytest
import torch

from angiogram.cache import cached_folder
from angiogram.data.cases import Cases
from angiogram.errors import InputError
from angiogram.model import load
from angiogram.model.load import load_model
from angiogram.train.examples import IGNORED, Example, supervised_batch
from angiogram.train.loop import Schedule, fit
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


def test_an_interrupted_run_ends_where_an_uninterrupted_one_does(tmp_path):
    def build():
        torch.manual_seed(0)
        return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 1))

    def loss(model, draw, stop=None):
        if draw == stop:
            raise KeyboardInterrupt
        return model(torch.randn(8, 3)).square().mean()

    def train(model, stop, folder):
        groups = [{"params": list(model.parameters()), "lr": 0.1}]
        schedule = Schedule(steps=9, warmup=0.1, seed=3, keep_every=4)
        fit(model, lambda m, draw: loss(m, draw, stop), groups, schedule, folder, lambda _: None)
        return model

    whole = train(build(), None, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        train(build(), 6, tmp_path / "parts")
    again = train(build(), None, tmp_path / "parts")
    for name, value in whole.state_dict().items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_damaged_parts_are_one_sentence(tiny_base, texts, tmp_path):
    (folder,) = run_recipe(Recipe("r", "squares", 0, stages()[:1]), texts, tmp_path / "out", tmp_path, lambda _: None)
    (folder / "connector.safetensors").write_bytes(b"short")
    with pytest.raises(InputError, match="cannot be read"):
        load_model(str(folder), tmp_path, print)
    (folder / "parts.json").write_text("{}")
    with pytest.raises(InputError, match="does not name a base model"):
        load_model(str(folder), tmp_path, print)


def test_the_shipped_recipe_never_trains_stage_one_on_the_question():
    recipe = read_recipe("demo")
    first, second = recipe.stages
    assert (first.text, second.text) == ("caption", "label")
    assert set(first.learning_rates) == {"connector"} and first.lora is None


@pytest.mark.parametrize(
    ("text", "said"),
    [("name: [", "cannot be read"), ("name: x\nstages: 3\n", "cannot be read"), ("{}", "cannot be read")],
)
def test_a_bad_recipe_is_one_sentence(tmp_path, text, said):
    (tmp_path / "r.yaml").write_text(text)
    with pytest.raises(InputError, match=said):
        read_recipe(str(tmp_path / "r.yaml"))


def test_an_unknown_recipe_names_the_nearest():
    with pytest.raises(InputError, match="did you mean 'demo'"):
        read_recipe("demos")


def test_a_cached_folder_is_checked(tmp_path):
    folder = cached_folder(tmp_path / "c", lambda f: (f / "a").write_text("x") and None)
    (folder / "a").write_text("y")
    with pytest.raises(InputError, match="damaged or missing"):
        cached_folder(folder, lambda f: None)
