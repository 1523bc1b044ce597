"""Two runs are compared case by case, or not at all."""

import numpy as np
import pytest

from angiogram.diagnose.bootstrap import resample_groups
from angiogram.diagnose.compare import compare
from angiogram.errors import InputError

IDS = [f"case {i}" for i in range(200)]
DRAWS = resample_groups(np.arange(200))


def test_differences_are_there_minus_here_and_paired():
    rng = np.random.default_rng(0)
    here = rng.random(200) < 0.5
    there = here | (rng.random(200) < 0.4)
    (found,) = compare(IDS, {"G": here}, IDS, {"G": there}, DRAWS)
    assert found.difference.value == found.there - found.here == pytest.approx(there.mean() - here.mean())
    assert 0 < found.difference.low < found.difference.high


def test_the_order_of_the_cases_does_not_matter():
    rng = np.random.default_rng(0)
    here, there = rng.random(200) < 0.5, rng.random(200) < 0.6
    order = rng.permutation(200)
    shuffled = compare(IDS, {"U": here}, [IDS[i] for i in order], {"U": there[order]}, DRAWS)
    assert shuffled == compare(IDS, {"U": here}, IDS, {"U": there}, DRAWS)


def test_a_run_against_itself_differs_by_nothing():
    right = np.arange(200) < 120
    (found,) = compare(IDS, {"V": right}, IDS, {"V": right}, DRAWS)
    assert found.difference.value == 0.0 and found.difference.low <= 0 <= found.difference.high


def test_only_stages_of_both_runs_in_the_order_of_the_flow():
    right = np.arange(200) < 120
    found = compare(IDS, {"G": right, "V": right, "R": 0.9}, IDS, {"R": 0.8, "V": right, "S": right}, DRAWS)
    assert [d.stage for d in found] == ["R", "V"]
    assert found[0].difference.value == pytest.approx(-0.1)


def test_different_cases_are_refused_by_name():
    right = np.ones(200, dtype=bool)
    other = [*IDS[:195], "a", "b", "c", "d", "e"]
    with pytest.raises(InputError) as error:
        compare(IDS, {"G": right}, other, {"G": right}, DRAWS)
    message = str(error.value)
    assert "only in the first run: 'case 195', 'case 196', 'case 197' and 2 more" in message
    assert "only in the second run: 'a', 'b', 'c' and 2 more" in message
    with pytest.raises(InputError, match="only in the second run: 'case 199'") as error:
        compare(IDS[:199], {"G": right[:199]}, IDS, {"G": right}, resample_groups(np.arange(199)))
    assert "only in the first" not in str(error.value)


def test_a_case_listed_twice_is_refused():
    right = np.ones(3, dtype=bool)
    with pytest.raises(InputError, match="first run lists the case 'a' more than once"):
        compare(["a", "a", "b"], {"G": right}, ["a", "c", "b"], {"G": right}, resample_groups(np.arange(3)))
