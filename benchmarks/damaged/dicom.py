"""DICOM files of every way of packing, and films: those of pydicom's and nibabel's tests, and absurd ones."""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import partial
from io import BytesIO
from typing import Any

from pydicom import config, dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.sequence import Sequence
from pydicom.uid import (
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from damaged.corpora import shipped
from damaged.sets import FileKind

_JPEG = ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", JPEGLosslessSV1)
_PACKINGS: Mapping[str, tuple[str, ...]] = {
    "RLE": (RLELossless,),
    "JPEG": _JPEG,
    "JPEG-LS": (JPEGLSLossless, "1.2.840.10008.1.2.4.81"),
    "JPEG 2000": (JPEG2000Lossless, "1.2.840.10008.1.2.4.91"),
}
_FIRST = {
    "uncompressed": "CT_small.dcm",
    "RLE": "MR_small_RLE.dcm",
    "JPEG": "SC_rgb_jpeg_gdcm.dcm",
    "JPEG-LS": "MR_small_jpeg_ls_lossless.dcm",
    "JPEG 2000": "MR_small_jp2klossless.dcm",
    "multi-frame": "SC_rgb_rle_2frame.dcm",
}


def packed(kind: str) -> FileKind:
    """Files of one way of packing, or of several frames."""
    wholes = _by_kind()[kind]
    first = _FIRST[kind]
    made = {f"{name}.dcm": content for name, content in _made(kind, wholes[first]).items()}
    return FileKind({first: wholes[first], **wholes}, made, (".png", ".nii"))


KINDS: dict[str, Callable[[], FileKind]] = {f"DICOM, {kind}": partial(packed, kind) for kind in _FIRST}


def _by_kind() -> dict[str, dict[str, bytes]]:
    """Every DICOM file that is shipped, by how its pixels are packed."""
    found: dict[str, dict[str, bytes]] = {kind: {} for kind in _FIRST}
    for name, content in {**shipped("pydicom", ".dcm"), **shipped("nibabel", ".dcm")}.items():
        dataset = dcmread(BytesIO(content), force=True, specific_tags=["NumberOfFrames"])
        syntax = str(dataset.file_meta.get("TransferSyntaxUID", ""))
        packing = next((kind for kind, known in _PACKINGS.items() if syntax in known), "uncompressed")
        many = str(dataset.get("NumberOfFrames") or 1) not in ("0", "1")
        found["multi-frame" if many else packing][name] = content
    return found


def _made(kind: str, whole: bytes) -> dict[str, bytes]:
    """A file whose header says what no image is."""
    changes: dict[str, dict[str, Any]] = {
        "65535x65535": {"Rows": 65535, "Columns": 65535},
        "9999x9999": {"Rows": 9999, "Columns": 9999},
        "0x0": {"Rows": 0, "Columns": 0},
        "1x65535": {"Rows": 1, "Columns": 65535},
        "2147483647 frames": {"NumberOfFrames": 2**31 - 1},
        "99999 frames": {"NumberOfFrames": 99_999},
        "0 frames": {"NumberOfFrames": 0},
        "-1 frames": {"NumberOfFrames": -1},
        "0 samples": {"SamplesPerPixel": 0},
        "65535 samples": {"SamplesPerPixel": 65535},
        "4 samples": {"SamplesPerPixel": 4},
        "64 bits": {"BitsAllocated": 64},
        "32 bits": {"BitsAllocated": 32},
        "12 bits": {"BitsAllocated": 12},
        "1 bit": {"BitsAllocated": 1, "BitsStored": 1},
        "0 bits": {"BitsAllocated": 0},
        "65535 bits stored": {"BitsStored": 65535},
        "1 bit stored": {"BitsStored": 1},
        "high bit 65535": {"HighBit": 65535},
        "sign 9": {"PixelRepresentation": 9},
        "planes 9": {"PlanarConfiguration": 9},
        "colours of nothing": {"PhotometricInterpretation": "NOTHING"},
        "colours in a palette": {"PhotometricInterpretation": "PALETTE COLOR"},
        "spacing of nothing": {"PixelSpacing": ["1e-300", "1e300"]},
        "spacing of 0": {"PixelSpacing": [0, 0]},
        "spacing of -1": {"PixelSpacing": [-1, 1]},
        "aspect of millions": {"PixelSpacing": [1, 1_000_000]},
        "slope 1e300": {"RescaleSlope": "1e300", "RescaleIntercept": "1e300"},
        "slope 1e38": {"RescaleSlope": "1e38", "RescaleIntercept": "-1e38"},
        "slope 0": {"RescaleSlope": 0, "RescaleIntercept": 0},
        "window 1e300": {"WindowCenter": "1e300", "WindowWidth": "1e300"},
        "window 1e-300": {"WindowCenter": "0", "WindowWidth": "1e-300"},
        "exact window 1e-300": {"WindowCenter": "0", "WindowWidth": "1e-300", "VOILUTFunction": "LINEAR_EXACT"},
        "sigmoid 1e-300": {"WindowCenter": "0", "WindowWidth": "1e-300", "VOILUTFunction": "SIGMOID"},
        "no function": {"WindowCenter": 1, "WindowWidth": 1, "VOILUTFunction": "NOTHING"},
        "padding 65535": {"PixelPaddingValue": 65535},
        "position 1e300": {"ImagePositionPatient": ["1e300", "1e300", "1e300"], "PixelSpacing": ["1e300", "1e300"]},
        "table of nothing": {"VOILUTSequence": Sequence([Dataset()])},
        "table of 65536": {"VOILUTSequence": Sequence([_table(0, 0, 16, b"\0\0")])},
        "table of 99 bits": {"ModalityLUTSequence": Sequence([_table(2, 0, 99, b"\0\0\0\0")])},
    }
    made = {name: _changed(whole, attributes) for name, attributes in changes.items()}
    made |= {f"{depth} sequences in one another": _nested(whole, depth) for depth in (100, 10_000)}
    if kind == "uncompressed":
        made["no pixels"] = _changed(whole, {"PixelData": b""})
        made["bomb of 4 GiB"] = _deflated_bomb(whole)
    elif kind != "multi-frame":
        made |= _other_streams(whole)
    return made


def _changed(whole: bytes, attributes: Mapping[str, Any]) -> bytes:
    dataset = dcmread(BytesIO(whole))
    dataset.update(data_set(attributes))
    return saved(dataset)


@contextmanager
def _anything_goes() -> Iterator[None]:
    """Let pydicom write values that may not be."""
    was, config.settings.writing_validation_mode = config.settings.writing_validation_mode, config.IGNORE
    try:
        yield
    finally:
        config.settings.writing_validation_mode = was


def data_set(attributes: Mapping[str, Any]) -> Dataset:
    """A data set of these values, whether they may be or not."""
    found = Dataset()
    with _anything_goes():
        for keyword, value in attributes.items():
            setattr(found, keyword, value)
            found[keyword].VR = found[keyword].VR.split(" or ")[-1].replace("SS", "US")
    return found


def saved(dataset: Dataset) -> bytes:
    """The bytes of its file, whether its values may be or not."""
    out = BytesIO()
    with _anything_goes():
        dataset.save_as(out)
    return out.getvalue()


def _behind_meta(whole: bytes) -> int:
    """Where the data set begins: behind the preamble, and a group whose first element says how long it is."""
    return 144 + int.from_bytes(whole[140:144], "little")


def _nested(whole: bytes, depth: int) -> bytes:
    """The file with sequences in sequences at its start."""
    at = _behind_meta(whole)
    begin = bytes.fromhex("08004011 5351 0000 ffffffff  feff00e0 ffffffff")
    end = bytes.fromhex("feff0de0 00000000  feffdde0 00000000")
    return whole[:at] + begin * depth + end * depth + whole[at:]


def _table(count: int, first: int, bits: int, data: bytes) -> Dataset:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [count, first, bits])
    item.add_new("LUTData", "OW", data)
    return item


