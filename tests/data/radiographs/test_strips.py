import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from angiogram.data.annotations.schema import SPLITS
from angiogram.data.radiographs.setting import DISTANCE, RANGES, setting
from angiogram.data.radiographs.strips import MARGIN, PATTERN, STRIPS, drawn_in, nearest_in, split_of

seeds, numbers = st.integers(0, 2**32 - 1), st.integers(0, 10**6 - 1)


@given(seeds, numbers)
def test_every_setting_of_a_radiograph_lies_in_strips_of_its_split(seed: int, number: int):
    how = setting(seed, number)
    assert set(how.ranges) == {*RANGES, "source"}
    for name, (limits, value) in how.ranges.items():
        assert limits[0] < value < limits[1], name
        assert split_of(limits, value) == how.split, name


@given(seeds, numbers, numbers)
def test_radiographs_of_different_splits_differ_in_every_setting(seed: int, one: int, other: int):
    first, second = setting(seed, one), setting(seed, other)
    if first.split == second.split:
        return
    for name, (limits, value) in first.ranges.items():
        if name == "source" and first.view != second.view and DISTANCE[first.view] != DISTANCE[second.view]:
            continue  # of another range
        apart = abs(value - second.ranges[name][1]) / (limits[1] - limits[0]) * STRIPS
        assert apart > 2 * MARGIN - 1e-9, name


@given(st.integers(0, 2**32 - 1), st.sampled_from(SPLITS))
def test_values_are_drawn_from_all_of_the_range(seed: int, split: str):
    rng = np.random.default_rng(seed)
    values = [drawn_in((-3, 5), split, rng) for _ in range(200)]
    assert {split_of((-3, 5), value) for value in values} == {split}
    assert np.ptp(values) > 8 * (STRIPS - len(PATTERN) - 1) / STRIPS


@given(st.floats(-20, 20), st.sampled_from(SPLITS))
def test_the_nearest_value_of_a_split_is_in_it(value: float, split: str):
    near = nearest_in((-3, 5), value, split)
    assert split_of((-3, 5), near) == split
    if -3 < value < 5:
        assert abs(near - value) <= 8 / STRIPS * len(PATTERN)


def test_a_setting_depends_on_seed_and_number_alone_and_splits_have_their_shares():
    some = [setting(7, number) for number in range(200)]
    assert some == [setting(7, number) for number in range(200)]
    assert some != [setting(8, number) for number in range(200)]
    counts = {split: sum(how.split == split for how in some) for split in SPLITS}
    assert counts == {"train": 140, "validation": 20, "test": 40}
    assert {how.view for how in some} == set(DISTANCE)
