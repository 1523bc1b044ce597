"""Along the rays: the line integral of attenuation, and everything that is crossed.

The patient is cut into planes across the beam's main axis; each ray meets each plane once, so that a ray's samples are
bilinear ones of planes (Joseph, IEEE Trans. Med. Imaging 1, 1982). Bits are taken at the same points, from the nearest
voxel, and joined: a ray crosses a structure where any of its samples lies in it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from angiogram.data.radiographs.geometry import Exposure, Rays, rays
from angiogram.data.radiographs.patient import Patient

LAYERS = 3
"""Voxel layers in a plane: 4.2 mm of the asset package's patient. Rays diverge so little that within a plane they stray
by less than half a millimetre."""


@dataclass(frozen=True)
class Planes:
    """The patient in planes across a beam.

    Attributes:
        attenuation: per mm, float32 `[K, A, Z]`: depth, the other horizontal axis, z.
        bits: int32, same shape.
        coordinates: of the planes, the rows and the columns, in mm from the patient's centre.
    """

    attenuation: NDArray[np.float32]
    bits: NDArray[np.int32]
    coordinates: tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Of planes, rows and columns, in mm."""
        k, a, z = (float(each[1] - each[0]) for each in self.coordinates)
        return k, a, z


def planes_of(patient: Patient, depth_axis: int) -> Planes:
    """Voxel layers joined to planes: their mean attenuation, and all that is in any; left-over layers, air, go."""
    count = patient.bits.shape[depth_axis] // LAYERS
    used = slice(count * LAYERS)
    attenuation = np.moveaxis(patient.attenuation, depth_axis, 0)[used]
    bits = np.moveaxis(patient.bits, depth_axis, 0)[used]
    depth, other, z = (patient.coordinates(axis) for axis in (depth_axis, 1 - depth_axis, 2))
    layered = (count, LAYERS, *bits.shape[1:])
    return Planes(
        attenuation.reshape(layered).mean(axis=1, dtype=np.float32),
        np.bitwise_or.reduce(bits.reshape(layered), axis=1),
        (depth[used].reshape(count, LAYERS).mean(axis=1), other, z),
    )


def projected(planes: Planes, exposure: Exposure, pixels: int) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Line integrals of attenuation (no unit) and the bits of all that is crossed, both `[pixels, pixels]`.

    Beyond the grid lies what its outermost voxels hold.
    """
    import torch  # late: only who draws needs it
    from torch.nn.functional import grid_sample

    lines = rays(exposure, pixels)
    start, step = _steps(planes, lines)
    _, rows, columns = planes.bits.shape
    scale = np.array([2 / (rows - 1), 2 / (columns - 1)], dtype=np.float32)[:, None, None]
    first = torch.from_numpy((start * scale - 1)[::-1].transpose(1, 2, 0).copy())[None]  # [1, H, W, 2], columns first
    slope = torch.from_numpy((step * scale)[::-1].transpose(1, 2, 0).copy())[None]
    total = torch.zeros(1, 1, pixels, pixels)
    for k, plane in enumerate(torch.from_numpy(planes.attenuation)):
        total += grid_sample(plane[None, None], first + k * slope, padding_mode="border", align_corners=True)
    integral = total[0, 0].numpy() * lines.stretch * planes.spacing[0]
    return integral, _joined(planes.bits, start, step)


def crossed(planes: Planes, exposure: Exposure, pixels: int, width: float) -> NDArray[np.int32]:
    """The bits of all that rays through a wider or narrower square cross, `[pixels, pixels]`."""
    return _joined(planes.bits, *_steps(planes, rays(exposure, pixels, width)))


def _steps(planes: Planes, lines: Rays) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where the rays meet the first plane, and how far they move from plane to plane: voxels, `[2, H, W]`."""
    depth, *others = planes.coordinates
    apart, *spacing = planes.spacing
    size = np.array(spacing, dtype=np.float32)[:, None, None]
    origin = np.array([each[0] for each in others], dtype=np.float32)[:, None, None]
    start = (lines.at_zero + lines.slope * depth[0] - origin) / size
    return start, lines.slope * np.float32(apart) / size


def _joined(bits: NDArray[np.int32], start: NDArray[np.float32], step: NDArray[np.float32]) -> NDArray[np.int32]:
    found = np.zeros(start.shape[1:], dtype=np.int32)
    _, rows, columns = bits.shape
    for k, plane in enumerate(bits.reshape(len(bits), -1)):
        if not plane.any():
            continue
        at = start + np.float32(k) * step
        row, column = (np.clip(np.rint(each), 0, most - 1) for each, most in zip(at, (rows, columns), strict=True))
        found |= plane[(row * columns + column).astype(np.int32)]  # whole numbers below 2^24: exact in float32
    return found
