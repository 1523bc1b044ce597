import numpy as np
import pytest
from scipy import ndimage
from tests.data.radiographs import drawn

from angiogram.data.radiographs.patient import WATER_PER_MM, Patient
from angiogram.data.radiographs.projection import planes_of
from angiogram.data.radiographs.removal import without
from angiogram.data.radiographs.shadows import named

BONE = ((-40, 24), (-16, 16), (-32, 40))


def buried() -> Patient:
    """A bone in water."""
    made = drawn.empty()
    made.attenuation[drawn.inside(((-120, 120), (-80, 80), (-120, 120)))] = WATER_PER_MM
    drawn.put(made, drawn.inside(BONE), "left clavicle", 1.6 * WATER_PER_MM)
    return made


@pytest.mark.parametrize("depth_axis", [0, 1])
def test_a_removed_structure_is_gone_and_its_place_is_like_what_is_around(depth_axis: int):
    planes = planes_of(buried(), depth_axis)
    was = named("left clavicle").mask(planes.bits)
    left = without(planes, "left clavicle")
    assert was.any() and not left.bits.any()
    np.testing.assert_allclose(left.attenuation[was], WATER_PER_MM, rtol=0.01)


def test_what_is_not_beside_a_removed_structure_stays(patient: Patient):
    planes = planes_of(patient, 1)
    left = without(planes, "left clavicle")
    was = named("left clavicle").mask(planes.bits)
    away = ~ndimage.binary_dilation(was)
    np.testing.assert_array_equal(left.attenuation[away], planes.attenuation[away])
    np.testing.assert_array_equal(left.bits[~was], planes.bits[~was])
