"""Words by which files and folders of masks are named."""

import re
from pathlib import Path
from typing import Literal

from angiogram.imaging.read import suffix_of

MaskRule = Literal["auto", "certain", "named", "none"]
IMAGES = ("image", "images", "img", "imgs")
_MASKS = (
    "mask", "masks", "seg", "segmentation", "segmentations", "gt", "groundtruth", "ground_truth", "annotation",
    "annotations", "contour", "contours", "roi", "rois", "label", "labels",
)  # fmt: skip
_ANY = "|".join(sorted(_MASKS, key=len, reverse=True))
_SUFFIX = re.compile(rf"(?:^|[ _.-]+)(?:{_ANY})(?:[ _.-]*\d+)?$", re.IGNORECASE)
_FOLDER = re.compile(rf"(?:^|_)(?:{_ANY})$")


def stem_of(file: Path) -> str:
    """The name without its suffix, `.nii.gz` in one piece."""
    return file.name[: len(file.name) - len(suffix_of(file))]


def without_word(file: Path) -> str | None:
    """The stem of a file that is named like a mask, without the word for it; None of any other.

    >>> without_word(Path("benign (1)_mask_1.png")), without_word(Path("seg.nii.gz")), without_word(Path("unmask.png"))
    ('benign (1)', '', None)
    """
    stem, cut = _SUFFIX.subn("", stem_of(file))
    return stem if cut else None


def is_mask_folder(name: str) -> bool:
    """Whether a folder is named like one of masks.

    >>> [is_mask_folder(name) for name in ("Ground Truth", "lung_masks", "GT", "unmasked")]
    [True, True, True, False]
    """
    return _FOLDER.search(re.sub(r"[^a-z]+", "_", name.lower()).strip("_")) is not None
