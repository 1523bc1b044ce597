import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from angiogram.tap.batches import MOST, by_length, cut, fitting_size

SHAPES = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=40)


@given(SHAPES, st.integers(1, 7))
def test_batches_hold_every_case_once_and_none_is_above_the_size(shapes, size):
    batches = cut(by_length(shapes), size)
    assert sorted(row for batch in batches for row in batch) == list(range(len(shapes)))
    assert {len(batch) for batch in batches[:-1]} <= {size} and 1 <= len(batches[-1]) <= size


@given(SHAPES)
def test_cases_of_one_size_follow_each_other_in_their_own_order(shapes):
    order = by_length(shapes)
    areas = [shapes[row][0] * shapes[row][1] for row in order]
    assert areas == sorted(areas)
    for shape in set(shapes):
        places = [place for place, row in enumerate(order) if shapes[row] == shape]
        assert places == list(range(places[0], places[-1] + 1))
        assert [order[place] for place in places] == sorted(order[place] for place in places)


def test_a_cpu_takes_sixteen_without_trying():
    assert fitting_size(lambda count: pytest.fail("tried"), []) == 16


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_takes_the_largest_power_of_two_that_fits():
    device = torch.device("cuda", torch.cuda.current_device())
    free = torch.cuda.mem_get_info(device)[0]

    def run(share):
        return lambda count: torch.empty(int(count * share * free), dtype=torch.uint8, device=device)

    assert fitting_size(run(0.8 / 11), [device]) == 8
    assert fitting_size(run(0.7), [device]) == 1
    assert fitting_size(run(1e-5), [device]) == MOST
