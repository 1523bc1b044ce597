import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.data.radiographs import drawn

from angiogram.data.radiographs.geometry import Exposure
from angiogram.data.radiographs.patient import Patient
from angiogram.data.radiographs.projection import Planes, planes_of, projected
from angiogram.data.radiographs.setting import RANGES
from angiogram.data.radiographs.shadows import named
from angiogram.data.radiographs.warp import REACH, Radial, Warp, anatomy_of
from angiogram.data.radiographs.warped import warped

SCALES = st.floats(*RANGES["heart_scale"])
PIXELS, FIELD = 320, 320.0
PARALLEL = Exposure("PA", 0, 0, 0, 0, 0, FIELD, 1e6, 180)


def heart(patient: Patient, scale: float, breath: float = 0.0) -> np.ndarray:
    moved = warped(planes_of(patient, 1), Warp(anatomy_of(patient), scale, breath), 1)
    return named("heart").mask(projected(moved, PARALLEL, PIXELS)[1])


def side(mask: np.ndarray, axis: int) -> float:
    """Width (axis 0) or height (axis 1) in mm."""
    return (np.ptp(np.flatnonzero(mask.any(axis=axis))) + 1) * FIELD / PIXELS


@pytest.mark.parametrize("scale", [0.75, 0.9, 1.0, 1.1, 1.25])
def test_the_hearts_shadow_grows_by_the_scale_within_a_voxel(patient: Patient, scale: float):
    before, after = heart(patient, 1.0), heart(patient, scale)
    for axis in (0, 1):
        assert side(after, axis) == pytest.approx(scale * side(before, axis), abs=drawn.SPACING)


def test_both_depths_see_the_same_warp(patient: Patient):
    warp = Warp(anatomy_of(patient), 1.2, -10.0)
    frontal, lateral = (warped(planes_of(patient, axis), warp, axis) for axis in (1, 0))
    for name in ("heart", "liver", "right lung"):
        extents = []
        for planes in (frontal, lateral):
            where = np.flatnonzero(named(name).mask(planes.bits).any(axis=(0, 1)))
            extents.append((where[0], where[-1]))
        np.testing.assert_allclose(extents[0], extents[1], atol=1)


def test_no_warp_changes_nothing(patient: Patient):
    for axis in (0, 1):
        planes = planes_of(patient, axis)
        still = warped(planes, Warp(anatomy_of(patient), 1.0, 0.0), axis)
        np.testing.assert_array_equal(still.bits, planes.bits)
        np.testing.assert_allclose(still.attenuation, planes.attenuation, atol=1e-5)


def top(planes: Planes, name: str) -> float:
    """The highest level that a structure reaches in the middle of the right side, where breath is deepest."""
    y, x, z = planes.coordinates
    inside = named(name).mask(planes.bits)[np.ix_((y > 0) & (y < 40), (x > 24) & (x < 40))]
    return float(z[np.flatnonzero(inside.any(axis=(0, 1)))[-1]])


@pytest.mark.parametrize("breath", [-16.0, 16.0])
def test_breath_moves_the_diaphragm_as_far_as_it_says_and_leaves_apex_and_spine(patient: Patient, breath: float):
    planes = planes_of(patient, 1)
    moved = warped(planes, Warp(anatomy_of(patient), 1.0, breath), 1)
    assert top(moved, "liver") == pytest.approx(top(planes, "liver") - breath, abs=drawn.SPACING)
    assert top(moved, "right lung") == top(planes, "right lung")
    spine, lung = named("thoracic spine"), named("right lung")
    assert (spine.mask(moved.bits) == spine.mask(planes.bits)).mean() > 0.999
    assert (lung.mask(moved.bits).sum() > lung.mask(planes.bits).sum()) == (breath > 0)


@given(SCALES)
def test_the_radial_map_is_monotone_and_ends(scale: float):
    radius = np.linspace(0, 2 * REACH, 400)
    source = Radial(scale, REACH).source(radius)
    assert (np.diff(source) > 0).all()
    assert (source[radius >= REACH] == radius[radius >= REACH]).all()
    np.testing.assert_allclose(source[radius <= scale], radius[radius <= scale] / scale)


@settings(max_examples=15, deadline=None)
@given(SCALES, st.floats(*RANGES["breath_mm"]))
def test_nothing_folds(scale: float, breath: float):
    """The Jacobian of the whole map is positive everywhere."""
    assert jacobian(Warp(_anatomy(), scale, breath)).min() > 0.05


def _anatomy():
    return anatomy_of(drawn.patient())


def jacobian(warp: Warp, step: float = 6.0) -> np.ndarray:
    """Determinant at points all over the patient, by differences."""
    axes = [np.arange(-150, 151, step), np.arange(-110, 111, step), np.arange(-150, 151, step)]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    source = warp.source((x, y, z))
    rows = [np.stack(np.gradient(each, *axes)) for each in source]  # [3][3, X, Y, Z]
    return np.linalg.det(np.moveaxis(np.stack(rows), (0, 1), (-2, -1)))


def test_the_jacobian_by_differences_sees_a_fold():
    assert jacobian(Warp(_anatomy(), 1.0, 400.0)).min() < 0
