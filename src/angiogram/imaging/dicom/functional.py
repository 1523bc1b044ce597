"""Where an attribute of one frame stands: in its own group, in the group that all frames share, or at the top."""

from typing import TYPE_CHECKING

from angiogram.imaging.dicom.values import items

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_PER_FRAME = "PerFrameFunctionalGroupsSequence"
_SHARED = "SharedFunctionalGroupsSequence"


def holder(dataset: "Dataset", index: int, macro: str, keyword: str) -> "Dataset":
    """The data set that holds `keyword` for this frame; the object itself where no group does.

    Args:
        dataset: a DICOM object of one frame or several.
        index: of the frame, from 0.
        macro: the group's sequence, e.g. `PlanePositionSequence`.
        keyword: the attribute looked for.
    """
    own = items(dataset, _PER_FRAME)
    for group in (*own[index : index + 1], *items(dataset, _SHARED)[:1]):
        for item in items(group, macro)[:1]:
            if keyword in item:
                return item
    return dataset
