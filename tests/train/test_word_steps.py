"""Steps towards words: tokens of images come to lie near the words of their class, which stay where they are."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from angiogram.data.progress import silent
from angiogram.errors import InputError
from angiogram.model.load import load_model
from angiogram.model.loading import Loading
from angiogram.model.prompt import chat, prepare
from angiogram.train.closed_form import word_embeddings
from angiogram.train.draws.of_cases import entries_of
from angiogram.train.recipe import PartTraining, Recipe, Stage
from angiogram.train.stages import Beginning, Learnt, run_recipe
from angiogram.train.word_steps import SHARPNESS, word_loss, word_pieces, word_shares
from tests.model.build.deep import bright_volumes, write_deep

PARTS = {"encoder": PartTraining("full", 3e-3), "connector": PartTraining("full", 3e-3)}
STAGE = Stage("words", 60, 8, PARTS, words=True)
AVERAGE = {"reduce": {"name": "average", "block": (1, 2, 2)}, "project": {"name": "mlp", "width": 24}}


@pytest.fixture
def deep(tmp_path):
    return load_model(
        str(write_deep(tmp_path / "model", connector=AVERAGE)), tmp_path, silent, Loading("cpu", "float32")
    )


def told(loaded, cases):
    """Share of the held-out volumes whose mean token holds more of their own class's words than of any others."""
    rows = [row for row in cases.rows if row.split == "test"]
    inputs = prepare(loaded.processor, chat(loaded.processor, cases.ask()), [cases.read(row) for row in rows])
    with torch.no_grad():
        tokens = loaded.model.model.get_image_features(inputs["pixel_values"]).mean(dim=1)
        found = word_shares(tokens, word_embeddings(loaded, cases.classes)).argmax(dim=1)
    return sum(cases.classes[int(k)] == row.label for k, row in zip(found, rows, strict=True)) / len(rows)


def test_images_come_to_lie_near_their_words(deep, tmp_path):
    cases, before = bright_volumes(), {name: value.clone() for name, value in deep.model.state_dict().items()}
    recipe = Recipe("r", 0, (STAGE,), model=deep.name)
    learnt = Learnt("volumes", "volumes", lambda slices: entries_of(cases))
    first = told(deep, cases)
    run_recipe(recipe, Beginning(deep.name, "deep"), learnt, lambda *_: deep, tmp_path / "out", silent)
    assert told(deep, cases) > max(first, 0.4)
    changed = {name for name, value in deep.model.state_dict().items() if not torch.equal(value, before[name])}
    assert changed and all("vision_tower" in name or "connector" in name for name in changed)


def test_the_loss_is_the_distance_and_the_choice():
    chance = np.random.default_rng(0)
    words, tokens, own = chance.normal(size=(4, 6)), chance.normal(size=(3, 6)), [2, 0, 2]
    middle = words.mean(0)
    spread = ((words - middle) ** 2).sum() / 4
    expected = 0.0
    for token, k in zip(tokens, own, strict=True):
        scores = SHARPNESS * np.linalg.lstsq((words - middle).T, token - middle, rcond=1e-6)[0]
        expected += (((token - words[k]) ** 2).sum() / spread + np.log(np.exp(scores).sum()) - scores[k]) / 3
    found = word_loss(torch.tensor(tokens), torch.tensor(words), torch.tensor(own))
    assert float(found) == pytest.approx(expected, rel=1e-4)


def test_what_has_no_words_is_one_sentence(deep, load_family, tmp_path):
    entries = entries_of(bright_volumes())
    draw = entries.draw(STAGE, 0)
    with pytest.raises(InputError, match="Words are learnt by models from parts"):
        word_pieces(load_family("qwen2_vl"), entries, draw)
    without = replace(entries, entries=[replace(entries.entries[0], image=None)])
    with pytest.raises(InputError, match="with a label each; the entry '0' has none"):
        word_pieces(deep, without, draw)
