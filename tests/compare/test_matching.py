"""Runs are compared case by case, or not at all."""

import pytest

from angiogram.compare.matching import matched_cases
from angiogram.errors import InputError

IDS = [f"case {i}" for i in range(200)]


def test_different_cases_are_refused_by_name():
    other = [*IDS[:195], "a", "b", "c", "d", "e"]
    with pytest.raises(InputError) as error:
        matched_cases(IDS, other)
    message = str(error.value)
    assert "only in the first run: 'case 195', 'case 196', 'case 197' and 2 more" in message
    assert "only in the second run: 'a', 'b', 'c' and 2 more" in message
    with pytest.raises(InputError, match="only in the second run: 'case 199'") as error:
        matched_cases(IDS[:199], IDS)
    assert "only in the first" not in str(error.value)


def test_a_case_listed_twice_is_refused():
    with pytest.raises(InputError, match="The first run lists the case 'a' more than once"):
        matched_cases(["a", "a", "b"], ["a", "c", "b"])


def test_the_order_of_the_cases_does_not_matter():
    shuffled = IDS[::-1]
    assert [shuffled[i] for i in matched_cases(IDS, shuffled)] == IDS
