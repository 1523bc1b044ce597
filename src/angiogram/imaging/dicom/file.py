"""A file on disk -> a pydicom data set of the attributes we need, or the reason why not."""

import zlib
from collections.abc import Sequence
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from angiogram.errors import InputError
from angiogram.imaging.dicom.tags import DIVISION, PICTURE, PIXELS, PLACE
from angiogram.imaging.dicom.unfit import UnfitError, attempt

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

SUFFIXES = frozenset({".dcm", ".dicom", ".ima"})
MAX_INFLATED = 2**31
_BLOCK = 2**24
_PREAMBLE = 128
_DEFLATED = "1.2.840.10008.1.2.1.99"


def need_pydicom() -> None:
    """Check that the extra is installed.

    Raises:
        InputError: it is not.
    """
    try:
        import_module("pydicom")  # of the extra [dicom]
    except ImportError as error:
        raise InputError(
            "Reading DICOM needs the package 'pydicom', which is not installed: `pip install 'angiogram[dicom]'`."
        ) from error


def looks_like_dicom(path: Path) -> bool:
    """Whether a file of any name begins as DICOM does: `DICM` behind 128 bytes, or, as old files do, at once."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return False
        with path.open("rb") as file:
            return _begins_as_dicom(file)
    except OSError:
        return False


def _begins_as_dicom(file: BinaryIO) -> bool:
    start = file.read(_PREAMBLE + 4)
    if start[_PREAMBLE:] == b"DICM":
        return True
    # Without a preamble the first element is of group 2 or 8, in one of the two byte orders, with a short value.
    for order in ("little", "big"):
        group, element = (int.from_bytes(start[i : i + 2], order) for i in (0, 2))
        explicit = start[4:6].isalpha() and start[4:6].isupper()
        length = int.from_bytes(start[6:8] if explicit else start[4:8], order)
        if group in {2, 8} and element <= 0x18 and length <= 64 and len(start) > 12:
            return True
    return False


def open_dicom(path: Path, with_pixels: bool = True) -> "FileDataset":
    """The attributes of `tags.py` that the file holds, patients' left out.

    Args:
        path: a file of any name.
        with_pixels: whether the pixels are read too, or only what stands before them.

    Raises:
        UnfitError: it is not DICOM, or damaged where the attributes stand.
        InputError: there is no such file, or pydicom is not installed.
    """
    tags = (*PICTURE, *PLACE, *DIVISION, *(PIXELS if with_pixels else ()))
    return read_tags(path, tags, stop_before_pixels=not with_pixels)


def read_tags(path: Path, tags: Sequence[str], stop_before_pixels: bool = True) -> "FileDataset":
    """The named attributes of a file, no others.

    Raises:
        UnfitError: it is not DICOM, or damaged where the attributes stand.
        InputError: there is no such file, or pydicom is not installed.
    """
    need_pydicom()
    from pydicom import dcmread

    if not path.is_file():
        raise UnfitError("is a folder" if path.is_dir() else "does not exist")
    if not looks_like_dicom(path):
        raise UnfitError(_no_dicom(path))
    source = _inflated(path)
    dataset = attempt(
        lambda: dcmread(source, force=True, specific_tags=list(tags), stop_before_pixels=stop_before_pixels)
    )
    if dataset is None:
        raise UnfitError("is a damaged DICOM file: its attributes cannot be read")
    return dataset


def _no_dicom(path: Path) -> str:
    """Why a file that does not begin as DICOM does is none."""
    with path.open("rb") as file:
        start = file.read(_PREAMBLE + 4)
    if not start:
        return "is empty"
    if len(start) < _PREAMBLE + 4 and not any(start):  # as preambles are filled
        return "is truncated: it ends before its first attribute"
    return "is not a DICOM file"


def _inflated(path: Path) -> Path | BytesIO:
    """The file itself; one that is compressed as a whole only where what comes out is of a sane size."""
    from pydicom.filereader import read_file_meta_info

    meta = attempt(lambda: read_file_meta_info(path))
    if meta is None or attempt(lambda: str(meta.TransferSyntaxUID)) != _DEFLATED:
        return path
    length = attempt(lambda: int(meta.FileMetaInformationGroupLength))
    if length is None:
        raise UnfitError("is a damaged DICOM file: it does not say where its compressed part begins")
    whole = path.read_bytes()
    # 12 bytes hold the length itself.
    size = attempt(lambda: _inflated_size(whole[_PREAMBLE + 4 + 12 + length :]))
    if size is None:
        raise UnfitError("is a truncated or damaged DICOM file")
    if size > MAX_INFLATED:
        raise UnfitError(f"is too large: more than {MAX_INFLATED // 2**20} MiB come out of it")
    return BytesIO(whole)


def _inflated_size(packed: bytes) -> int | None:
    """How many bytes come out, which are not kept, up to more than may; None where the stream does not end."""
    unpacking, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    while not unpacking.eof and size <= MAX_INFLATED:
        out = len(unpacking.decompress(packed, _BLOCK))
        packed = unpacking.unconsumed_tail
        if not out and not packed:
            return None
        size += out
    return size
