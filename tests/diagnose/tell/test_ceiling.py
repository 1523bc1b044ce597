"""A specialist that reads less than the model's own probe is said to be no ceiling."""

import numpy as np
import pytest

from angiogram.diagnose.account.accounting import account
from angiogram.diagnose.statistics.bootstrap import resample_groups
from angiogram.diagnose.tell.ceiling import no_ceiling

CASES = np.arange(200)


def accounted(**shares):
    return account({key: 200 * share > CASES for key, share in shares.items()}, resample_groups(CASES))


def test_a_specialist_below_the_probe():
    (said,) = no_ceiling(accounted(R=0.7, V=0.9, C=0.88, U=0.8, S=0.7))
    assert said.startswith("The specialist is no ceiling: it reads 70 %, a probe at the encoder's end 90 %.")


@pytest.mark.parametrize("specialist", [0.95, 0.9, 0.885])
def test_one_that_is_above_or_not_surely_below(specialist):
    assert no_ceiling(accounted(R=specialist, V=0.9, C=0.88, U=0.8, S=0.7)) == ()


def test_no_specialist():
    assert no_ceiling(accounted(V=0.9, C=0.88, U=0.8, S=0.7)) == ()
