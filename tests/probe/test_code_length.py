"""Code lengths: bounds, invariances, blocks that divide no group."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.errors import InputError
from angiogram.probe.code_length import blocks, code_length


def made(signal, N=400, D=20, K=4, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, K, N)
    return rng.normal(size=(N, D)) + signal * rng.normal(size=(K, D))[y], y


def test_more_signal_costs_fewer_bits():
    lengths = [code_length(*made(signal)).bits for signal in (0.0, 0.2, 0.5, 2.0)]
    assert lengths == sorted(lengths, reverse=True)


def test_noise_compresses_nothing():
    compression = np.mean([code_length(*made(0.0, seed=seed)).compression for seed in range(5)])
    assert 0.95 < compression < 1.02


def test_the_parts_add_up():
    found = code_length(*made(1.0))
    assert sum(found.blocks) == pytest.approx(found.bits) == pytest.approx(found.per_case.sum())
    assert found.uniform == 800.0
    assert found.blocks[0] == found.ends[0] * 2.0


def test_a_class_that_was_not_seen_costs_many_bits_but_not_all():
    X, y = made(1.0, K=2)
    y[np.argmax(blocks(400, 3)[0] == 0)] = 0
    last = blocks(400, 3)[0][-1]
    y[last] = 2
    found = code_length(X, y, classes=3)
    assert found.per_case[last] == pytest.approx(np.log2(3 * 202))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), units=st.integers(1, 60), most=st.integers(1, 9), K=st.integers(2, 30))
def test_a_border_divides_no_group(seed, units, most, K):
    rng = np.random.default_rng(seed)
    groups = np.repeat(rng.permutation(units), rng.integers(1, most + 1, units))
    order, ends = blocks(len(groups), K, groups, seed)
    np.testing.assert_array_equal(np.sort(order), np.arange(len(groups)))
    assert ends[-1] == len(groups) and ends == sorted(set(ends))
    for end in ends[:-1]:
        assert not set(groups[order[:end]]) & set(groups[order[end:]])


def test_copies_of_a_case_are_not_coded_with_the_case_at_hand():
    """Six copies of pure noise each: within groups held together nothing can be told."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(80), 6)
    X, y = rng.normal(size=(80, 50))[groups], rng.integers(0, 2, 80)[groups]
    assert code_length(X, y, groups=groups).compression < 1.02 < code_length(X, y).compression


def test_two_cases_cost_a_bit_each():
    found = code_length(np.array([[0.0], [1.0]]), np.array([0, 1]))
    assert found.bits == 2.0 and found.compression is None  # nothing was there to learn from


@pytest.mark.parametrize(("K", "N"), [(500, 900), (24, 47), (100, 199)])
def test_more_classes_than_half_of_the_cases_are_too_few_to_tell(K, N):
    y = np.arange(N) % K
    assert code_length(np.eye(K)[y], y).compression is None


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.zeros((3, 1)), [0, 1], "3 cases need as many labels"),
        (np.full((3, 1), np.nan), [0, 1, 0], "not finite"),
        (np.zeros((3, 1)), [0, 0, 0], "at least two classes"),
        (np.zeros((0, 1)), [], "there are none"),
        (np.zeros((3, 1)), [0, 1, -1], "must be 0 to 1, not -1 to 1"),
    ],
)
def test_bad_input_is_refused(X, y, message):
    with pytest.raises(InputError, match=message):
        code_length(X, np.array(y, dtype=np.int64))


def test_labels_and_groups_that_do_not_match_are_refused():
    X, y = np.zeros((4, 1)), np.arange(4) % 2
    with pytest.raises(InputError, match="must be 0 to 1, not 0 to 3"):
        code_length(X, np.arange(4), classes=2)
    with pytest.raises(InputError, match="as many groups"):
        code_length(X, y, groups=np.zeros(3, dtype=np.int64))
