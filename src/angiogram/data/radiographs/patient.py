"""The patient as X-rays meet them: attenuation and structure bits on a grid, without couch and cloth.

HU become linear attenuation by their definition, mu = mu_water (1 + HU / 1000) (Hounsfield, Br. J. Radiol. 46, 1973).
In-plane the CT is halved to 1.4 mm (means of 2 x 2 voxels). The first and the last slice are repeated a little way,
so that shoulders and abdomen do not end inside the picture; nothing is labelled there.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from angiogram.cache import Progress, cached_folder
from angiogram.data.phantom.volume import Body, load_body
from angiogram.data.progress import silent
from angiogram.data.radiographs.shadows import bits_of, named

WATER_PER_MM = 0.0193
"""Linear attenuation of water at 70 keV, about the mean of a chest exposure at 120 kV (NIST XCOM: 0.193 / cm)."""
AIR_HU, BODY_HU = -1000.0, -500.0
REPEATED = (10, 20)
"""How often the lowest and the highest slice are repeated: 25 and 50 mm."""
RECIPE = 1
"""Part of the cache folder's name: raise it whenever this file draws the patient otherwise."""
_RIM = 2  # voxels of air around the body


@dataclass(frozen=True)
class Patient:
    """Attenuation and what is where.

    Attributes:
        attenuation: per mm, float32 `[X, Y, Z]`, axes to the patient's right, anterior, superior; the outermost voxels
            along x and y are air.
        bits: int32, same shape, as `shadows.bits_of` gives them.
        spacing: voxel size in mm.
        centre: the point, in voxels, that a radiograph is centred on.
    """

    attenuation: NDArray[np.float32]
    bits: NDArray[np.int32]
    spacing: tuple[float, float, float]
    centre: tuple[float, float, float]

    def coordinates(self, axis: int) -> NDArray[np.float32]:
        """Of the voxels' centres along an axis, in mm from the patient's centre."""
        steps = np.arange(self.bits.shape[axis]) - self.centre[axis]
        return (steps * self.spacing[axis]).astype(np.float32)

    def extent(self, name: str) -> tuple[tuple[float, float], ...]:
        """From where to where a structure reaches along x, y, z, in mm from the patient's centre."""
        inside = named(name).mask(self.bits)
        found = [np.flatnonzero(inside.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
        return tuple(
            (float(self.coordinates(axis)[where[0]]), float(self.coordinates(axis)[where[-1]]))
            for axis, where in enumerate(found)
        )


def patient_of(body: Body) -> Patient:
    """What an X-ray tube would see of a scanned body. An odd last row or column is dropped.

    Args:
        body: with at least one labelled lung.
    """
    x, y, _ = (size // 2 * 2 for size in body.hu.shape)
    fine = np.maximum(body.hu[:x, :y], AIR_HU)
    hu = (fine[::2, ::2] + fine[1::2, ::2] + fine[::2, 1::2] + fine[1::2, 1::2]) * np.float32(0.25)
    bits = bits_of(body.structures[:x:2, :y:2])
    inside = _body(hu) | (bits != 0)
    place = [np.flatnonzero(inside.any(axis=tuple({0, 1, 2} - {axis}))) for axis in (0, 1)]
    cut = tuple(slice(where[0], where[-1] + 1) for where in place)
    hu, bits = np.where(inside, hu, AIR_HU)[cut], bits[cut]
    rim = ((_RIM, _RIM), (_RIM, _RIM), (0, 0))
    hu, bits = np.pad(hu, rim, constant_values=AIR_HU), np.pad(bits, rim)
    ends = ((0, 0), (0, 0), REPEATED)
    hu, bits = np.pad(hu, ends, mode="edge"), np.pad(bits, ends)
    attenuation = (WATER_PER_MM * (1 + hu / 1000)).astype(np.float32)
    spacing = (2 * body.spacing[0], 2 * body.spacing[1], body.spacing[2])
    return Patient(attenuation, bits, spacing, _centre(bits))


def patient_folder(cache: Path, progress: Progress = silent) -> Path:
    """The folder of the asset package's patient, made once into the cache; `read_patient` reads it.

    Raises:
        InputError: the asset package or what reads it is missing or damaged, or the disk is full.
    """

    def make(folder: Path) -> None:
        progress("radiographs: reading the scan")
        write_patient(patient_of(load_body()), folder)

    return cached_folder(cache / f"radiographs-patient-{RECIPE}", make)


def write_patient(patient: Patient, folder: Path) -> None:
    """Write a patient into a folder that is there."""
    np.save(folder / "attenuation.npy", patient.attenuation)
    np.save(folder / "bits.npy", patient.bits)
    np.save(folder / "grid.npy", np.array([patient.spacing, patient.centre]))


@lru_cache(maxsize=1)
def read_patient(folder: Path) -> Patient:
    """The patient that `write_patient` wrote; kept for the process."""
    spacing, centre = np.load(folder / "grid.npy").tolist()
    return Patient(np.load(folder / "attenuation.npy"), np.load(folder / "bits.npy"), tuple(spacing), tuple(centre))


def _body(hu: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The largest connected thing that is no air, with what it encloses in each slice."""
    dense: Any = ndimage.label(ndimage.binary_opening(hu > BODY_HU, iterations=2))[0]  # pyright: ignore[reportIndexIssue]
    sizes = np.bincount(dense.ravel())
    sizes[0] = 0
    inside: NDArray[np.bool_] = np.array(ndimage.binary_dilation(dense == sizes.argmax()), dtype=bool)
    inside &= hu > BODY_HU
    for z in range(hu.shape[2]):
        inside[..., z] = ndimage.binary_fill_holes(inside[..., z])
    return inside


def _centre(bits: NDArray[np.int32]) -> tuple[float, float, float]:
    """The middle of the lungs' box."""
    lungs = named("right lung").mask(bits) | named("left lung").mask(bits)
    places = [np.flatnonzero(lungs.any(axis=tuple({0, 1, 2} - {axis}))) for axis in range(3)]
    x, y, z = ((float(where[0]) + float(where[-1])) / 2 for where in places)
    return x, y, z
