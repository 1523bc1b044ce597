"""Where the crops lie, and how each is drawn.

On every cut, each class that is thick enough gives one crop around its innermost point (the maximum of the distance to
its edge), and further copies that are moved, windowed at random and noisy. A copy is moved to another point inside the
structure, so the question "which structure is at the center" keeps its answer. Every copy has its own random stream,
seeded by plane, cut, class and copy, so a crop's pixels depend on nothing but its own name.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiogram.data.phantom.structures import CLASSES
from angiogram.data.phantom.volume import Body
from angiogram.imaging.planes import Plane, Square, cut, cut_spacing
from angiogram.imaging.window import Window

SIDE_MM = 90.0
PIXELS = 112
COPIES = 3
DEFAULT_WINDOW = Window(-160, 240)
AIR_HU = -1000.0
MIN_RADIUS_MM = 2.5
MIN_AREA_MM2 = 60.0
MAX_SHIFT_MM = 15.0
# A moved centre keeps this share of the innermost point's depth, so that it is in the structure, not on its edge.
MIN_DEPTH = 0.35
WINDOW_CENTRE_HU = (-20.0, 100.0)
WINDOW_WIDTH_HU = (300.0, 600.0)
NOISE_HU = (5.0, 30.0)
_SEED = 20260408
_PLANES: tuple[Plane, ...] = ("axial", "coronal", "sagittal")


@dataclass(frozen=True)
class Crop:
    """One crop: what it shows and how it is drawn.

    Attributes:
        plane: the plane of the cut.
        index: the number of the cut along its axis, counted from left, posterior or inferior.
        label: the class at the centre.
        copy: 0 is centred with the default window and no noise.
        square: the window on the cut, in pixels of the displayed cut.
        window: the HU window.
        noise: standard deviation of the added noise in HU.
    """

    plane: Plane
    index: int
    label: str
    copy: int
    square: Square
    window: Window
    noise: float

    @property
    def id(self) -> str:
        """Unique within the phantom, e.g. `axial-031-left-kidney-0`."""
        return f"{self.plane}-{self.index:03d}-{self.label.replace(' ', '-')}-{self.copy}"

    @property
    def rng(self) -> np.random.Generator:
        """The random stream of this crop's noise."""
        return _rng(self.plane, self.index, self.label, self.copy, purpose=1)


def _rng(plane: Plane, index: int, label: str, copy: int, purpose: int) -> np.random.Generator:
    return np.random.default_rng((_SEED, _PLANES.index(plane), index, CLASSES.index(label), copy, purpose))


def crops_of_cut(body: Body, plane: Plane, index: int, copies: int = COPIES) -> Iterator[Crop]:
    """Every crop of one cut, class by class."""
    spacing = cut_spacing(body.spacing, plane)
    shown = cut(body.structures, plane, index)
    places = ndimage.find_objects(shown, max_label=len(CLASSES))
    for number, (label, place) in enumerate(zip(CLASSES, places, strict=True), start=1):
        if place is None:
            continue
        inside = shown[place] == number
        if inside.sum() * spacing[0] * spacing[1] < MIN_AREA_MM2:
            continue
        # One ring of background around the box: the structure ends where the picture ends.
        padded = np.pad(inside, 1)
        depth = np.asarray(ndimage.distance_transform_edt(padded, sampling=spacing))[1:-1, 1:-1]
        if depth.max() < MIN_RADIUS_MM:
            continue
        corner = np.array([place[0].start, place[1].start])
        for copy in range(copies):
            yield _copy(plane, index, label, copy, depth, corner, spacing)


def _copy(
    plane: Plane,
    index: int,
    label: str,
    copy: int,
    depth: NDArray[np.float64],  # [h, w] mm to the structure's edge, 0 outside it
    corner: NDArray[np.int64],  # [2] where the box lies on the cut
    spacing: tuple[float, float],
) -> Crop:
    deepest = np.array(np.unravel_index(int(depth.argmax()), depth.shape))
    if copy == 0:
        row, column = deepest + corner
        return Crop(plane, index, label, 0, Square(float(row), float(column), SIDE_MM, PIXELS), DEFAULT_WINDOW, 0.0)
    rng = _rng(plane, index, label, copy, purpose=0)
    points = np.argwhere(depth >= MIN_DEPTH * depth.max())  # [K, 2], never empty: holds the deepest
    near = points[np.linalg.norm((points - deepest) * np.array(spacing), axis=1) <= MAX_SHIFT_MM]
    row, column = near[rng.integers(len(near))] + corner
    # Whole and even numbers, so that the declared window is the exact one.
    window = Window.centred(round(rng.uniform(*WINDOW_CENTRE_HU)), 2 * round(rng.uniform(*WINDOW_WIDTH_HU) / 2))
    noise = round(float(rng.uniform(*NOISE_HU)), 1)
    return Crop(plane, index, label, copy, Square(float(row), float(column), SIDE_MM, PIXELS), window, noise)


def draw(body: Body, crop: Crop) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The crop's pixels and, under each pixel, the structure index: both `[PIXELS, PIXELS]`."""
    spacing = cut_spacing(body.spacing, crop.plane)
    hu = crop.square.sample(cut(body.hu, crop.plane, crop.index), spacing, order=1, outside=AIR_HU)
    if crop.noise:
        hu = hu + crop.rng.normal(0.0, crop.noise, hu.shape).astype(np.float32)
    shown = cut(body.structures, crop.plane, crop.index)
    return crop.window.grey(hu), crop.square.sample(shown, spacing, order=0, outside=0)
