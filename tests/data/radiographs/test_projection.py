"""Against volumes whose shadows are known on paper."""

import numpy as np
import pytest
from tests.data.radiographs import drawn

from angiogram.data.radiographs.geometry import VIEWS, Exposure, View, rays
from angiogram.data.radiographs.measures import box_of, cardiothoracic
from angiogram.data.radiographs.patient import Patient
from angiogram.data.radiographs.projection import crossed, planes_of, projected
from angiogram.data.radiographs.shadows import named

FIELD, PIXELS = 320.0, 160
FAR, NEAR, DETECTOR = 1e6, 1000.0, 180.0


def exposure(view: View, source: float = NEAR, **pose: float) -> Exposure:
    still = dict.fromkeys(("turn", "tilt", "roll", "across", "down"), 0.0)
    return Exposure(view, **still | pose, field=FIELD, source=source, detector=DETECTOR)


def taken(patient: Patient, how: Exposure) -> tuple[np.ndarray, np.ndarray]:
    return projected(planes_of(patient, how.depth_axis), how, PIXELS)


def mask(patient: Patient, how: Exposure, name: str) -> np.ndarray:
    return named(name).mask(taken(patient, how)[1])


@pytest.mark.parametrize(("view", "length"), [("PA", 96.0), ("AP", 96.0), ("left lateral", 80.0)])
def test_a_block_attenuates_by_its_length_along_each_ray(view: View, length: float):
    """Beer-Lambert: the line integral through a uniform block is mu d, and d / cos for a slanted ray."""
    made = drawn.empty()
    made.attenuation[drawn.inside(((-40, 40), (-48, 48), (-64, 64)))] = 0.02
    how = exposure(view)
    integral, _ = taken(made, how)
    stretch = rays(how, PIXELS).stretch
    middle = slice(PIXELS // 2 - 12, PIXELS // 2 + 12)  # rays that pass through both faces
    np.testing.assert_allclose(integral[middle, middle], 0.02 * length * stretch[middle, middle], rtol=1e-4)
    assert integral[0, 0] == 0


def test_the_patients_left_is_on_the_viewers_right(patient: Patient):
    for view in ("PA", "AP"):
        box = box_of(mask(patient, exposure(view), "left clavicle"))
        assert box[0] > 0.5 and box[3] < 0.5, view
        assert box_of(mask(patient, exposure(view), "right lung"))[2] < 0.5
        liver = box_of(mask(patient, exposure(view), "liver"))
        assert (liver[0] + liver[2]) / 2 < 0.5 < liver[1]


def test_a_lateral_patient_faces_the_viewers_left(patient: Patient):
    how = exposure("left lateral")
    assert box_of(mask(patient, how, "left clavicle"))[2] < 0.5 < box_of(mask(patient, how, "thoracic spine"))[0]


@pytest.mark.parametrize("view", VIEWS)
def test_a_box_of_known_size_has_the_box_that_geometry_gives(patient: Patient, view: View):
    """A box's shadow reaches as far as the corner that is magnified most."""
    how = exposure(view)
    x, y, z = drawn.LEFT_CLAVICLE
    along, towards = {"PA": (x, y), "AP": (x, y), "left lateral": (y, x)}[view]
    sign = {"PA": 1, "AP": -1, "left lateral": -1}[view]  # of the beam along its axis
    depths = [NEAR - DETECTOR + sign * depth for depth in towards]
    shadow = [[-side * NEAR / depth for side in along for depth in depths]]
    shadow.append([-height * NEAR / depth for height in z for depth in depths])
    size = FIELD * how.magnification
    expected = [min(shadow[0]), min(shadow[1]), max(shadow[0]), max(shadow[1])]
    found = box_of(mask(patient, how, "left clavicle"))
    np.testing.assert_allclose(found, np.array(expected) / size + 0.5, atol=1.5 / PIXELS + drawn.SPACING / FIELD)


@pytest.mark.parametrize("view", ["PA", "AP"])
@pytest.mark.parametrize("source", [FAR, NEAR])
def test_the_cardiothoracic_ratio_is_that_of_a_ball_between_two_boxes(patient: Patient, view: View, source: float):
    """A ball of radius r at distance d from the tube casts a shadow of half-width r / sqrt(d^2 - r^2) per mm behind."""
    how = exposure(view, source)
    sign = 1 if view == "PA" else -1
    distance = source - DETECTOR + sign * drawn.HEART_MIDDLE[1]
    heart = 2 * drawn.HEART_RADIUS / np.sqrt(distance**2 - drawn.HEART_RADIUS**2)
    nearest = min(source - DETECTOR + sign * depth for depth in drawn.RIGHT_LUNG[1])
    chest = 2 * drawn.RIGHT_LUNG[0][1] / nearest
    _, shown = taken(patient, how)
    found = cardiothoracic(*(named(name).mask(shown) for name in ("heart", "right lung", "left lung")))
    assert found == pytest.approx(heart / chest, abs=drawn.SPACING / 224)


def test_a_heart_in_front_is_larger_when_the_tube_is_in_front(patient: Patient):
    forward = drawn.empty()
    forward.bits[:, 8:] = patient.bits[:, :-8]  # 32 mm
    width = {view: np.ptp(np.flatnonzero(mask(forward, exposure(view), "heart").any(axis=0))) for view in ("PA", "AP")}
    assert width["AP"] > width["PA"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_shift_moves_the_shadow_the_other_way(patient: Patient, view: View):
    still, moved = exposure(view), exposure(view, across=20, down=-10)
    before, after = (box_of(mask(patient, how, "heart")) for how in (still, moved))
    assert after[0] - before[0] == pytest.approx(-20 / FIELD, abs=0.015)
    assert after[1] - before[1] == pytest.approx(10 / FIELD, abs=0.015)


def test_the_right_side_comes_forward_with_a_positive_turn(patient: Patient):
    """Then what is in front moves to the patient's left, the viewer's right, and what is behind the other way."""
    for name, way in (("left clavicle", 1), ("thoracic spine", -1)):
        plain, turned = (box_of(mask(patient, exposure("PA", FAR, turn=turn), name)) for turn in (0.0, 10.0))
        assert way * (turned[0] + turned[2]) > way * (plain[0] + plain[2]), name


def test_a_positive_tilt_leans_the_head_back_and_a_positive_roll_lowers_the_right_side(patient: Patient):
    side = [box_of(mask(patient, exposure("left lateral", FAR, tilt=tilt), "left clavicle")) for tilt in (0.0, 8.0)]
    assert side[1][0] > side[0][0]  # towards the back, the viewer's right
    front = [box_of(mask(patient, exposure("PA", FAR, roll=roll), "right lung")) for roll in (0.0, 8.0)]
    assert front[1][3] > front[0][3]


def test_the_wider_field_shows_the_same_smaller(patient: Patient):
    how = exposure("PA")
    planes = planes_of(patient, 1)
    wide, shown = crossed(planes, how, PIXELS, 2.0), projected(planes, how, PIXELS)[1]
    inner = named("heart").mask(wide)[PIXELS // 4 : -PIXELS // 4, PIXELS // 4 : -PIXELS // 4]
    np.testing.assert_allclose(box_of(inner), box_of(named("heart").mask(shown)), atol=2.5 / PIXELS)


def test_a_ray_crosses_what_any_of_its_voxels_is(patient: Patient):
    """Against every voxel of the heart, projected by hand in a view without rotation."""
    how = exposure("AP")
    shown = mask(patient, how, "heart")
    x, y, z = (at[patient.bits == 1] for at in drawn.grid())
    size = FIELD * how.magnification
    stretched = NEAR / (NEAR - DETECTOR - y)
    column = np.floor((-x * stretched / size + 0.5) * PIXELS).astype(int)
    row = np.floor((-z * stretched / size + 0.5) * PIXELS).astype(int)
    assert shown[row, column].all()
    found = box_of(shown)
    hit = box_of(_marked(row, column))
    np.testing.assert_allclose(found, hit, atol=0.5 * drawn.SPACING * 1.3 / FIELD + 1 / PIXELS)


def _marked(row: np.ndarray, column: np.ndarray) -> np.ndarray:
    marked = np.zeros((PIXELS, PIXELS), dtype=bool)
    marked[row, column] = True
    return marked
