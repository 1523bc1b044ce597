import numpy as np
import pytest

from angiogram.data.phantom.structures import STRUCTURES
from angiogram.data.phantom.volume import Body
from angiogram.data.radiographs.patient import REPEATED, WATER_PER_MM, Patient, patient_of, read_patient, write_patient


def body() -> Body:
    """A block of water with two lungs, on a couch that does not touch it, outside the scan's circle."""
    hu = np.full((96, 72, 12), -2048, np.float32)
    hu[8:88, 12:60] = 0
    hu[20:40, 24:48, 2:10], hu[56:76, 24:48, 2:10] = -800, -800
    hu[4:92, 4:6] = 300  # the couch
    structures = np.zeros(hu.shape, np.uint8)
    structures[20:40, 24:48, 2:10] = STRUCTURES.index("left lung upper lobe")
    structures[56:76, 24:48, 2:10] = STRUCTURES.index("right lung upper lobe")
    return Body(hu, structures, (1.0, 1.0, 2.0))


@pytest.fixture(scope="module")
def made() -> Patient:
    return patient_of(body())


def test_hounsfield_units_become_attenuation(made: Patient):
    middle = made.attenuation[:, :, REPEATED[0] + 5]
    assert middle.min() == 0 and middle.max() == pytest.approx(WATER_PER_MM)
    assert np.isclose(middle, 0.2 * WATER_PER_MM).any()
    assert made.spacing == (2.0, 2.0, 2.0)


def test_the_couch_is_gone_and_air_is_all_around(made: Patient):
    """Water fills the body's 80 x 48 mm and nothing beyond; the lungs stay open."""
    assert made.attenuation.max() < 1.001 * WATER_PER_MM
    assert not made.attenuation[[0, -1]].any() and not made.attenuation[:, [0, -1]].any()
    assert made.attenuation.shape[:2] == (40 + 4, 24 + 4)


def test_the_ends_are_repeated_without_labels(made: Patient):
    low, high = REPEATED
    assert made.bits.shape[2] == 12 + low + high
    np.testing.assert_array_equal(made.attenuation[..., 0], made.attenuation[..., low])
    assert not made.bits[..., :low].any() and not made.bits[..., -high:].any() and made.bits[..., low + 2].any()


def test_lengths_start_at_the_middle_of_the_lungs(made: Patient):
    right, left = made.extent("right lung"), made.extent("left lung")
    assert right[0][0] > 0 > left[0][1] and right[0][1] == -left[0][0]
    assert right[2] == (-7.0, 7.0)  # 8 slices of 2 mm, between the middles of the first and the last


def test_what_is_written_is_read(made: Patient, tmp_path):
    write_patient(made, tmp_path)
    again = read_patient(tmp_path)
    np.testing.assert_array_equal(again.bits, made.bits)
    np.testing.assert_array_equal(again.attenuation, made.attenuation)
    assert (again.spacing, again.centre) == (made.spacing, made.centre)
