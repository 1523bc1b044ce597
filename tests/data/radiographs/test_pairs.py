"""The two pictures of a pair are the same wherever what was changed casts no shadow."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from angiogram.data.radiographs.development import Development, developed, window_of
from angiogram.data.radiographs.patient import Patient
from angiogram.data.radiographs.projection import Planes, crossed, planes_of, projected
from angiogram.data.radiographs.removal import REMOVABLE, without
from angiogram.data.radiographs.setting import Setting, setting
from angiogram.data.radiographs.taken import stretched, take
from angiogram.data.radiographs.warp import Warp, anatomy_of
from angiogram.data.radiographs.warped import warped

PIXELS, SEED = 96, 3
FRONTAL, LATERAL = (
    next(setting(SEED, n) for n in range(40) if setting(SEED, n).exposure.depth_axis == axis) for axis in (1, 0)
)


@pytest.mark.parametrize("how", [FRONTAL, LATERAL], ids=["frontal", "lateral"])
@pytest.mark.parametrize("name", ["heart", "liver", "left clavicle"])
def test_without_a_structure_only_the_rays_that_met_it_differ(patient: Patient, folder: Path, how: Setting, name: str):
    first = take(folder, how, PIXELS, SEED)
    other = take(folder, how, PIXELS, SEED, name, first.window)
    planes = planes_of(patient, how.exposure.depth_axis)
    warp = Warp(anatomy_of(patient), how.heart_scale, how.breath_mm)
    pair = [stretched(warped(each, warp, how.exposure.depth_axis), how) for each in (planes, without(planes, name))]
    assert name in REMOVABLE
    _compare(first.pixels, other.pixels, pair, how)


@pytest.mark.parametrize("how", [FRONTAL, LATERAL], ids=["frontal", "lateral"])
def test_with_another_heart_only_the_rays_that_its_warp_reaches_differ(patient: Patient, folder: Path, how: Setting):
    larger = replace(how, heart_scale=1.2 if how.heart_scale < 1 else 0.8)
    first = take(folder, how, PIXELS, SEED)
    other = take(folder, larger, PIXELS, SEED, window=first.window)
    planes, axis = planes_of(patient, how.exposure.depth_axis), how.exposure.depth_axis
    pair = [
        stretched(warped(planes, Warp(anatomy_of(patient), each.heart_scale, each.breath_mm), axis), each)
        for each in (how, larger)
    ]
    _compare(first.pixels, other.pixels, pair, how)


def _compare(one: np.ndarray, other: np.ndarray, pair: list[Planes], how: Setting) -> None:
    """Equal where the integral is and where no changed voxel was met, different in most of the rest."""
    integrals = [projected(each, how.exposure, PIXELS)[0] for each in pair]
    same = integrals[0] == integrals[1]
    changed = pair[0].attenuation != pair[1].attenuation
    marks = ndimage.binary_dilation(changed, np.ones((1, 3, 3)))  # a sample lies between four voxels of a plane
    missed = crossed(replace(pair[0], bits=marks.astype(np.int32)), how.exposure, PIXELS, 1.0) == 0
    assert same[missed].all() and 0.2 < missed.mean() < 1
    np.testing.assert_array_equal(one[same], other[same])
    plainly = np.abs(integrals[0] - integrals[1]) > 0.1
    assert plainly.any() and (one != other)[plainly].mean() > 0.7


def test_a_pixels_noise_is_its_own():
    """A change of any ray, however many of its random numbers a Poisson draw would take, leaves the others alone."""
    integral = np.full((32, 32), 3.0, np.float32)
    changed = integral.copy()
    changed[::2, 5] = np.linspace(0.0, 12.0, 16)
    how, window = Development(4.3, 0.0, 1.0, 1.0), (1.0, 5.0)
    one, other = (developed(each, how, window, np.random.default_rng(1)) for each in (integral, changed))
    same = integral == changed
    np.testing.assert_array_equal(one[same], other[same])


def test_the_noise_has_the_variance_of_as_many_quanta():
    p, how = 2.0, Development(4.5, 0.0, 1.0, 1.0)
    pixels = developed(np.full((256, 256), p, np.float32), how, (p - 0.1, p + 0.1), np.random.default_rng(2))
    relative = 1 / np.sqrt(10**4.5 * np.exp(-p))  # of the quanta, and so of the logarithm
    assert pixels.std() == pytest.approx(relative * 255 / 0.2, rel=0.03)


def test_a_window_is_that_of_the_body_alone():
    integral = np.zeros((40, 40), np.float32)
    integral[:, 10:] = np.linspace(1, 6, 30, dtype=np.float32)
    low, high = window_of(integral)
    assert low == pytest.approx(1, abs=0.05) and high == pytest.approx(6, abs=0.05)
