import numpy as np
import pytest

from angiogram.answer.orders import order_sensitivity, rotated
from angiogram.errors import InputError


def test_every_rotation_holds_every_name_once():
    orders = rotated("abcde", 5)
    assert len(set(orders)) == 5 and all(sorted(order) == list("abcde") for order in orders)
    assert orders[0] == tuple("abcde")


@pytest.mark.parametrize("count", [0, 4])
def test_more_rotations_than_names_are_refused(count):
    with pytest.raises(InputError, match="1 to 3 rotated orders"):
        rotated("abc", count)


def test_sensitivity_is_the_share_of_cases_that_change():
    scores = np.zeros((4, 2, 3))
    scores[:, :, 1] = 1
    scores[3, 1, 2] = 2
    assert order_sensitivity(scores) == 0.25
