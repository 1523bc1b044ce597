import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import made_cases

from angiogram.data.cases import Cases
from angiogram.data.splits import assign, subset
from angiogram.errors import InputError


@st.composite
def grouped(draw: st.DrawFn) -> Cases:
    """Three classes of 6 to 20 groups each, groups of 1 to 3 cases of one class."""
    labels: list[str] = []
    groups: list[str] = []
    largest = draw(st.integers(1, 3))
    for name in "abc":
        for group in range(draw(st.integers(6, 20))):
            for _ in range(draw(st.integers(1, largest))):
                labels.append(name)
                groups.append(f"{name}{group}")
    order = draw(st.permutations(range(len(labels))))
    return made_cases([labels[i] for i in order], [groups[i] for i in order])


@given(grouped(), st.integers(2, 5), st.integers(0, 3))
@settings(deadline=None, max_examples=40)
def test_folds_divide_no_group_and_test_every_case_once(cases: Cases, folds: int, seed: int) -> None:
    splits = assign(cases, folds, seed)
    assert not splits.official
    assert len(splits.pairs) == folds
    tested = np.concatenate([test for _, test in splits.pairs])
    np.testing.assert_array_equal(np.sort(tested), np.arange(len(cases)))
    for train, test in splits.pairs:
        np.testing.assert_array_equal(np.sort(np.concatenate([train, test])), np.arange(len(cases)))
        assert not set(cases.groups[train]) & set(cases.groups[test])
        assert set(cases.labels[train]) == {0, 1, 2}
    again = assign(cases, folds, seed)
    for pair, same in zip(splits.pairs, again.pairs, strict=True):
        np.testing.assert_array_equal(pair[1], same[1])


@given(st.integers(2, 5), st.integers(0, 5))
def test_folds_without_groups_are_balanced(folds: int, seed: int) -> None:
    cases = made_cases("aaaaaaaaaabbbbb" * 4)
    for _, test in assign(cases, folds, seed).pairs:
        share = np.mean(cases.labels[test])
        assert abs(share - 1 / 3) < 0.1


def test_the_sets_own_split_is_kept() -> None:
    cases = made_cases("abab", splits=["train", "train", "test", "test"])
    splits = assign(cases, folds=5, seed=0)
    assert splits.official
    assert [[side.tolist() for side in pair] for pair in splits.pairs] == [[[0, 1], [2, 3]]]
    assert splits.described == "the set's own split: 2 training and 2 test cases"


def test_an_own_split_without_training_cases_of_a_class() -> None:
    with pytest.raises(InputError, match="class 'b' has no training case in the set's own split"):
        assign(made_cases("aab", splits=["train", "test", "test"]), 5, 0)


def test_fewer_cases_than_folds() -> None:
    with pytest.raises(InputError, match="class 'b' has 3 cases, fewer than the 5 folds; use 3 folds, add cases or"):
        assign(made_cases("aaaaaabbb"), 5, 0)
    with pytest.raises(InputError, match="class 'b' has 1 case, fewer than the 2 folds; add cases or leave"):
        assign(made_cases("aaaaaab"), 2, 0)


def test_fewer_groups_than_folds() -> None:
    cases = made_cases("a" * 6 + "b" * 6, groups=[f"a{i}" for i in range(6)] + ["b0", "b1"] * 3)
    with pytest.raises(InputError, match="class 'b' has 2 groups, fewer than the 3 folds; use 2 folds"):
        assign(cases, 3, 0)


def test_one_fold_is_none() -> None:
    with pytest.raises(InputError, match="at least 2 folds, not 1"):
        assign(made_cases("aabb"), 1, 0)


@given(
    sizes=st.lists(st.integers(1, 30), min_size=2, max_size=5),
    train=st.integers(5, 60),
    test=st.integers(5, 60),
    seed=st.integers(0, 3),
)
def test_a_subset_is_stratified_and_keeps_order_and_split(sizes: list[int], train: int, test: int, seed: int) -> None:
    labels = [name for name, size in zip("abcde", sizes, strict=False) for _ in range(2 * size)]
    cases = made_cases(labels, splits=["train", "test"] * (len(labels) // 2))
    small = subset(cases, train, test, seed)
    assert small.rows == subset(cases, train, test, seed).rows
    assert [row for row in cases.rows if row in set(small.rows)] == list(small.rows)
    for side, count in (("train", train), ("test", test)):
        chosen = [row for row in small.rows if row.split == side]
        assert len(chosen) == min(count, sum(sizes))
        for name, size in zip("abcde", sizes, strict=False):
            mine = sum(row.label == name for row in chosen)
            assert mine >= 1
            # In proportion, but for the one case that every class is given.
            assert mine <= max(1, np.ceil(size / sum(sizes) * count) + 1)


def test_none_means_all() -> None:
    cases = made_cases("abab", splits=["train", "train", "test", "test"])
    assert subset(cases, None, None, 0).rows == cases.rows
    assert len(subset(made_cases("abababab"), 2, 3, 0)) == 5
    assert len(subset(made_cases("abababab"), None, None, 0)) == 8


@pytest.mark.parametrize(("train", "test", "given"), [(4, None, "4 training"), (None, 3, "3 test")])
def test_one_bound_alone_needs_a_split(train: int | None, test: int | None, given: str) -> None:
    with pytest.raises(InputError, match=f"'made' has no split of its own, which {given} cases .* give both"):
        subset(made_cases("abababab"), train, test, 0)


def test_too_small_a_subset() -> None:
    with pytest.raises(InputError, match="1 cases cannot hold the 2 classes; ask for at least 2"):
        subset(made_cases("abab", splits=["train", "train", "test", "test"]), 1, None, 0)


def test_a_test_side_of_one_class_is_refused():
    cases = made_cases(["a", "b"] * 4 + ["a"] * 4, splits=["train"] * 8 + ["test"] * 4)
    with pytest.raises(InputError, match=r"'b' has no test case .* \(--leave-out 'b'\), or cut .* \(--ignore-split\)"):
        assign(cases, 5, 0)
