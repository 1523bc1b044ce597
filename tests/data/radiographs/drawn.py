"""A patient of boxes and a ball, whose shadows are known on paper. Lengths in mm from the patient's centre."""

import numpy as np

from angiogram.data.radiographs.patient import WATER_PER_MM, Patient
from angiogram.data.radiographs.shadows import SOURCES

SPACING = 4.0
SIZE = (80, 60, 72)
Box = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
LUNG = 0.25 * WATER_PER_MM
RIGHT_LUNG: Box = ((24, 112), (-64, 64), (-96, 96))
LEFT_LUNG: Box = ((-112, -24), (-64, 64), (-96, 96))
LIVER: Box = ((-8, 104), (-48, 64), (-128, -96))
LEFT_CLAVICLE: Box = ((-96, -40), (40, 56), (96, 112))
SPINE: Box = ((-16, 16), (-96, -64), (-136, 136))
HEART_MIDDLE, HEART_RADIUS = (0.0, 8.0, -16.0), 48.0


def grid() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Middles of the voxels, x, y, z."""
    axes = [(np.arange(size) - (size - 1) / 2) * SPACING for size in SIZE]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    return x, y, z


def inside(box: Box) -> np.ndarray:
    return np.logical_and.reduce([(low < at) & (at < high) for at, (low, high) in zip(grid(), box, strict=True)])


def empty() -> Patient:
    """Nothing but air."""
    centre = tuple((size - 1) / 2 for size in SIZE)
    return Patient(np.zeros(SIZE, np.float32), np.zeros(SIZE, np.int32), (SPACING,) * 3, centre)


def put(patient: Patient, where: np.ndarray, name: str, attenuation: float) -> None:
    patient.attenuation[where] = attenuation
    patient.bits[where] = 1 << SOURCES.index(name)


def patient() -> Patient:
    """A body of water with lungs, a heart between them, a liver, a spine and a left clavicle."""
    made = empty()
    x, y, _ = grid()
    made.attenuation[(x / 148) ** 2 + (y / 108) ** 2 < 1] = WATER_PER_MM
    put(made, inside(RIGHT_LUNG), "right lung lower lobe", LUNG)
    put(made, inside(LEFT_LUNG), "left lung lower lobe", LUNG)
    put(made, inside(LIVER), "liver", 1.06 * WATER_PER_MM)
    put(made, inside(SPINE), "thoracic vertebra", 1.5 * WATER_PER_MM)
    put(made, inside(LEFT_CLAVICLE), "left clavicle", 1.5 * WATER_PER_MM)
    middle = zip(grid(), HEART_MIDDLE, strict=True)
    put(made, sum((at - c) ** 2 for at, c in middle) < HEART_RADIUS**2, "heart", 1.05 * WATER_PER_MM)
    return made
