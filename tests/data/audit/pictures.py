"""Pictures that look like pictures, copies of them changed in known ways, and sets made of both."""

import io
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from scipy.ndimage import gaussian_filter, shift, zoom

from angiogram.data.cases import Case, Cases, Split
from angiogram.imaging.image import Image

Pixels = NDArray[np.uint8]


def picture(seed: int, side: int = 112) -> Pixels:
    """Smooth shapes in several sizes, of no modality."""
    rng = np.random.default_rng(seed)
    fields = [zoom(rng.normal(size=(n, n)), side / n, order=1) * n**-0.7 for n in (4, 8, 16, 28)]
    whole = gaussian_filter(sum(fields), side / 100)
    return np.rint(255 * (whole - whole.min()) / np.ptp(whole)).astype(np.uint8)


def jpeg(pixels: Pixels, quality: int) -> Pixels:
    file = io.BytesIO()
    Pillow.fromarray(pixels).save(file, "JPEG", quality=quality)
    return np.asarray(Pillow.open(file))


def resized(pixels: Pixels, factor: float) -> Pixels:
    size = (round(pixels.shape[1] * factor), round(pixels.shape[0] * factor))
    return np.asarray(Pillow.fromarray(pixels).resize(size, Pillow.Resampling.BICUBIC))


def moved(pixels: Pixels, right: float, down: float = 0.0) -> Pixels:
    """By fractions of the side; what is uncovered repeats the border."""
    side = pixels.shape[0]
    return shift(pixels, (down * side, right * side), order=1, mode="nearest")


def brighter(pixels: Pixels, grey: int | NDArray[np.float64]) -> Pixels:
    return np.clip(pixels.astype(int) + grey, 0, 255).astype(np.uint8)


COPIES: dict[str, Callable[[Pixels], Pixels]] = {
    "jpeg 75": lambda p: jpeg(p, 75),
    "+20 grey": lambda p: brighter(p, 20),
    "contrast .7": lambda p: (p * 0.7).astype(np.uint8),
    "gamma 1.5": lambda p: (255 * (p / 255) ** 1.5).astype(np.uint8),
    "twice as large": lambda p: resized(p, 2),
    "as RGB": lambda p: np.stack([p] * 3, axis=-1),
    "moved right 2 %": lambda p: moved(p, 0.02),
    "moved left 3 %, +20 grey, jpeg 60": lambda p: jpeg(brighter(moved(p, -0.03), 20), 60),
}


def set_of(
    pixels: Sequence[Pixels],
    labels: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
    splits: Sequence[Split | None] | None = None,
) -> Cases:
    """Case i shows `pixels[i]`; labels alternate between a and b where none are given."""
    labels = labels or ["ab"[i % 2] for i in range(len(pixels))]
    rows = tuple(
        Case(f"c{i}", f"folder/c{i}.png", label, groups[i] if groups else f"g{i}", splits[i] if splits else None)
        for i, label in enumerate(labels)
    )
    by_id = {row.id: Image(np.ascontiguousarray(p), ("made",)) for row, p in zip(rows, pixels, strict=True)}
    return Cases("pictures", rows, tuple(sorted(set(labels))), lambda row: by_id[row.id], "Which?")
