"""The search for a strength: the lowest point of any valley, in few steps, on few judges as on all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.probe.gram import gram_of
from angiogram.probe.held_out import HeldOut
from angiogram.probe.smoother import Smoother, Targets
from angiogram.probe.strength import best_strength, lowest, strength_grid


@given(count=st.integers(1, 30), data=st.data())
def test_the_lowest_point_of_a_valley_is_found_from_anywhere(count, data):
    bottom, start = (data.draw(st.integers(0, count - 1)) for _ in range(2))
    slopes = data.draw(st.lists(st.floats(0.01, 9.0), min_size=count, max_size=count))
    heights = [sum(slopes[min(place, bottom) : max(place, bottom)]) for place in range(count)]
    asked = []
    assert lowest(lambda place: asked.append(place) or heights[place], count, start) == bottom
    assert len(asked) == len(set(asked)) <= 8 + abs(bottom - start)


def test_of_equal_points_the_first_is_taken():
    assert lowest(lambda place: 0.0, 5, 2) == 0


@pytest.mark.parametrize(("N", "D"), [(120, 40), (60, 300), (400, 260)])
@pytest.mark.parametrize("signal", [0.0, 0.3, 2.0])
def test_the_search_finds_what_trying_all_finds(N, D, signal):
    rng = np.random.default_rng(N)
    y = np.arange(N) % 3
    gram = gram_of(rng.normal(size=(N, D)) + signal * rng.normal(size=(3, D))[y])
    targets = Targets(gram, np.eye(3)[y])
    held = HeldOut.of(np.arange(N) // 2)
    errors = {s: float(np.square(Smoother(gram, s).leave_out(targets, held)).sum()) for s in strength_grid(gram)}
    best, tried = best_strength(gram, targets, held, strength_grid(gram))
    strengths = [smoother.strength for smoother in tried]
    assert strengths == sorted(set(strengths), reverse=True) and best.smoother in tried
    assert best.smoother.strength == min(errors, key=errors.__getitem__)


def test_some_judges_choose_nearly_what_all_choose():
    rng = np.random.default_rng(0)
    y = np.arange(1200) % 4
    gram = gram_of(rng.normal(size=(1200, 60)) + 0.4 * rng.normal(size=(4, 60))[y])
    targets = Targets(gram, np.eye(4)[y])
    few, every = (
        best_strength(gram, targets, HeldOut.of(np.arange(1200), most), strength_grid(gram))[0] for most in (500, None)
    )
    assert few.miss.shape == (500, 4) and every.miss.shape == (1200, 4)
    assert 0.3 < few.smoother.strength / every.smoother.strength < 3.3
    np.testing.assert_allclose(few.error / 500, every.error / 1200, rtol=0.1)