def _other_streams(whole: bytes) -> dict[str, bytes]:
    """The file with other bytes where its compressed frame should be."""
    dataset = dcmread(BytesIO(whole))
    frame = next(generate_frames(dataset.PixelData, number_of_frames=1))
    made: dict[str, bytes] = {}
    other = {
        "frame of two bytes": bytes(2),
        "half a frame": frame[: len(frame) // 2],
        "frame of zeros": bytes(len(frame)),
        "frame twice": frame * 2,
        "frame of 0xff": b"\xff" * len(frame),
        "stream of 65535 components": frame[:40] + b"\xff\xff" + frame[42:],
        "start alone": frame[:64] + b"\xff\xd9",
    }
    for name, data in other.items():
        changed = deepcopy(dataset)
        changed.PixelData = encapsulate([data])
        made[name] = saved(changed)
    odd = deepcopy(dataset)
    odd.ExtendedOffsetTable, odd.ExtendedOffsetTableLengths = struct.pack("<Q", 2**62), struct.pack("<Q", 2**62)
    made["offsets of 4 Ei"] = saved(odd)
    made["frame not in pieces"] = whole.replace(b"\xfe\xff\xdd\xe0", b"\0\0\0\0")
    return made


def _deflated_bomb(whole: bytes) -> bytes:
    """A data set of a few MiB of which 4 GiB come out."""
    dataset = dcmread(BytesIO(whole))
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    start = saved(dataset)
    at = _behind_meta(start)
    packer, block = zlib.compressobj(9, wbits=-zlib.MAX_WBITS), bytes(2**24)
    packed = zlib.decompress(start[at:], wbits=-zlib.MAX_WBITS)
    whole_stream = [
        packer.compress(packed),
        *(packer.compress(block) for _ in range(2**32 // len(block))),
        packer.flush(),
    ]
    return start[:at] + b"".join(whole_stream)
