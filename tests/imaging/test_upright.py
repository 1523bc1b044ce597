import itertools

import nibabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from angiogram.imaging.volume import nearest_axes, shear_degrees, upright

NUMBERS = st.lists(st.floats(-3, 3), min_size=9, max_size=9)


@given(NUMBERS)
@settings(deadline=None)
def test_axes_are_put_upright_as_nibabel_does(numbers: list[float]) -> None:
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(numbers, (3, 3))
    affine[:3, 3] = (7, -5, 3)
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    # Only near multiples of a right angle do all rules name the same axes.
    cosines = np.abs(affine[:3, :3] / np.maximum(lengths, 1e-9))
    if lengths.min() < 0.1 or (np.sort(cosines, axis=0)[-1] < 0.9).any() or len(set(cosines.argmax(axis=0))) < 3:
        return
    stored = np.arange(24).reshape(2, 3, 4).astype(np.int16)
    theirs = nibabel.as_closest_canonical(nibabel.Nifti1Image(stored, affine))
    mine = upright(stored, affine, ())
    np.testing.assert_array_equal(mine.array, np.asarray(theirs.dataobj))
    np.testing.assert_allclose(mine.affine, theirs.affine, atol=1e-9)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_each_patient_axis_has_its_own_stored_axis(order: tuple[int, int, int]) -> None:
    affine = np.eye(4)
    affine[:3, :3] = np.eye(3)[:, list(order)] * 2
    found, against = nearest_axes(affine)
    assert [order[axis] for axis in found] == [0, 1, 2]
    assert against == (False, False, False)


def test_a_right_angle_is_no_shear() -> None:
    assert shear_degrees(np.diag([1.0, 2, 3, 1])) == 0
