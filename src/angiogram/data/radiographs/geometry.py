"""Tube, patient and detector: how the rays of one exposure run through the patient.

All views are shown as they are read: the patient's left is on the viewer's right in frontal views, and a left lateral
view is seen from the detector, too, so that the patient faces the viewer's left.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

View = Literal["PA", "AP", "left lateral"]
VIEWS: tuple[View, ...] = get_args(View)
FRONTAL: tuple[View, ...] = ("PA", "AP")
Axes = tuple[tuple[int, int, int], tuple[int, int, int]]
BEAM: dict[View, Axes] = {
    "PA": ((0, 1, 0), (-1, 0, 0)),
    "AP": ((0, -1, 0), (-1, 0, 0)),
    "left lateral": ((-1, 0, 0), (0, -1, 0)),
}
"""In the patient's axes (right, anterior, superior): the beam from tube to detector, and the picture's columns."""


@dataclass(frozen=True)
class Exposure:
    """Where tube and detector stand. Lengths in mm, angles in degrees.

    Attributes:
        view: which side faces the detector.
        turn: the patient about the body's axis; positive brings the right side forward.
        tilt: about the axis from right to left; positive leans the head back.
        roll: about the axis from back to front; positive lowers the right side.
        across: from the patient's centre to the field's, along the picture's columns.
        down: the same along its rows.
        field: width and height of what is shown, at the patient's centre.
        source: from tube to detector.
        detector: from the patient's centre to the detector.
    """

    view: View
    turn: float
    tilt: float
    roll: float
    across: float
    down: float
    field: float
    source: float
    detector: float

    @property
    def depth_axis(self) -> int:
        """The patient's axis that the beam runs along: 0 is x, 1 is y."""
        return 0 if self.view == "left lateral" else 1

    @property
    def magnification(self) -> float:
        """Of what lies at the patient's centre."""
        return self.source / (self.source - self.detector)


@dataclass(frozen=True)
class Rays:
    """Straight lines from the tube to each pixel, in mm in the patient's axes; depth is along `Exposure.depth_axis`.

    Attributes:
        at_zero: where each ray meets depth 0, `[2, H, W]`: the other horizontal axis, and z.
        slope: how far it moves in these per mm of depth, `[2, H, W]`.
        stretch: its length per mm of depth, `[H, W]`.
    """

    at_zero: NDArray[np.float32]
    slope: NDArray[np.float32]
    stretch: NDArray[np.float32]


def rays(exposure: Exposure, pixels: int, width: float = 1.0) -> Rays:
    """The rays through the centres of a square of pixels.

    Args:
        exposure: where everything stands.
        pixels: along each side.
        width: of the square, in fields: 1 is what the picture shows.
    """
    turned = _turned(exposure)  # [3, 3] from room to patient
    beam, columns = (turned @ np.array(axis, dtype=np.float64) for axis in BEAM[exposure.view])
    rows = turned @ np.array([0.0, 0.0, -1.0])
    aim = exposure.across * columns + exposure.down * rows
    tube = aim - (exposure.source - exposure.detector) * beam
    steps = (np.arange(pixels) + 0.5) / pixels - 0.5
    steps = steps * width * exposure.field * exposure.magnification
    spot = (aim + exposure.detector * beam)[:, None, None]
    spot = spot + columns[:, None, None] * steps + rows[:, None, None] * steps[:, None]  # [3, H, W]
    way = spot - tube[:, None, None]
    depth, others = exposure.depth_axis, [axis for axis in range(3) if axis != exposure.depth_axis]
    slope = way[others] / way[depth]
    at_zero = tube[others][:, None, None] - slope * tube[depth]
    stretch = np.linalg.norm(way, axis=0) / np.abs(way[depth])
    return Rays(at_zero.astype(np.float32), slope.astype(np.float32), stretch.astype(np.float32))


def _turned(exposure: Exposure) -> NDArray[np.float64]:
    """The rotation that takes directions of the room into the turned patient's axes, `[3, 3]`."""
    turn, tilt, roll = np.deg2rad([exposure.turn, exposure.tilt, exposure.roll])
    about_z = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    about_x = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    about_y = np.array([[np.cos(roll), 0, np.sin(roll)], [0, 1, 0], [-np.sin(roll), 0, np.cos(roll)]])
    return (about_z @ about_x @ about_y).T
