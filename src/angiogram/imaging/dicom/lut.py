"""Look-up tables as DICOM stores them: modality, VOI and palette."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from angiogram.imaging.dicom.unfit import UnfitError, attempt
from angiogram.imaging.dicom.values import numbers

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        first: the input that the first entry belongs to; what is below gets that entry, what is above the last.
        entries: `[N]`.
        bits: of an entry.
    """

    first: float
    entries: NDArray[np.uint16]
    bits: int

    def of(self, values: NDArray[Any]) -> NDArray[np.uint16]:
        """The entry of each value, of the same shape; a fraction counts for the nearest entry."""
        at = np.rint(np.asarray(values, dtype=np.float64) - self.first)
        return self.entries[np.clip(at, 0, len(self.entries) - 1).astype(np.intp)]

    def grey(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """The entries on a scale of 0..255 for the whole range that their bits allow."""
        return np.rint(self.of(values) * (255 / (2**self.bits - 1))).clip(0, 255).astype(np.uint8)

    @property
    def made(self) -> str:
        """This step as `Image.made` states it."""
        return f"VOI table of {len(self.entries)} entries to grey 0..255"


def read_table(item: "Dataset", negative: bool) -> Table:
    """The table in an item of a Modality or VOI LUT Sequence (PS3.3 C.11.1.1, C.11.2.1.1).

    Args:
        item: holds LUT Descriptor and LUT Data.
        negative: whether inputs may be negative, so that the first input is to be read as signed.

    Raises:
        UnfitError: the table contradicts its descriptor.
    """
    descriptor = numbers(item, "LUTDescriptor")
    raw = attempt(lambda: item["LUTData"].value) if "LUTData" in item else None
    if len(descriptor) != 3 or raw is None:
        raise UnfitError("has a look-up table without descriptor or data")
    count, first, bits = int(descriptor[0]) or 2**16, descriptor[1], int(descriptor[2])
    if negative and first >= 2**15:
        first -= 2**16
    if isinstance(raw, bytes):
        data = _little_endian(raw, item)
        # 8-bit entries may stand in one byte each, and are then padded to an even number.
        kind = "u1" if len(data) in (count, count + count % 2) else "<u2"
        entries = attempt(lambda: np.frombuffer(data[: count * np.dtype(kind).itemsize], kind).astype(np.uint16))
    else:
        entries = attempt(lambda: (np.atleast_1d(np.asarray(raw)).astype(np.int64) & 0xFFFF).astype(np.uint16))
    if entries is None or len(entries) != count or not 1 <= bits <= 16:
        raise UnfitError("has a look-up table of another length than it says")
    return Table(first, entries, bits)


def _little_endian(data: bytes, item: "Dataset") -> bytes:
    """The table's data with the lower byte of each word first, also where bytes stand in words by two."""
    if item.original_encoding[1] is not False or item["LUTData"].VR != "OW" or len(data) % 2:
        return data
    return np.frombuffer(data, ">u2").astype("<u2").tobytes()
