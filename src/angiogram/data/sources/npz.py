"""An `.npz` in MedMNIST layout: `train_images`, `train_labels`, the same for `val` and `test`.

Images are uint8 `[N, H, W]` grey or `[N, H, W, 3]` RGB, labels whole numbers `[N, 1]`.
"""

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.data.cases import Case, Cases, Split
from angiogram.data.sources.question import DEFAULT_QUESTION
from angiogram.errors import InputError
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable

# The validation part is training data for us: what is tuned is tuned inside the training folds.
_PARTS: dict[str, Split] = {"train": "train", "val": "train", "test": "test"}

_KNOWN: dict[str, tuple[str, ...]] = {
    "pneumoniamnist": ("normal", "pneumonia"),
    "breastmnist": ("malignant", "normal or benign"),
}


def npz_cases(path: Path) -> Cases:
    """The images of a MedMNIST file with its own split (the validation part joined to training).

    Class names come from the file's name where it is known, else they are "class 0", "class 1", ...

    Raises:
        InputError: the file is missing, damaged, not in this layout, three-dimensional, or has one class only.
    """
    arrays = _load(path)
    images = {part: _images(path, part, arrays[f"{part}_images"]) for part in _PARTS}
    labels = {part: _labels(path, part, arrays[f"{part}_labels"], len(images[part])) for part in _PARTS}
    numbers = np.unique(np.concatenate(list(labels.values())))
    if len(numbers) < 2:
        raise InputError(f"'{path}' has {len(numbers)} class; a classification needs at least two.")
    name, dataset = printable(path.name), printable(path.stem).lower().split("_")[0]
    classes = _KNOWN.get(dataset, tuple(f"class {i}" for i in range(int(numbers[-1]) + 1)))
    if numbers[0] < 0 or numbers[-1] >= len(classes):
        raise InputError(f"'{path}' has labels {numbers[0]}..{numbers[-1]}; allowed are 0..{len(classes) - 1}.")
    classes_here = tuple(classes[i] for i in numbers)

    rows = tuple(
        Case(f"{part}/{i}", f"{name}#{part}/{i}", classes[label], group=f"{part}/{i}", split=split)
        for part, split in _PARTS.items()
        for i, label in enumerate(labels[part])
    )

    def read(case: Case) -> Image:
        part, _, i = case.id.partition("/")
        pixels = np.array(images[part][int(i)])
        return Image(pixels, (f"{name} (MedMNIST layout), {pixels.shape[1]}x{pixels.shape[0]} px",))

    statements = (
        f"Images from '{name}' in MedMNIST layout; its validation part is used for training.",
        "Patients are unknown: each image is its own group.",
    )
    if dataset in _KNOWN:
        statements = ("MedMNIST v2 (CC BY 4.0; Yang et al. 2023).", *statements)
    return Cases(dataset, rows, classes_here, read, DEFAULT_QUESTION, statements)


def _load(path: Path) -> dict[str, NDArray[Any]]:
    if not path.is_file():
        raise InputError(f"There is no file '{path}'.")
    wanted = [f"{part}_{kind}" for part in _PARTS for kind in ("images", "labels")]
    try:
        with np.load(path, allow_pickle=False) as archive:
            missing = [name for name in wanted if name not in archive.files]
            if missing:
                holds = ", ".join(archive.files) or "nothing"
                raise InputError(f"'{path}' is not in MedMNIST layout: {missing[0]} is missing; it holds {holds}.")
            return {name: archive[name] for name in wanted}
    except (OSError, ValueError, EOFError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"'{path}' is damaged or not an .npz file: {reason}.") from error


def _images(path: Path, part: str, images: NDArray[Any]) -> NDArray[np.uint8]:
    if images.ndim == 5 or (images.ndim == 4 and images.shape[-1] != 3):
        raise InputError(f"'{path}' holds 3-D images {list(images.shape[1:])}; only 2-D images can be read here.")
    if images.ndim not in (3, 4) or images.dtype != np.uint8:
        raise InputError(
            f"'{path}' is not in MedMNIST layout: {part}_images is {images.dtype} {list(images.shape)}; "
            "it must be uint8 [N, H, W] or [N, H, W, 3]."
        )
    return images


def _labels(path: Path, part: str, labels: NDArray[Any], count: int) -> NDArray[np.int64]:
    if labels.shape not in ((count, 1), (count,)) or not np.issubdtype(labels.dtype, np.integer):
        raise InputError(
            f"'{path}' is not in MedMNIST layout for one label an image: {part}_labels is {labels.dtype} "
            f"{list(labels.shape)}; it must be whole numbers [{count}, 1]."
        )
    return labels.reshape(-1).astype(np.int64)
