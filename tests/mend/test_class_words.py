"""The rows of the class words: a convex fit, and a head that keeps them in its files."""

import numpy as np
import pytest
import torch

from angiogram.data.intake import examine
from angiogram.data.splits import assign
from angiogram.mend.class_words import Places, fitted, places, refit_class_words
from angiogram.mend.head import own_head
from angiogram.mend.teaching import teaching
from angiogram.model.load import load_model
from tests.model.tiny import write_tiny


@pytest.fixture
def drawn() -> Places:
    """60 states of three kinds: two tokens, and the end; the model says neither."""
    generator = torch.Generator().manual_seed(0)
    truth = torch.arange(60) % 3
    states = torch.randn(60, 8, generator=generator) + 3 * torch.eye(8)[truth]
    return Places(states, truth, torch.randn(60, 2, generator=generator), torch.zeros(60, 2))


def test_less_ridge_never_fits_worse_and_much_of_it_changes_nothing(drawn):
    losses = [float(drawn.loss(fitted(drawn, strength))) for strength in (1e-4, 1e-2, 1.0, 1e4)]
    assert losses == sorted(losses) and losses[0] < losses[-1] / 4
    assert losses[-1] == pytest.approx(float(drawn.loss(torch.zeros(2, 8))), abs=1e-3)


def test_the_loss_is_that_of_the_whole_vocabulary(drawn):
    change = torch.randn(2, 8, generator=torch.Generator().manual_seed(1))
    logits = torch.cat([drawn.own + drawn.states @ change.T, drawn.fixed], dim=1)
    expected = -logits.log_softmax(dim=1)[torch.arange(60), drawn.truth].mean()
    torch.testing.assert_close(drawn.loss(change), expected)


@pytest.mark.parametrize("name", ["llava", "gemma3", "qwen2_vl"])
def test_only_the_rows_of_the_names_change_and_files_keep_them(name, squares, tmp_path):
    """The head of gemma3 shares its weights with the embeddings, those of the others do not."""
    write_tiny(name, tmp_path)
    loaded = load_model(str(tmp_path), tmp_path, lambda _: None)
    examined = examine(squares)
    teachers = teaching(loaded, examined, assign(examined.cases, 3, 0), "S", 8, 0, 24)
    rows, tokens = teachers.rows, sorted(set(teachers.asker.tree.fed))
    before = {key: weight.clone() for key, weight in loaded.model.state_dict().items()}
    read = float(places(teachers.asker, rows, tokens).loss(torch.zeros(len(tokens), width(loaded))))
    refit_class_words(teachers, lambda _: None)
    after = float(places(teachers.asker, rows, tokens).loss(torch.zeros(len(tokens), width(loaded))))
    assert after < read
    head = own_head(loaded).weight.detach()
    name_of = {id(weight): key for key, weight in loaded.model.named_parameters()}
    changed = [key for key, weight in loaded.model.state_dict().items() if not torch.equal(weight, before[key])]
    assert changed == [name_of[id(own_head(loaded).weight)]]
    others = np.setdiff1d(np.arange(len(head)), tokens)
    assert torch.equal(head[others], before[changed[0]][others])
    loaded.model.save_pretrained(tmp_path / "kept")
    loaded.processor.save_pretrained(tmp_path / "kept")
    kept = load_model(str(tmp_path / "kept"), tmp_path, lambda _: None)
    assert torch.equal(kept.model.get_output_embeddings().weight, head)
    inputs = kept.model.get_input_embeddings().weight
    assert torch.equal(inputs, loaded.model.get_input_embeddings().weight) and not torch.equal(inputs, head)


def width(loaded) -> int:
    return loaded.model.get_output_embeddings().in_features
