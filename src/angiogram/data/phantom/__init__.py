"""The CT phantom: images with known truth, cut from one real CT and its mask of 89 structures."""

from angiogram.data.phantom.phantom import (
    PhantomAnnotation,
    phantom_annotation,
    phantom_cases,
    phantom_shifted_cases,
)
from angiogram.data.phantom.volumes import phantom_volume_cases

__all__ = [
    "PhantomAnnotation",
    "phantom_annotation",
    "phantom_cases",
    "phantom_shifted_cases",
    "phantom_volume_cases",
]
