import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from angiogram.errors import InputError
from angiogram.imaging.window import NAMED, Window

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


def test_the_windows_that_radiology_names() -> None:
    assert {name: (window.low, window.high) for name, window in NAMED.items()} == {
        "lung": (-1350, 150),
        "mediastinum": (-125, 225),
        "bone": (-500, 1300),
        "brain": (0, 80),
        "abdomen": (-150, 250),
        "soft tissue": (-160, 240),
    }
    assert NAMED["lung"].made == "window lung -1350..150 HU to grey 0..255"


@given(st.integers(-500, 500), st.integers(1, 2000))
def test_two_numbers_are_centre_and_width(centre: int, width: int) -> None:
    assert Window.parse(f"{centre}/{width}") == Window.centred(centre, width)
    assert Window.parse(f" {centre} / {width}.0 ") == Window.centred(centre, width)


@pytest.mark.parametrize("text", ["40/0", "40/-1", "nan/5", "inf/5", "40/nan"])
def test_a_width_must_be_a_number_above_0(text: str) -> None:
    with pytest.raises(InputError, match=f"A window needs a width above 0 and finite numbers, not '{text}'"):
        Window.parse(text)
