import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.imaging.window import Window

windows = st.builds(Window.centred, st.integers(-500, 500).map(float), st.integers(2, 2000).map(float))
densities = st.lists(st.integers(-2048, 3071), min_size=2, max_size=30).map(lambda v: np.array(v, dtype=np.int16))


@given(windows, densities)
def test_denser_is_never_darker(window: Window, hu: np.ndarray) -> None:
    grey = window.grey(np.sort(hu)).astype(int)
    assert (np.diff(grey) >= 0).all()


@given(windows, densities)
def test_the_ends_are_black_and_white(window: Window, hu: np.ndarray) -> None:
    grey = window.grey(hu)
    assert (grey[hu <= window.low] == 0).all()
    assert (grey[hu >= window.high] == 255).all()


@given(windows)
def test_an_inside_value_is_off_by_at_most_one_grey_level(window: Window) -> None:
    hu = np.linspace(window.low, window.high, 50)
    back = window.low + window.grey(hu) / 255 * (window.high - window.low)
    assert np.abs(back - hu).max() <= (window.high - window.low) / 255


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(ValueError, match=r"low < high, got 5\.\.5"):
        Window(5, 5)
