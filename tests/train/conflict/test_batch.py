"""What one batch says, against gradients that are all kept."""

import numpy as np
import pytest
import torch

from angiogram.errors import InputError
from angiogram.train.conflict.batch import pulls
from angiogram.train.conflict.gramians import gramians
from angiogram.train.conflict.halves import Halves
from angiogram.train.conflict.scores import BINS, score_counts, score_shares
from tests.train.conflict.naive import kept_gradients
from tests.train.conflict.quadratics import bowl
from tests.train.conflict.test_gramians import llama

TASKS = torch.tensor([1, 0, 1, 0, 0, 1])  # three samples each: halves of two and one
MODULES = ["", "model.layers.0", "model.layers.1.mlp", "lm_head"]


@pytest.fixture(params=[False, True], ids=["untied", "tied"])
def text(request):
    return llama(tie_word_embeddings=request.param)


def test_products_of_halves_are_those_of_whole_tasks(text):
    found = pulls(*text, TASKS, MODULES)
    whole = gramians(*text, TASKS, MODULES)
    for name, pull in found.items():
        np.testing.assert_allclose(pull.products, whole[name].numpy(), rtol=1e-5, atol=1e-5 * whole[name].max())


def test_halves_against_each_other(text):
    model, losses = text
    groups = Halves.of(TASKS).groups
    found = pulls(model, losses, TASKS, MODULES)
    for name, pull in found.items():
        kept = kept_gradients(model, losses, groups, name)
        np.testing.assert_allclose(pull.repeated, (kept[::2] * kept[1::2]).sum(dim=1).numpy(), rtol=1e-4, atol=1e-6)


def test_scores_are_those_of_kept_gradients(text):
    model, losses = text
    found = pulls(model, losses, TASKS, MODULES)
    for name, pull in found.items():
        wanted = score_counts(kept_gradients(model, losses, TASKS, name)).numpy()
        assert pull.scores.sum() == wanted.sum()
        assert np.abs(pull.scores - wanted).sum() <= max(2, 1e-3 * wanted.sum())  # rounded to the other side of an edge


def test_a_score_is_the_same_whatever_the_scale_and_the_order():
    torch.manual_seed(0)
    gradients = torch.randn(4, 500, dtype=torch.float64)
    counts = score_counts(gradients)
    assert counts.sum() == 500 and len(counts) == BINS
    assert torch.equal(score_counts(-8 * gradients), counts)
    assert torch.equal(score_counts(gradients[[2, 0, 3, 1]]), counts)
    assert torch.equal(score_counts(gradients.abs()), torch.tensor([0] * 9 + [500]))
    assert torch.equal(score_counts(torch.cat([gradients, -gradients])), torch.tensor([500] + [0] * 9))
    assert not score_counts(torch.zeros(3, 7)).any()


def test_scores_of_bowls():
    assert pulls(*bowl([[1.0, 1.0, 0.0], [-1.0, 1.0, 0.0]]), [""])[""].scores.tolist() == [1, *[0] * 8, 1]
    assert pulls(*bowl([[3.0, 0.0, 0.0], [-1.0, 0.0, 0.0]]), [""])[""].scores.tolist() == [0] * 5 + [1] + [0] * 4


def test_halves_are_as_even_as_can_be_and_none_is_empty():
    groups = Halves.of(torch.tensor([0, 1, 1, 0, 1, 0, 0, 0])).groups
    assert torch.bincount(groups).tolist() == [3, 2, 2, 1]
    means = Halves(groups).means
    values = torch.randn(8)
    halves = torch.stack([values[groups == group].mean() for group in range(4)])
    torch.testing.assert_close(means @ halves, torch.stack([values[groups // 2 == task].mean() for task in range(2)]))
    with pytest.raises(InputError, match="Task 1 has one sample"):
        Halves.of(torch.tensor([0, 1, 0]))


def test_shares_of_scores_add_up_and_their_intervals_hold_them():
    counts = [pulls(*bowl([[3.0, 1.0], [-1.0, 1.0]], noise=0.5, seed=seed), [""])[""].scores for seed in range(12)]
    shares = score_shares(counts)
    assert sum(share.value for share in shares) == pytest.approx(1) and len(shares) == BINS
    assert all(0 <= share.low <= share.value <= share.high <= 1 for share in shares)
    assert score_shares(counts)[5] == shares[5] and shares[9].value >= 0.4
    with pytest.raises(InputError, match="none of the tasks has a gradient"):
        score_shares([counts[0], np.zeros(BINS, np.int64)])
    with pytest.raises(InputError, match="two batches or more, not 1"):
        score_shares(counts[:1])
