"""Which further columns serve as nuisance, as which levels, and why the others do not."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import made_cases

from angiogram.data.nuisance import nuisance_columns


def with_columns(columns, labels="ab" * 10, groups=None):
    cases = made_cases(labels, groups)
    rows = tuple(
        replace(row, columns=tuple((name, values[i]) for name, values in columns.items()))
        for i, row in enumerate(cases.rows)
    )
    return replace(cases, rows=rows)


def test_words_are_levels_and_a_missing_value_is_one():
    (scanner,) = nuisance_columns(with_columns({"scanner": ["GE", "Philips", "", "GE"] * 5})).usable
    assert scanner.levels == ("GE", "Philips", "missing")
    assert scanner.values.tolist() == [0, 1, 2, 0] * 5


def test_few_numbers_are_levels_in_their_order_and_many_are_quartiles():
    columns = {"tesla": ["3", "1.5"] * 5 + ["3"] * 10, "age": [str(30.5 + i) for i in range(20)]}
    tesla, age = nuisance_columns(with_columns(columns)).usable
    assert tesla.levels == ("1.5", "3")
    assert age.levels == ("to 35.25", "above 35.25 to 40", "above 40 to 44.75", "above 44.75")
    assert np.bincount(age.values).tolist() == [5, 5, 5, 5]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (["GE"] * 20, "it says 'GE' for every case"),
        ([""] * 20, "it says 'missing' for every case"),
        ([f"file{i}" for i in range(20)], "it has another value for each of the 20 cases"),
        ([str(i) for i in range(20)], "it has another value for each of the 20 cases"),
        (["cyst", "stone"] * 10, "it is the class under another name"),
        (["same"] * 19 + ["once"], "at most one of its values stands in more than one group"),
    ],
)
def test_what_does_not_serve_says_why(values, reason):
    found = nuisance_columns(with_columns({"column": values}))
    assert found.usable == () and found.others[0][0] == "column" and found.others[0][1].startswith(reason)


def test_a_column_that_is_the_patient_cannot_be_told_from_the_group():
    groups = [f"p{i // 4}" for i in range(20)]
    found = nuisance_columns(with_columns({"site": [f"site {group}" for group in groups]}, groups=groups))
    assert "cannot be told from the group" in found.others[0][1]


@given(st.lists(st.one_of(st.just(""), st.integers(-5, 60).map(str), st.floats(0, 9, width=16).map(str)),
                min_size=20, max_size=20))  # fmt: skip
@settings(deadline=None, max_examples=40)
def test_every_case_has_a_level(values):
    for nuisance in nuisance_columns(with_columns({"x": values})).usable:
        assert len(nuisance.values) == 20 and nuisance.values.min() >= 0
        assert set(nuisance.values.tolist()) == set(range(len(nuisance.levels)))
        assert ("missing" in nuisance.levels) == ("" in values)
