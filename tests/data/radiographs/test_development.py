import numpy as np

from angiogram.data.radiographs.development import Development, developed, window_of


def picture(**how: float) -> np.ndarray:
    integral = np.zeros((64, 64), np.float32)
    integral[:, 16:] = np.linspace(1, 6, 48, dtype=np.float32)
    plain = {"quanta": 6.0, "brightness": 0.0, "contrast": 1.0, "gamma": 1.0}
    return developed(integral, Development(**plain | how), window_of(integral), np.random.default_rng(0))


def test_air_is_black_and_what_attenuates_most_is_brightest():
    pixels = picture()
    assert pixels.dtype == np.uint8 and pixels[:, :16].max() == 0
    assert (np.diff(pixels[:, 16:].mean(axis=0)) > 0).all() and pixels.max() == 255


def test_fewer_quanta_are_noisier_and_most_so_where_little_arrives():
    noisy, clear = picture(quanta=3.5), picture(quanta=6)
    assert noisy[:, 40].std() > 3 * clear[:, 40].std()
    assert noisy[:, 55].std() > 2 * noisy[:, 20].std()


def test_brightness_contrast_and_curve_do_what_their_names_say():
    middle = np.s_[:, 30:50]
    assert picture(brightness=0.1)[middle].mean() > picture()[middle].mean() + 15
    assert np.ptp(picture(contrast=0.8)[middle].mean(axis=0)) < np.ptp(picture()[middle].mean(axis=0))
    assert picture(gamma=0.8)[middle].mean() > picture()[middle].mean() + 5


def test_an_empty_room_is_black():
    nothing = np.zeros((8, 8), np.float32)
    black = developed(nothing, Development(6, 0, 1, 1), window_of(nothing), np.random.default_rng(0))
    assert black.max() < 10  # nothing to expose for; and no warning, no division by zero
