"""The mask's 89 structures: 24 classes to recognise, and the plain names that captions use.

Sides are in the names as TotalSegmentator gives them; a test checks them against the CT's affine.
"""

import numpy as np
from numpy.typing import NDArray

_SIDED = {
    2: "right kidney", 3: "left kidney", 8: "right adrenal gland", 9: "left adrenal gland",
    10: "left lung upper lobe", 11: "left lung lower lobe", 12: "right lung upper lobe",
    13: "right lung middle lobe", 14: "right lung lower lobe", 23: "left kidney cyst",
    55: "right subclavian artery", 56: "left subclavian artery", 57: "right carotid artery",
    58: "left carotid artery", 59: "left brachiocephalic vein", 60: "right brachiocephalic vein",
    61: "left atrial appendage", 69: "left humerus", 70: "right humerus", 71: "left scapula", 72: "right scapula",
    73: "left clavicle", 74: "right clavicle", 86: "left back muscle", 87: "right back muscle",
    88: "left psoas muscle", 89: "right psoas muscle",
}  # fmt: skip
_MIDLINE = {
    1: "spleen", 5: "liver", 6: "stomach", 7: "pancreas", 15: "esophagus", 16: "trachea", 17: "thyroid gland",
    18: "small bowel", 19: "duodenum", 20: "colon", 51: "heart", 52: "aorta", 53: "pulmonary vein",
    54: "brachiocephalic trunk", 62: "superior vena cava", 63: "inferior vena cava", 64: "portal vein",
    79: "spinal cord", 116: "sternum",
}  # fmt: skip
_MERGED = {
    "lumbar vertebra": range(29, 32),
    "thoracic vertebra": range(32, 44),
    "cervical vertebra": range(44, 47),
    "left ribs": range(92, 104),
    "right ribs": range(104, 116),
    "costal cartilage": range(118, 119),
}

NAME_OF_LABEL: dict[int, str] = {
    **_SIDED,
    **_MIDLINE,
    **{label: name for name, labels in _MERGED.items() for label in labels},
}
"""The plain name of each of the mask's 89 label numbers."""

CLASSES: tuple[str, ...] = (
    "right lung upper lobe", "right lung middle lobe", "right lung lower lobe",
    "left lung upper lobe", "left lung lower lobe", "trachea", "esophagus", "heart", "aorta",
    "superior vena cava", "inferior vena cava", "liver", "spleen", "stomach", "pancreas", "duodenum", "small bowel",
    "colon", "right kidney", "left kidney", "thoracic vertebra", "lumbar vertebra", "right scapula", "left scapula",
)  # fmt: skip
"""The 24 classes, by side and lobe."""

STRUCTURES: tuple[str, ...] = ("", *CLASSES, *sorted(set(NAME_OF_LABEL.values()) - set(CLASSES)))
"""Every plain name, once. Index 0 means no structure; class c stands at index c + 1."""


def structure_map(labels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Mask labels to indices into `STRUCTURES`, same shape; unknown labels become 0.

    >>> [STRUCTURES[i] for i in structure_map(np.array([3, 32, 40, 200], dtype=np.uint8))]
    ['left kidney', 'thoracic vertebra', 'thoracic vertebra', '']
    """
    table = np.zeros(256, dtype=np.uint8)
    for label, name in NAME_OF_LABEL.items():
        table[label] = STRUCTURES.index(name)
    return table[labels]
