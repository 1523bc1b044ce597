"""The picture that an entry of an annotation table means: a file, or one of many in an archive."""

from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from angiogram.data.sources.npz import load_arrays, mapped_array, picture_of
from angiogram.data.sources.tabular.held import HeldPictures
from angiogram.errors import InputError, reason_of
from angiogram.imaging.image import Image
from angiogram.imaging.printable import printable
from angiogram.imaging.read import Preparation, read_image

ARCHIVES = (".npz", ".npy", ".parquet")
_BYTES = "bytes"  # of the struct that Hugging Face `datasets` keeps an image in


def read_picture(images: Path, picture: str, how: Preparation | None = None) -> Image:
    """One picture by the name that an annotation table gives it.

    A name is the path of a file, or of an archive and, after `#`, which picture in it, counted from 0: `a.npz#17` is of
    the array `images`, `a.npz#train/17` of the array `train_images` (MedMNIST's names), `a.npy#17` of the one array
    that it is, `a.parquet#17` of the column `image`, or of the only one that holds files. Arrays are uint8,
    `[N, H, W]`, `[N, H, W, 3]` or `[N, D, H, W]`.

    Args:
        images: the folder where paths start.
        picture: its name, with `/`.
        how: which picture is made of what has more than 8 bits or two dimensions.

    Raises:
        InputError: the name leaves the folder, by its words or by a link; there is no such picture; it is damaged.
    """
    how = how or Preparation()
    place, which = file_of(picture)
    if which is None:
        return read_image(inside(images, picture), how)
    path, called = inside(images, place), printable(picture)
    kind, (part, _, number) = path.suffix.lower(), which.rpartition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise InputError(f"There is no picture '{called}': after '#' stands the number of a picture, from 0.")
    if kind == ".npz":
        return _of_array(path, f"{part}_images" if part else "images", int(number), called, how)
    if part:
        raise InputError(f"There is no picture '{called}': '{printable(path.name)}' has no parts.")
    if kind == ".npy":
        return _of_array(path, None, int(number), called, how)
    return _of_column(path, int(number), called, how)


def file_of(picture: str) -> tuple[str, str | None]:
    """The file that a name means, and which picture in it; None where the file is the picture.

    >>> file_of("a.npz#train/17"), file_of("scan#2.png")
    (('a.npz', 'train/17'), ('scan#2.png', None))
    """
    place, _, which = picture.rpartition("#")
    return (place, which) if place.lower().endswith(ARCHIVES) else (picture, None)


def inside(images: Path, name: str) -> Path:
    """The path of a file in the folder of images.

    Raises:
        InputError: it leaves the folder, by its words or by a link.
    """
    try:
        path, folder = (images / name).resolve(), images.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a link in a circle, a name too long, a NUL in it
        raise InputError(f"There is no picture '{printable(name)[:80]}': {reason_of(error)}.") from error
    parts = PurePosixPath(name).parts
    if "\\" in name or not parts or ".." in parts or name.startswith("/"):
        raise InputError(f"The picture '{printable(name)}' leaves the folder of images, '{images}'.")
    if not path.is_relative_to(folder):
        raise InputError(
            f"The picture '{printable(name)}' leaves the folder of images, '{images}', by a link; copy it there."
        )
    return images / name


def _of_array(path: Path, array: str | None, number: int, called: str, how: Preparation) -> Image:
    if not path.is_file():
        raise InputError(f"There is no picture '{called}': there is no file '{path}'.")
    stated = path.stat()
    if array is None:
        pictures, which, made = mapped_array(path), f"The array '{path}'", printable(path.name)
    else:
        pictures = _array(path, array, stated.st_mtime_ns, stated.st_size)
        which, made = f"The array {array} of '{path}'", f"{printable(path.name)} ({array})"
    if pictures.dtype != np.uint8 or pictures.ndim not in (3, 4) or 0 in pictures.shape[1:]:
        raise InputError(
            f"{which} is {pictures.dtype} {list(pictures.shape)}; pictures are uint8 [N, H, W], [N, H, W, 3] or "
            "[N, D, H, W]."
        )
    _need(number, len(pictures), called)
    return picture_of(pictures[number], made, how.slice)


@lru_cache(maxsize=2)  # a picture in a compressed array cannot be had without the whole array
def _array(path: Path, array: str, changed: int, size: int) -> NDArray[Any]:
    """An array of an archive; `changed` and `size` are of the file, so that another of its name is read anew."""
    return load_arrays(path, [array], f"'{path}' does not hold these pictures")[array]


def _of_column(path: Path, number: int, called: str, how: Preparation) -> Image:
    if not path.is_file():
        raise InputError(f"There is no picture '{called}': there is no file '{path}'.")
    try:
        frame = pl.scan_parquet(path, glob=False)
        column = column_of_files(frame, path)
        rows = frame.select(column).slice(number, 1).collect()
        if rows.is_empty():
            _need(number, frame.select(pl.len()).collect().item(), called)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"'{path}' is not a readable Parquet file: {reason_of(error)}.") from error
    content, name = rows.row(0)
    if content is None:
        raise InputError(f"There is no picture '{called}': its row holds none.")
    return HeldPictures([content], [name or ""]).read(0, how, called)


def column_of_files(frame: pl.LazyFrame, path: Path) -> list[pl.Expr]:
    """The bytes of the files that a Parquet file holds and, where they are known, their names.

    Raises:
        InputError: no column holds files, or several do and none is called `image`.
    """
    kinds = {name: kind for name, kind in frame.collect_schema().items() if _holds_files(kind)}
    if not kinds:
        raise InputError(f"'{path}' has no column that holds pictures; it has {', '.join(frame.collect_schema())}.")
    if len(kinds) > 1 and "image" not in kinds:
        raise InputError(
            f"'{path}' has several columns that hold files, {', '.join(kinds)}, and none of them is 'image'."
        )
    name = "image" if "image" in kinds else next(iter(kinds))
    held, kind = pl.col(name), kinds[name]
    if not isinstance(kind, pl.Struct):
        return [held.alias(_BYTES), pl.lit("").alias("path")]
    named = any(field.name == "path" for field in kind.fields)
    path_of = held.struct.field("path").cast(pl.String) if named else pl.lit("")
    return [held.struct.field(_BYTES).alias(_BYTES), path_of.alias("path")]


def _holds_files(kind: pl.DataType) -> bool:
    if isinstance(kind, pl.Struct):
        return any(field.name == _BYTES and field.dtype == pl.Binary() for field in kind.fields)
    return kind == pl.Binary()


def _need(number: int, count: int, called: str) -> None:
    if number >= count:
        there = f"it holds {count}, 0..{count - 1}" if count else "it holds none"
        raise InputError(f"There is no picture '{called}': {there}.")
