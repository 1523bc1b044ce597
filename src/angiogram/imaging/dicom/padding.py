"""Padding around an image: values that stand for nothing, shown as dark as the darkest that stands for something."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.values import number, word

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def is_inverted(dataset: "Dataset") -> bool:
    """Whether low values are bright (MONOCHROME1)."""
    return word(dataset, "PhotometricInterpretation") == "MONOCHROME1"


def without_padding(
    values: NDArray[Any], dataset: "Dataset", stored: NDArray[Any]
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """Measured values with padding at the darkest of the others, and the step as `Image.made` states it.

    Where nothing but padding is there, or none, the values stay as they are.

    Args:
        values: measured, `[H, W]`.
        dataset: says which stored values are padding, and whether low values are dark.
        stored: the same pixels as stored, `[H, W]`.

    Raises:
        UnfitError: the padding value is no number.
    """
    padded = padding(dataset, stored)
    if not padded.any() or padded.all():
        return values, ()
    shown = values[~padded]
    darkest = shown.max() if is_inverted(dataset) else shown.min()
    return np.where(padded, darkest, values), ("padding taken for the darkest value of its slice",)


def padding(dataset: "Dataset", stored: NDArray[Any]) -> NDArray[np.bool_]:
    """Where stored values are padding (PS3.3 C.7.5.1.1.2), of the same shape.

    Raises:
        UnfitError: the padding value is no number.
    """
    value = number(dataset, "PixelPaddingValue")
    if value is None:
        return np.zeros(stored.shape, dtype=np.bool_)
    limit = number(dataset, "PixelPaddingRangeLimit")
    low, high = sorted(_as_stored(end, stored.dtype) for end in (value, value if limit is None else limit))
    return (stored >= low) & (stored <= high)


def _as_stored(value: float, dtype: np.dtype[Any]) -> float:
    """The value with the sign of the pixels: some writers note -2000 as 63536, its bits without a sign, or 63536 so."""
    if dtype.kind not in "iu":
        return value
    span, least = 2 ** (8 * dtype.itemsize), int(np.iinfo(dtype).min)
    if not -span // 2 <= value < span:
        return value  # no sample has these bits
    return (value - least) % span + least
