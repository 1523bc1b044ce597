from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from angiogram.data.making import making
from angiogram.imaging.image import BURNED_IN

STEPS = st.sampled_from(["PNG L", "own range 0..9", "own range 3..-7.5", "window -160..240 HU", BURNED_IN])


@given(st.lists(st.lists(STEPS, max_size=4).map(tuple), max_size=12))
def test_every_step_of_every_image_is_counted_once(made: list[tuple[str, ...]]) -> None:
    found = making(made, "auto")
    of = {step.said: step for step in found.steps}
    assert found.images == len(made) and found.burned_in == sum(BURNED_IN in steps for steps in made)
    for step in ("PNG L", "window -160..240 HU", BURNED_IN):
        images = sum(step in steps for steps in made)
        assert (of[step].images if step in of else 0) == images
    ranges = Counter(step for steps in made for step in steps if step.startswith("own"))
    if ranges:
        (counted,) = (step for step in found.steps if step.said.startswith("own"))
        assert counted.wordings == len(ranges) and ranges[counted.said] == max(ranges.values())
        assert counted.images == sum(any(step in ranges for step in steps) for steps in made)


def test_steps_stand_in_the_order_in_which_they_were_made() -> None:
    found = making([("a", "c"), ("a", "b 1"), ("a", "b 2")], "none")
    assert [step.said for step in found.steps] == ["a", "c", "b 1"] and found.pictures == "none"
