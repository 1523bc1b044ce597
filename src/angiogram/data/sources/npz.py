"""An `.npz` in MedMNIST layout: `train_images`, `train_labels`, the same for `val` and `test`.

Images are uint8 `[N, H, W]` grey, `[N, H, W, 3]` RGB or `[N, D, H, W]` volumes; labels are whole numbers `[N, 1]`, or 0
and 1 `[N, L]` for L findings of which an image may show several.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from angiogram.data.cases import Case, Cases, Split
from angiogram.data.sources.findings import Findings
from angiogram.data.sources.medmnist import licence
from angiogram.data.sources.npz_labels import findings_in, numbered_labels
from angiogram.errors import InputError, reason_of
from angiogram.imaging.bomb import LIMIT, is_bomb
from angiogram.imaging.image import Image, is_volume
from angiogram.imaging.printable import printable
from angiogram.imaging.read import Preparation
from angiogram.imaging.slices import SliceRule

# The validation part is training data for us: what is tuned is tuned inside the training folds.
_PARTS: dict[str, Split] = {"train": "train", "val": "train", "test": "test"}


@dataclass(frozen=True)
class _Parts:
    """Images and labels of each part of the file, in their order."""

    images: dict[str, NDArray[np.uint8]]
    labels: dict[str, NDArray[np.int64]]

    @property
    def together(self) -> NDArray[np.int64]:
        """The labels of all parts, `[N, L]`."""
        return np.concatenate(list(self.labels.values()))


def npz_findings(path: Path) -> Findings | None:
    """The findings of a file whose images may show several; None where each has one label.

    Raises:
        InputError: as `npz_cases`.
    """
    return findings_in(_dataset(path), _read(path).together)


def npz_cases(path: Path, finding: str | None = None, how: Preparation | None = None) -> Cases:
    """The images of a MedMNIST file with its own split (the validation part joined to training).

    Class names come from the file's name where it is known, else they are "class 0", "class 1", ... Where an image may
    show several findings, `finding` is the one that is asked about. Of a volume `how` says which slice is shown, along
    its first axis: the file says nothing of left and right.

    Raises:
        InputError: the file is missing, damaged, not in this layout, or has one class only; or a finding is not named
            that must be, or is that must not.
    """
    how = how or Preparation()
    if how.window is not None or how.plane is not None or how.series.words:
        raise InputError(
            f"'{path}' holds grey values without densities, planes or series; --window, --plane and --series say "
            "nothing here."
        )
    parts, name, dataset = _read(path), printable(path.name), _dataset(path)
    labels = numbered_labels(dataset, parts.together, finding, f"'{path}'")
    ids = [(part, i) for part in _PARTS for i in range(len(parts.labels[part]))]
    rows = tuple(
        Case(f"{part}/{i}", f"{name}#{part}/{i}", word, group=f"{part}/{i}", split=_PARTS[part])
        for (part, i), word in zip(ids, labels.words, strict=True)
    )

    def read(case: Case) -> Image:
        part, _, i = case.id.partition("/")
        return picture_of(parts.images[part][int(i)], f"{name} (MedMNIST layout)", how.slice)

    terms = licence(dataset)
    statements = (
        *((f"MedMNIST v2 ({terms}; Yang et al. 2023).",) if terms else ()),
        f"Images from '{name}' in MedMNIST layout; its validation part is used for training.",
        *labels.said,
        "Patients are unknown: each image is its own group.",
    )
    return Cases(dataset, rows, labels.classes, read, labels.question, statements)


def _dataset(path: Path) -> str:
    return printable(path.stem).lower().split("_")[0]


def _read(path: Path) -> _Parts:
    arrays = _load(path)
    images = {part: _images(path, part, arrays[f"{part}_images"]) for part in _PARTS}
    labels = {part: _labels(path, part, arrays[f"{part}_labels"], len(images[part])) for part in _PARTS}
    if len({each.shape[1] for each in labels.values()}) > 1:
        raise InputError(f"'{path}' is not in MedMNIST layout: its parts have different numbers of labels an image.")
    return _Parts(images, labels)


def _load(path: Path) -> dict[str, NDArray[Any]]:
    wanted = [f"{part}_{kind}" for part in _PARTS for kind in ("images", "labels")]
    return load_arrays(path, wanted, f"'{path}' is not in MedMNIST layout")


def load_arrays(path: Path, wanted: Sequence[str], problem: str) -> dict[str, NDArray[Any]]:
    """The arrays of these names in an `.npz` file.

    Args:
        path: the file.
        wanted: names of arrays.
        problem: what a message says where one is missing.

    Raises:
        InputError: the file or an array is missing, or the file is damaged, holds pickled objects or far more than its
            size packs.
    """
    if not path.is_file():
        raise InputError(f"There is no file '{path}'.")
    try:
        _refuse_bomb(path)
        with np.load(path, allow_pickle=False) as archive:
            missing = [name for name in wanted if name not in archive.files]
            if missing:
                holds = ", ".join(archive.files) or "nothing"
                raise InputError(f"{problem}: {missing[0]} is missing; it holds {holds}.")
            # What does not begin as an array comes back as bytes.
            return {name: np.asarray(archive[name]) for name in wanted}
    except InputError:
        raise
    except MemoryError as error:
        raise InputError(f"'{path}' says that it holds arrays that do not fit into this machine's memory.") from error
    except Exception as error:  # zipfile, zlib and numpy each raise their own for damaged bytes
        raise InputError(f"'{path}' is damaged or not an .npz file: {_reason(error)}.") from error


def mapped_array(path: Path) -> NDArray[Any]:
    """The one array of an `.npy` file, mapped: only what is asked of it is read.

    Raises:
        InputError: the file is damaged, or holds pickled objects.
    """
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # numpy raises whatever the bytes of a header lead to
        raise InputError(f"'{path}' is damaged or not an .npy file: {_reason(error)}.") from error


def _reason(error: Exception) -> str:
    # numpy advises to load what it takes for a pickle unsafely.
    return "it is no array, or one of pickled objects" if "allow_pickle" in str(error) else reason_of(error)


def _refuse_bomb(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        total, size = sum(member.file_size for member in archive.infolist()), path.stat().st_size
    if is_bomb(size, total):
        raise InputError(f"'{path}' says that {total} bytes come out of its {size}; {LIMIT}.")


def picture_of(stored: NDArray[np.uint8], name: str, rule: SliceRule) -> Image:
    """What an array holds of one image, `[H, W]` or `[H, W, 3]`; of a volume `[D, H, W]` a slice along D, or all.

    Raises:
        InputError: the volume has no such slice.
    """
    of_volume = ()
    if is_volume(stored) and rule.whole:
        of_volume = (f"all {len(stored)} slices along the first axis",)
    elif is_volume(stored):
        index, said = rule.choose(len(stored), lambda above: np.count_nonzero(stored > above, axis=(1, 2)))
        stored, of_volume = stored[index], (f"slice {said} along the first axis",)
    image = Image(np.array(stored), ())
    height, width = image.size
    return replace(image, made=(f"{name}, {width}x{height} px", *of_volume))


def _images(path: Path, part: str, images: NDArray[Any]) -> NDArray[np.uint8]:
    if images.ndim not in (3, 4) or images.dtype != np.uint8 or 0 in images.shape[1:]:
        raise InputError(
            f"'{path}' is not in MedMNIST layout: {part}_images is {images.dtype} {list(images.shape)}; "
            "it must be uint8 [N, H, W], [N, H, W, 3] or [N, D, H, W]."
        )
    return images


def _labels(path: Path, part: str, labels: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Whole numbers `[N, L]`: one class an image, or several findings of 0 and 1."""
    shaped = labels.reshape(-1, 1) if labels.ndim == 1 else labels
    whole = shaped.ndim == 2 and len(shaped) == count and np.issubdtype(labels.dtype, np.integer)
    if not whole or shaped.shape[1] == 0 or (shaped.shape[1] > 1 and not np.isin(shaped, (0, 1)).all()):
        raise InputError(
            f"'{path}' is not in MedMNIST layout: {part}_labels is {labels.dtype} {list(labels.shape)}; it must be "
            f"whole numbers [{count}, 1], or 0 and 1 [{count}, findings]."
        )
    return shaped.astype(np.int64)
