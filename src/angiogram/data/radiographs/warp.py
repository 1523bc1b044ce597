"""Heart size and depth of breath: a smooth, invertible map of space, through which attenuation and bits are read alike.

A map here says where in the scanned patient a point of the warped one comes from. The heart grows or shrinks radially
in an ellipsoid around it; breath moves what lies inside the rib cage along the body's axis, most at the diaphragm.
Neither folds: the determinant of the whole map's Jacobian is positive everywhere, which tests check over all settings.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.data.radiographs.patient import Patient
from angiogram.data.radiographs.shadows import named

REACH = 1.6
"""The heart's warp ends at so many times the ellipsoid that encloses the scanned heart."""
BELOW_DOME_MM = 120.0
"""Breath ends so far below the diaphragm's dome."""
CAGE = (0.5, 1.0)
"""Breath fades between these shares of the rib cage's half-axes."""
FORWARD = 0.3
"""The cage's middle lies in front of the lungs' by this share of their half-depth: the spine stands still."""
Reals = NDArray[np.floating[Any]]
Points = tuple[Reals, Reals, Reals]


@dataclass(frozen=True)
class Anatomy:
    """Where the warps act, in mm from the patient's centre.

    Attributes:
        heart: middle of the heart, x, y, z.
        whitening: `[3][3]`, takes the ellipsoid that encloses the heart and lies as it does to the unit ball.
        cage: middle of the rib cage, x, y.
        cage_axes: its half-axes.
        top: level of the lungs' apices.
        dome: level of the diaphragm's dome.
    """

    heart: tuple[float, ...]
    whitening: tuple[tuple[float, ...], ...]
    cage: tuple[float, float]
    cage_axes: tuple[float, float]
    top: float
    dome: float


def anatomy_of(patient: Patient) -> Anatomy:
    """Measured on the labels: middle and principal axes of the heart; the box of the lungs; the top of the liver."""
    inside = np.argwhere(named("heart").mask(patient.bits))
    points = np.stack([patient.coordinates(axis)[inside[:, axis]] for axis in range(3)]).astype(np.float64)  # [3, N]
    middle = points.mean(axis=1)
    points = points - middle[:, None]
    lengths, directions = np.linalg.eigh(np.cov(points))
    whitening = (directions / np.sqrt(lengths)).T
    whitening /= np.linalg.norm(whitening @ points, axis=0).max()
    right, left = patient.extent("right lung"), patient.extent("left lung")
    (x0, x1), (y0, y1), (_, top) = ((min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(right, left, strict=True))
    depth = (y1 - y0) / 2
    cage = ((x0 + x1) / 2, (y0 + y1) / 2 + FORWARD * depth)
    dome = patient.extent("liver")[2][1]
    axes = ((x1 - x0) / 2, depth)
    return Anatomy(tuple(middle.tolist()), tuple(map(tuple, whitening.tolist())), cage, axes, top, dome)


@dataclass(frozen=True)
class Warp:
    """One heart size and one breath.

    Attributes:
        anatomy: where they act.
        heart_scale: the heart's new diameter / its scanned one.
        breath_mm: how far the diaphragm goes down; negative where it rises.
    """

    anatomy: Anatomy
    heart_scale: float
    breath_mm: float

    def source(self, points: Points) -> Points:
        """Where in the scanned patient these points of the warped one come from; mm, shapes that broadcast."""
        x, y, z = points
        z = z + self.breath_mm * self._level(z) * self._inside(x, y)
        return self._heart((x, y, z))

    def _heart(self, points: Points) -> Points:
        middle = self.anatomy.heart
        x, y, z = (point - centre for point, centre in zip(points, middle, strict=True))
        radius = np.sqrt(sum((np.square(a * x + b * y + c * z) for a, b, c in self.anatomy.whitening), np.float32(0)))
        factor = self._radial.source(radius) / np.maximum(radius, 1e-6)
        return (
            x * factor + np.float32(middle[0]),
            y * factor + np.float32(middle[1]),
            z * factor + np.float32(middle[2]),
        )

    @cached_property
    def _radial(self) -> "Radial":
        return Radial(self.heart_scale, REACH)

    @cached_property
    def moved(self) -> tuple[tuple[float, float], ...]:
        """Beyond which nothing moves, along x, y, z."""
        shape = np.linalg.inv(np.array(self.anatomy.whitening))
        reach = REACH * np.linalg.norm(shape, axis=1)  # half the box of the ellipsoid
        (hx, hy, hz), (cx, cy), (ax, ay) = self.anatomy.heart, self.anatomy.cage, self.anatomy.cage_axes
        x = min(hx - reach[0], cx - ax), max(hx + reach[0], cx + ax)
        y = min(hy - reach[1], cy - ay), max(hy + reach[1], cy + ay)
        breath = abs(self.breath_mm)
        low, high = self.anatomy.dome - BELOW_DOME_MM, self.anatomy.top
        return x, y, (min(hz - reach[2] - breath, low), max(hz + reach[2] + breath, high))

    def _level(self, z: Reals) -> Reals:
        """How much of the breath a level takes: none at the apices, all at the dome, none far below it."""
        top, dome = self.anatomy.top, self.anatomy.dome
        above = smooth((top - z) / (top - dome))
        return above * smooth((z - dome + BELOW_DOME_MM) / BELOW_DOME_MM)

    def _inside(self, x: Reals, y: Reals) -> Reals:
        (cx, cy), (ax, ay) = self.anatomy.cage, self.anatomy.cage_axes
        share = np.sqrt(((x - cx) / ax) ** 2 + ((y - cy) / ay) ** 2)
        return 1 - smooth((share - CAGE[0]) / (CAGE[1] - CAGE[0]))


@dataclass(frozen=True)
class Radial:
    """A monotone map of the radius: scaled by `scale` up to 1, unchanged from `reach` on, a cubic Hermite between.

    Attributes:
        scale: below `reach`.
        reach: where the map ends.
    """

    scale: float
    reach: float

    def source(self, radius: Reals) -> Reals:
        """The scanned radius of what now lies at `radius`.

        >>> Radial(1.25, 2.0).source(np.array([0.0, 1.25, 2.0, 3.0], np.float32)).tolist()
        [0.0, 1.0, 2.0, 3.0]
        """
        low, width = self.scale, self.reach - self.scale
        t = np.clip((radius - low) / width, 0, 1)
        rise, start, end = self.reach - 1, width / self.scale, width
        between = 1 + t * (start + t * (3 * rise - 2 * start - end + t * (start + end - 2 * rise)))
        near = radius / self.scale
        return np.where(radius <= low, near, np.where(radius >= self.reach, radius, between))


def smooth(t: Reals) -> Reals:
    """0 up to 0, 1 from 1 on, and a cubic with level ends between."""
    t = np.clip(t, 0, 1)
    return t * t * (3 - 2 * t)
