import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.data.annotations.boxes import Box, read_box, spoken

sides = st.tuples(st.floats(0, 1), st.floats(0, 1)).filter(lambda pair: pair[0] != pair[1]).map(sorted)
boxes = st.tuples(sides, sides).map(lambda pairs: (pairs[0][0], pairs[1][0], pairs[0][1], pairs[1][1]))


@given(boxes)
def test_what_is_said_is_read_again_within_a_percent(box: Box):
    again = read_box(f"It lies in {spoken(box)}.")
    assert again is not None
    assert all(abs(a - b) <= 0.01 for a, b in zip(again, box, strict=True))


@given(st.tuples(*[st.integers(0, 100)] * 4).filter(lambda box: box[0] < box[2] and box[1] < box[3]))
def test_whole_percents_are_kept_exactly(box: tuple[int, ...]):
    left, top, right, bottom = (side / 100 for side in box)
    assert spoken((left, top, right, bottom)) == str(list(box))
    assert read_box(str(list(box))) == (left, top, right, bottom)


@pytest.mark.parametrize("said", ["(12,30,55,80)", "[12,30 , 55, 80]", "[12, 30, 55, 80] - yes, [12, 30, 55, 80]"])
def test_spellings_that_mean_the_same(said: str):
    assert read_box(said) == (0.12, 0.3, 0.55, 0.8)


@pytest.mark.parametrize("said", ["", "no box", "[12, 30, 55]", "[-1, 0, 5, 5]", "[.1, .2, .3, .4]", "[5, 5, 5, 9]"])
def test_what_is_no_box_is_not_guessed(said: str):
    assert read_box(said) is None
