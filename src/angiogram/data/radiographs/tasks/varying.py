"""Of which structures a closed question may ask: those for which the pictures disagree about the answer.

Anatomy answers most questions without a picture: a trachea always reaches higher than a liver. These are the ones that
pose, field and view decide: over settings drawn at random either answer holds in a tenth of the pictures or more.
"""

INSIDE = ("left clavicle", "right clavicle", "left humerus", "right humerus", "left kidney", "right kidney")
"""In the picture or outside it."""
COMPLETE = (
    "left clavicle", "right clavicle", "left humerus", "right humerus", "left scapula", "left ribs",
    "right ribs", "left lung", "trachea", "liver", "thoracic spine",
)  # fmt: skip
"""Completely in the picture or cut off at its edge."""
HALVES = ("heart", "stomach", "colon", "left clavicle", "right scapula", "thoracic spine")
"""In the left or the right half of the picture."""
WIDE = ("heart", "right lung", "left lung", "colon", "right ribs", "left ribs")
"""Wider than half of the picture or not."""
BESIDE = (
    ("heart", "thoracic spine"), ("aorta", "stomach"),
    ("liver", "stomach"), ("liver", "right scapula"), ("left lung", "thoracic spine"), ("right scapula", "sternum"),
    ("left clavicle", "thoracic spine"),
)  # fmt: skip
"""Either further to the left."""
COVERING = (
    ("heart", "aorta"), ("heart", "colon"), ("heart", "right scapula"), ("liver", "right ribs"), ("spleen", "sternum"),
    ("spleen", "lumbar spine"), ("stomach", "left scapula"), ("sternum", "lumbar spine"),
)  # fmt: skip
"""Either covers more of the picture."""
