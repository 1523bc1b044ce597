import numpy as np
import pytest

from angiogram.diagnose.picture.raster import SIDE, vote_raster
from angiogram.model.layouts.place import grid


def overlapping(rng: np.random.Generator, tokens: int = 40) -> np.ndarray:
    """Boxes that overlap and hang over every edge, some without a place."""
    low = rng.uniform(-0.4, 0.9, (tokens, 2))
    boxes = np.concatenate([low, low + rng.uniform(0.01, 1.2, (tokens, 2))], axis=1)
    boxes[::7] = np.nan
    return boxes


def weights(boxes: np.ndarray) -> np.ndarray:
    inside = np.clip(boxes, 0, 1)
    area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    return np.nan_to_num((inside[:, 2] - inside[:, 0]) * (inside[:, 3] - inside[:, 1]) / area)


@pytest.mark.parametrize("seed", range(20))
def test_the_mean_of_the_picture_is_the_weighted_mean_of_the_votes(seed):
    rng = np.random.default_rng(seed)
    boxes, votes = overlapping(rng), rng.normal(0, 5, 40)
    weight = weights(boxes)
    assert vote_raster(votes, boxes, rng.random()).mean() == pytest.approx(votes @ weight / weight.sum(), abs=1e-12)


def test_even_votes_are_an_even_picture_wherever_they_lie():
    picture = vote_raster(np.full(40, 0.25), overlapping(np.random.default_rng(0)), 0.25)
    np.testing.assert_allclose(picture, 0.25)


@pytest.mark.parametrize("side", [1, 2, 5, 14, 24, 37])
def test_a_vote_stands_where_its_token_lies(side):
    votes = np.zeros((side, side))
    votes[0, side - 1] = 1.0
    picture = vote_raster(votes.ravel(), grid(side, side).double().numpy(), 0.0)
    assert picture.mean() == pytest.approx(1 / side**2)
    reach = -(-SIDE // side)  # cells that the token touches
    assert picture[:reach, SIDE - reach :].sum() == pytest.approx(picture.sum())
    assert picture[0, -1] == pytest.approx(picture.max())


def test_on_a_grid_of_the_picture_s_own_size_cells_are_votes():
    votes = np.random.default_rng(0).normal(size=(SIDE, SIDE))
    np.testing.assert_allclose(vote_raster(votes.ravel(), grid(SIDE, SIDE).double().numpy(), 0.5), votes, atol=1e-5)


def test_where_no_token_lies_the_picture_is_even():
    middle = np.array([[0.25, 0.25, 0.75, 0.75]])  # as after a centre crop
    picture = vote_raster(np.array([0.9]), middle, 0.5)
    assert picture[0, 0] == 0.5 and picture.mean() == pytest.approx(0.9)
    assert picture[SIDE // 2, SIDE // 2] == pytest.approx(0.5 + 4 * 0.4)


def test_padding_outside_the_image_takes_nothing_from_a_token_at_the_edge():
    boxes = np.array([[0.0, 0.0, 1.0, 0.5], [0.0, 0.5, 1.0, 1.5]])
    picture = vote_raster(np.array([0.0, 1.0]), boxes, 0.0)
    assert picture[:, 0].max() == 0.0 and picture.mean() == pytest.approx(1 / 3)
