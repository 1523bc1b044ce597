"""The published score equals its published values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.diagnose.account.health import health_score, published_score, retention
from angiogram.errors import InputError
from angiogram.statistics.bootstrap import resample_groups


def line(*corners, layers=28):
    """Straight lines through the corners, over this many layers."""
    return np.interp(np.linspace(0, 1, layers), np.linspace(0, 1, len(corners)), corners).tolist()


@pytest.mark.parametrize(
    ("accuracies", "score"),
    [
        (line(0.85, 0.85), 0.850),
        (line(0.65, 0.90), 1.128),
        (line(0.90, 0.70), 0.578),
        (line(0.88, 0.70, 0.88, layers=29), 0.904),
        ([0.88, 0.86], 0.846),
    ],
)
def test_published_vectors(accuracies, score):
    assert round(published_score(accuracies).score, 3) == score


def test_growth_and_penalty_of_the_rise():
    rise = published_score(line(0.65, 0.90))
    assert round(rise.growth, 3) == 0.325 and round(rise.volatility_penalty, 3) == 0.946


@pytest.mark.parametrize(("layers", "expected"), [(28, 0.80), (60, 0.74)])
def test_the_known_weakness_noise_alone_lowers_it_with_depth(layers, expected):
    rng = np.random.default_rng(0)
    scores = [published_score((0.85 + 0.01 * rng.normal(size=layers)).tolist()).score for _ in range(300)]
    assert np.mean(scores) == pytest.approx(expected, abs=0.015)


@given(st.lists(st.floats(0.05, 1.0), min_size=2, max_size=40), st.floats(0, 2))
def test_the_score_is_the_product_of_its_factors(accuracies, lam):
    found = published_score(accuracies, lam)
    assert found.score == pytest.approx(accuracies[-1] * (1 + found.growth) * found.volatility_penalty)
    assert 0 <= found.volatility_penalty <= 1


def test_limits_at_zero():
    assert published_score([0.5, 0.0]).score == 0.0
    assert published_score([0.5, 0.0]).growth == -math.inf
    assert published_score([0.0, 0.0]).score == 0.0 and math.isnan(published_score([0.0, 0.0]).growth)
    assert published_score([0.0, 0.5]).score == math.inf
    assert published_score([0.5, 0.0, 0.5]).growth == math.inf


@pytest.mark.parametrize(
    ("accuracies", "lam", "message"),
    [
        ([0.5], 0.2, "at least two taps, not 1"),
        ([0.5, 85.0], 0.2, "between 0 and 1, not 85"),
        ([0.5, math.nan], 0.2, "between 0 and 1, not nan"),
        ([0.5, 0.6], -1.0, "0 or more, not -1"),
    ],
)
def test_bad_input_is_refused(accuracies, lam, message):
    with pytest.raises(InputError, match=message):
        published_score(accuracies, lam)


def test_a_module_has_the_published_score_and_the_retention_of_skill():
    right = np.stack([np.arange(400) < share for share in (360, 340, 350)])
    found = health_score("connector", ["a", "b", "c"], right, 0.5, resample_groups(np.arange(400)))
    assert (found.module, found.start_tap, found.end_tap) == ("connector", "a", "c")
    assert found.minimum == pytest.approx(0.85)
    assert found.score == pytest.approx(published_score([0.9, 0.85, 0.875]).score)
    assert found.retention.value == pytest.approx(0.375 / 0.4)
    assert found.retention.low < found.retention.value < found.retention.high < 1.0


def test_retention_is_no_number_where_there_is_nothing_to_retain():
    draws = resample_groups(np.arange(100))
    start, end = (draws.accuracy(np.arange(100) < share).skill(0.5) for share in (55, 80))
    assert math.isnan(retention(start, end).value)


def test_beside_the_published_lambda_others_and_the_controlled_profile():
    rng = np.random.default_rng(7)
    correct = np.stack([rng.random(300) < share for share in (0.6, 0.7, 0.9)])
    found = health_score("LLM", ["a", "b", "c"], correct, 0.3, resample_groups(np.arange(300)))
    by_lambda = dict(found.sensitivity)
    values = correct.mean(axis=1).tolist()
    assert by_lambda[0.2] == found.score
    assert by_lambda[0.0] == pytest.approx(values[-1] * (1 + found.growth))
    assert sorted(by_lambda.values(), reverse=True) == list(by_lambda.values())
    assert found.start_skill.value == pytest.approx((values[0] - 0.3) / 0.7)
    assert found.retention.value == pytest.approx(found.end_skill.value / found.start_skill.value)
