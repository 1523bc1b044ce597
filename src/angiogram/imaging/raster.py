"""PNG, JPEG, TIFF, BMP, WebP, GIF and PNM files -> `Image`, with every change to the pixels declared."""

import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFile, ImageOps

from angiogram.errors import InputError, reason_of
from angiogram.imaging.deep_colours import are_deep, load_low_bytes, whole_values
from angiogram.imaging.image import Image
from angiogram.imaging.present import need_file
from angiogram.imaging.printable import printable
from angiogram.imaging.scans import too_many_scans
from angiogram.imaging.window import own_range

SUFFIXES = frozenset({
    ".png", ".jpg", ".jpeg", ".jfif", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".pgm", ".ppm", ".pbm", ".pnm",
})  # fmt: skip
MAX_PIXELS = 100_000_000
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF", "PPM")
_GREY = {"1", "L"}
_DEEP = {"I", "F"}  # and I;16 in its byte orders


def read_raster(path: Path) -> Image:
    """Read one image file.

    Grey stays grey `[H, W]`, everything else becomes RGB `[H, W, 3]`. Pixels deeper than 8 bits are stretched from the
    image's own darkest..brightest value to 0..255, since files rarely say which part of the range they use.

    Raises:
        InputError: the file is missing, truncated, of another format, larger than 100 megapixels, or holds
            several frames.
    """
    name = printable(path)
    need_file(path, name, "image")
    return decode_raster(path, name)


def decode_raster(source: Path | BinaryIO, name: str) -> Image:
    """The same of a file, or of one that stands in memory; `name` is what messages call it.

    Raises:
        InputError: as `read_raster`.
    """
    try:
        # Warnings are about odd metadata; what is wrong with the pixels raises.
        with warnings.catch_warnings(action="ignore"), Pillow.open(source, formats=_FORMATS) as file:
            if file.width * file.height > MAX_PIXELS:
                limit = MAX_PIXELS // 1_000_000
                raise InputError(f"'{name}' is {file.width}x{file.height} pixels; at most {limit} megapixels are read.")
            # They are not counted: a TIFF of a few hundred KB may chain so many that this takes minutes.
            if getattr(file, "is_animated", False):
                raise InputError(f"'{name}' holds several frames; a case needs one.")
            if file.format == "JPEG" and (problem := _scans(file)):
                raise InputError(f"'{name}' {problem}.")
            # Another library may have allowed it: half an image must never pass for a whole one.
            if ImageFile.LOAD_TRUNCATED_IMAGES:
                ImageFile.LOAD_TRUNCATED_IMAGES = False
            halved = are_deep(file)
            file.load()
            kind = (f"{file.format} {file.mode}", *(("16 bits a channel to 8, the high ones",) if halved else ()))
            image, turned = _upright(file)
            if image.mode in _DEEP or image.mode.startswith("I;"):
                values = _finite(np.array(image))
                pixels, step = own_range(values)
                return Image(pixels, (*kind, *turned, step), values)
            pixels, steps = _pixels(image)
            return Image(pixels, (*kind, *turned, *steps), _deep_values(source, pixels) if halved else None)
    except InputError:
        raise
    except Pillow.UnidentifiedImageError as error:
        raise InputError(f"'{name}' is not a readable {', '.join(_FORMATS[:-1])} or {_FORMATS[-1]} image.") from error
    except Pillow.DecompressionBombError as error:
        raise InputError(f"'{name}' is too large: at most {MAX_PIXELS // 1_000_000} megapixels are read.") from error
    except Exception as error:  # Pillow's decoders raise OSError, ValueError, SyntaxError, struct.error, ...
        raise InputError(f"'{name}' cannot be read: {reason_of(error)}.") from error


def _scans(file: Pillow.Image) -> str:
    """What is wrong with the number of a JPEG's scans."""
    stream: BinaryIO = file.fp  # pyright: ignore[reportAttributeAccessIssue]
    at = stream.tell()
    stream.seek(0)
    problem = too_many_scans(stream.read())
    stream.seek(at)
    return problem


def _deep_values(source: Path | BinaryIO, high: NDArray[np.uint8]) -> NDArray[np.uint16] | None:
    """Colours of 16 bits as the file holds them; None where they are of a kind of which the high bytes are all."""
    if not isinstance(source, Path):
        source.seek(0)
    with Pillow.open(source, formats=_FORMATS) as file:
        return whole_values(high, np.array(_upright(file)[0])) if load_low_bytes(file) else None


def _upright(file: Pillow.Image) -> tuple[Pillow.Image, tuple[str, ...]]:
    """The image as it is to be seen, and the step to it."""
    if file.getexif().get(0x0112, 1) == 1:
        return file, ()
    return ImageOps.exif_transpose(file), ("turned upright by its EXIF tag",)


def _finite(values: NDArray[Any]) -> NDArray[Any]:
    if not np.isfinite(values).all():
        raise ValueError("it holds values that are not finite")
    return values


def _pixels(image: Pillow.Image) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """The pixels of an image of 8 bits, and the steps that made them."""
    if image.mode in _GREY:
        return np.array(image.convert("L")), ()
    if image.mode in {"LA", "La", "RGBA", "RGBa", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        black = Pillow.new("RGBA", layer.size, (0, 0, 0, 255))
        rgb = Pillow.alpha_composite(black, layer).convert("RGB")
        if image.mode in {"LA", "La"}:
            return np.array(rgb.convert("L")), ("transparency laid on black",)
        return np.array(rgb), ("transparency laid on black", f"{image.mode} to RGB")
    if image.mode == "RGB":
        return np.array(image), ()
    return np.array(image.convert("RGB")), (f"{image.mode} to RGB",)
