"""A radiograph: picture and truth, from one warp, one pose and one exposure of the patient."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiogram.data.radiographs.development import Window, developed, window_of
from angiogram.data.radiographs.measures import Measured, measured
from angiogram.data.radiographs.patient import read_patient
from angiogram.data.radiographs.projection import Planes, crossed, planes_of, projected
from angiogram.data.radiographs.removal import without
from angiogram.data.radiographs.setting import Setting, stream
from angiogram.data.radiographs.warp import Anatomy, Warp, anatomy_of
from angiogram.data.radiographs.warped import warped

WIDER, COARSE = 1.5, 120
"""How much of a structure is in the picture is seen on a field so much wider, of so many pixels."""


@dataclass(frozen=True)
class Radiograph:
    """One picture.

    Attributes:
        pixels: uint8 `[H, W]`, air dark and bone bright.
        window: line integrals that stand for black and white.
        truth: measured on the projected masks.
    """

    pixels: NDArray[np.uint8]
    window: Window
    truth: Measured


def take(
    folder: Path, how: Setting, pixels: int, seed: int, removed: str | None = None, window: Window | None = None
) -> Radiograph:
    """Take one radiograph.

    Args:
        folder: of the patient, as `patient.patient_folder` makes it.
        how: the setting.
        pixels: along each side.
        seed: of the set: of the quanta's noise.
        removed: a structure that is taken out of the patient.
        window: of the picture that this one is compared with; its own where it is compared with none.
    """
    planes, anatomy = _planes(folder, how.exposure.depth_axis), _anatomy(folder)
    if removed is not None:
        planes = _without(folder, how.exposure.depth_axis, removed)
    moved = stretched(warped(planes, Warp(anatomy, how.heart_scale, how.breath_mm), how.exposure.depth_axis), how)
    integral, shown = projected(moved, how.exposure, pixels)
    around = crossed(moved, how.exposure, COARSE, WIDER)
    window = window or window_of(integral)
    picture = developed(integral, how.development, window, stream(seed, how.number, 1))
    return Radiograph(picture, window, measured(how.view, shown, around, WIDER))


def stretched(planes: Planes, how: Setting) -> Planes:
    """The patient wider or narrower: the axis from right to left is measured otherwise."""
    which = 0 if how.exposure.depth_axis == 0 else 1
    coordinates = list(planes.coordinates)
    coordinates[which] = coordinates[which] * np.float32(how.width)
    return replace(planes, coordinates=(coordinates[0], coordinates[1], coordinates[2]))


@lru_cache(maxsize=2)
def _planes(folder: Path, depth_axis: int) -> Planes:
    return planes_of(read_patient(folder), depth_axis)


@lru_cache(maxsize=1)
def _anatomy(folder: Path) -> Anatomy:
    return anatomy_of(read_patient(folder))


@lru_cache(maxsize=2)
def _without(folder: Path, depth_axis: int, removed: str) -> Planes:
    return without(_planes(folder, depth_axis), removed)
