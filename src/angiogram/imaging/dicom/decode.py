"""The stored pixels of one frame, each compressed syntax through one decoder that is known to give right values."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.codestream import read_codestream
from angiogram.imaging.dicom.kinds import modality
from angiogram.imaging.dicom.tags import PIXELS
from angiogram.imaging.dicom.unfit import UnfitError, attempt
from angiogram.imaging.dicom.values import whole, word
from angiogram.imaging.scans import too_many_scans

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

MAX_PIXELS = 100_000_000
MAX_FRAMES = 100_000
_BITS = (1, 8, 16, 32, 64)
_MONOCHROME = ("MONOCHROME1", "MONOCHROME2")
_PALETTE = "PALETTE COLOR"
_NATIVE = {"1.2.840.10008.1.2": "uncompressed", "1.2.840.10008.1.2.1": "uncompressed",
           "1.2.840.10008.1.2.1.99": "deflated", "1.2.840.10008.1.2.2": "uncompressed"}  # fmt: skip
# Transfer syntax -> (its name, pydicom's plugin for it).
_COMPRESSED = {
    "1.2.840.10008.1.2.5": ("RLE", "pylibjpeg"),
    "1.2.840.10008.1.2.4.50": ("JPEG baseline", "pillow"),
    "1.2.840.10008.1.2.4.51": ("JPEG extended", "pillow"),
    "1.2.840.10008.1.2.4.57": ("JPEG lossless", "gdcm"),
    "1.2.840.10008.1.2.4.70": ("JPEG lossless", "gdcm"),
    "1.2.840.10008.1.2.4.80": ("JPEG-LS lossless", "pyjpegls"),
    "1.2.840.10008.1.2.4.81": ("JPEG-LS near lossless", "pyjpegls"),
    "1.2.840.10008.1.2.4.90": ("JPEG 2000 lossless", "pylibjpeg"),
    "1.2.840.10008.1.2.4.91": ("JPEG 2000", "pylibjpeg"),
    "1.2.840.10008.1.2.4.201": ("HTJ2K lossless", "pylibjpeg"),
    "1.2.840.10008.1.2.4.202": ("HTJ2K lossless", "pylibjpeg"),
    "1.2.840.10008.1.2.4.203": ("HTJ2K", "pylibjpeg"),
}
_EXTENDED = "1.2.840.10008.1.2.4.51"
_ABORTS = "gdcm"
_RLE = "1.2.840.10008.1.2.5"


@dataclass(frozen=True)
class Pixels:
    """One frame as stored.

    Attributes:
        array: `[H, W]` numbers, or `[H, W, 3]` RGB; bits that the header does not count as stored are cleared.
        meaning: `MONOCHROME1`, `MONOCHROME2`, `PALETTE COLOR` or `RGB`.
        bits: stored bits of a sample.
        made: how it was decoded, as `Image.made` states it.
    """

    array: NDArray[Any]
    meaning: str
    bits: int
    made: tuple[str, ...]


def frames(dataset: "Dataset") -> int:
    """How many frames the object holds.

    Raises:
        UnfitError: none, or an absurd number.
    """
    count = whole(dataset, "NumberOfFrames", missing=1)
    if not 1 <= count <= MAX_FRAMES:
        raise UnfitError(f"says that it holds {count} frames; 1 to {MAX_FRAMES} are read")
    return count


def is_colour(dataset: "Dataset") -> bool:
    """Whether the pixels are colours, not measured values."""
    return word(dataset, "PhotometricInterpretation") not in _MONOCHROME


def pixels(dataset: "Dataset", index: int) -> Pixels:
    """Decode one frame.

    Args:
        dataset: from `open_dicom`, with pixels.
        index: of the frame, from 0.

    Raises:
        UnfitError: the pixels are too many, truncated, damaged, or in a form that is not read.
    """
    shape = _shape(dataset)
    syntax = _syntax(dataset)
    if syntax in _NATIVE:
        _refuse_truncated(dataset, shape)
        name, plugin = _NATIVE[syntax], ""
    elif syntax in _COMPRESSED:
        name, plugin = _COMPRESSED[syntax]
    else:
        raise UnfitError("is compressed in a way that is not read (video, or a syntax of one maker)")
    array, meaning = _decoded(dataset, index, syntax, name, plugin)
    bits = whole(dataset, "BitsStored", missing=8 * array.itemsize)
    if array.dtype.kind in "iu" and (meaning in _MONOCHROME or meaning == _PALETTE):
        array = _stored_bits(dataset, array, bits, native=syntax in _NATIVE)
    if meaning not in (*_MONOCHROME, _PALETTE, "RGB") or array.ndim != (3 if meaning == "RGB" else 2):
        raise UnfitError("holds colours of a kind that is not read")
    return Pixels(array, meaning, bits, (f"{' '.join(filter(None, ('DICOM', modality(dataset))))}, {name}",))


def _shape(dataset: "Dataset") -> tuple[int, int, int]:
    """Rows, columns, samples, each checked."""
    rows, columns = whole(dataset, "Rows"), whole(dataset, "Columns")
    samples, bits = whole(dataset, "SamplesPerPixel", missing=1), whole(dataset, "BitsAllocated")
    if rows * columns > MAX_PIXELS:
        raise UnfitError(f"is {columns}x{rows} pixels; at most {MAX_PIXELS // 1_000_000} megapixels are read")
    if rows < 1 or columns < 1 or samples not in (1, 3) or bits not in _BITS:
        raise UnfitError(f"says {columns}x{rows} pixels of {samples} samples of {bits} bits, which is no image")
    stored = whole(dataset, "BitsStored", missing=bits)
    if not 1 <= stored <= bits:
        raise UnfitError(f"says that {stored} bits of {bits} are stored")
    return rows, columns, samples


def _syntax(dataset: "Dataset") -> str:
    """The transfer syntax; where the file does not say, the one that its attributes were read by."""
    meta = getattr(dataset, "file_meta", None)
    said = word(meta, "TransferSyntaxUID") if meta is not None else ""
    if said:
        return said
    implicit, little = dataset.original_encoding
    if attempt(lambda: bool(dataset["PixelData"].is_undefined_length)):
        raise UnfitError("does not say how its pixels are compressed")
    return "1.2.840.10008.1.2" if implicit else "1.2.840.10008.1.2.1" if little else "1.2.840.10008.1.2.2"


def _refuse_truncated(dataset: "Dataset", shape: tuple[int, int, int]) -> None:
    keyword = next((keyword for keyword in PIXELS if keyword in dataset), None)
    held = attempt(lambda: len(dataset[keyword].value)) if keyword else None
    if held is None:
        raise UnfitError("is truncated or damaged: it is an image without pixels")
    samples: float = math.prod(shape) * frames(dataset)
    if word(dataset, "PhotometricInterpretation") == "YBR_FULL_422":
        samples = samples * 2 / 3
    needed = math.ceil(samples * whole(dataset, "BitsAllocated") / 8)
    if held < needed:
        raise UnfitError(f"is truncated: it holds {held} of {needed} bytes of pixels")


def _decoded(dataset: "Dataset", index: int, syntax: str, name: str, plugin: str) -> tuple[NDArray[Any], str]:
    from pydicom.pixels import get_decoder  # pyright: ignore[reportPrivateImportUsage]

    if syntax == _EXTENDED and whole(dataset, "BitsStored", missing=8) > 8:
        raise UnfitError("is compressed as JPEG extended with 12 bits, which is not read; decompress it first")
    decoder = get_decoder(syntax)
    if plugin and plugin not in decoder.available_plugins:
        raise UnfitError(f"is compressed as {name}, which needs a decoder: `pip install 'angiogram[dicom]'`")
    if plugin == _ABORTS:
        _refuse_what_aborts(dataset)
    if plugin and syntax != _RLE:
        _refuse_other_codestream(dataset, index, name)
    single = not plugin and whole(dataset, "BitsAllocated") == 1
    found = attempt(lambda: _single_bits(dataset, index) if single else _with_syntax(dataset, index, syntax, plugin))
    if found is None:
        raise UnfitError(f"is damaged, or not what it says: its pixels ({name}) cannot be decoded")
    return found


def _refuse_what_aborts(dataset: "Dataset") -> None:
    """GDCM ends the whole process where lossless JPEG is said to hold samples that it cannot hold."""
    allocated = whole(dataset, "BitsAllocated")
    stored = whole(dataset, "BitsStored", missing=allocated)
    if allocated != 16 and (allocated, stored) != (8, 8):
        raise UnfitError(f"says {stored} bits of {allocated}, which lossless JPEG does not hold")


def _refuse_other_codestream(dataset: "Dataset", index: int, name: str) -> None:
    """A stream of another size would take memory that nobody asked for; one without an end is half an image."""
    from pydicom.encaps import get_frame

    count = frames(dataset)
    frame = attempt(lambda: get_frame(dataset.PixelData, index, number_of_frames=count))
    stream = attempt(lambda: read_codestream(frame)) if frame is not None else None
    deepest = whole(dataset, "BitsAllocated")
    if stream is None or (stream.rows, stream.columns) != _shape(dataset)[:2] or stream.bits > deepest:
        raise UnfitError(f"is damaged, or not what it says: frame {index} is no {name} of its size")
    if frame is not None and (problem := too_many_scans(frame)):
        raise UnfitError(problem)
    if not stream.ends and name.startswith("JPEG lossless"):  # other decoders notice
        raise UnfitError(f"is truncated: frame {index} ({name}) has no end")


def _single_bits(dataset: "Dataset", index: int) -> tuple[NDArray[np.uint8], str]:
    """A frame of one bit a pixel; frames follow one another without a gap, also inside a byte (PS3.5 8.1.1)."""
    rows, columns, _ = _shape(dataset)
    size = rows * columns
    held = np.frombuffer(dataset.PixelData, np.uint8)[index * size // 8 : (index + 1) * size // 8 + 1]
    first = index * size % 8
    bits = np.unpackbits(held, bitorder="little")[first : first + size]
    return bits.reshape(rows, columns), word(dataset, "PhotometricInterpretation")


def _with_syntax(dataset: "Dataset", index: int, syntax: str, plugin: str) -> tuple[NDArray[Any], str]:
    from pydicom.pixels import get_decoder  # pyright: ignore[reportPrivateImportUsage]

    array, properties = get_decoder(syntax).as_array(dataset, index=index, decoding_plugin=plugin)
    return array, str(properties["photometric_interpretation"])


def _stored_bits(dataset: "Dataset", array: NDArray[Any], bits: int, native: bool) -> NDArray[Any]:
    """The sample itself: what lies above its highest bit is something else (an old overlay, leavings), not a value.

    The library clears these bits of some syntaxes and leaves them in others; clearing twice changes nothing.
    """
    unused = 8 * array.itemsize - bits
    if unused <= 0:
        return array
    # A decoder puts the sample at the bottom; uncompressed samples lie where High Bit says.
    below = max(0, whole(dataset, "HighBit", missing=bits - 1) - bits + 1) if native else 0
    above = max(0, unused - below)
    return np.right_shift(np.left_shift(array, above), unused)
