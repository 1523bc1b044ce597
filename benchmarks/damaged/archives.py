"""Zips of folders and MedMNIST files: sound ones, bombs, and names and shapes that must not be."""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image as Pillow

from damaged.rasters import GREY, saved
from damaged.sets import Files, SetKind

_PNG = saved(Pillow.fromarray(GREY), "PNG")
_IMAGES = {f"set/{label}/{i}.png": _PNG for label in ("one", "two") for i in range(2)}
GIB = 2**30


def zips() -> SetKind:
    """Archives of two classes of two images each."""
    wholes = {
        "packed": {"set.zip": _zip(_IMAGES)},
        "stored": {"set.zip": _zip(_IMAGES, zipfile.ZIP_STORED)},
        "bzip2": {"set.zip": _zip(_IMAGES, zipfile.ZIP_BZIP2)},
        "lzma": {"set.zip": _zip(_IMAGES, zipfile.ZIP_LZMA)},
    }
    plain = wholes["packed"]["set.zip"]
    other: dict[str, dict[str, bytes]] = {
        "leaves": {"../../outside.png": _PNG},
        "leaves later": {"set/one/../../../outside.png": _PNG},
        "absolute": {"/tmp/outside.png": _PNG},
        "backslashes": {"set\\..\\..\\outside.png": _PNG},
        "drive": {"C:\\outside.png": _PNG},
        "dots": {"set/./one/./x.png": _PNG},
        "nested": {"set/one/inner.zip": plain},
        "hidden": {"set/one/.x.png": _PNG},
        "very long": {f"set/one/{'x' * 5000}.png": _PNG},
        "very deep": {f"set/one/{'d/' * 500}x.png": _PNG},
        "file and folder": {"set/one/x.png": _PNG, "set/one/x.png/y.png": _PNG},
        "line end": {"set/one/x\ny.png": _PNG},
        "colours of a terminal": {"set/one/\x7f\x1b[31m.png": _PNG},
        "manifest": {"manifest.json": b"{}", "set/manifest.json": b"{}"},
    }
    made: dict[str, bytes] = {name: _zip(_IMAGES | more) for name, more in other.items()}
    made["link out"] = _zip(_IMAGES, links={"set/one/link.png": "/etc/passwd", "set/one/up": "../.."})
    made["twice"] = _twice()
    made["encrypted"] = _flagged(plain, 1)
    made["strongly encrypted"] = _flagged(plain, 0x41)
    made["names in no UTF-8"] = _flagged(plain, 0x800).replace(b"set/one", b"set/\xff\xfe\xfd")
    made["another packing"] = _packed_as(plain, 97)
    made["says 300 GiB"] = _says(plain, 0xFFFFFFFE)
    made["bomb of 2 GiB"] = _bomb(GIB, 2)
    made["bomb that overlaps"] = _bomb(GIB, 100)
    made["nothing"] = _zip({})
    made["only folders"] = _zip({"set/": b"", "set/one/": b""})
    made["a comment of 64 KiB"] = plain[:-2] + b"\xff\xff" + b"PK\5\6" * 16383 + b"abc"
    made["behind another file"] = b"#!/bin/sh\n" * 100 + plain
    return SetKind(wholes, {name: {"set.zip": each} for name, each in made.items()}, "set.zip", (".zip",))


def npz() -> SetKind:
    """MedMNIST files."""
    arrays = _arrays()
    wholes = {
        "packed": {"set.npz": _npz(arrays)},
        "stored": {"set.npz": _npz(arrays, np.savez)},
        "volumes": {"set.npz": _npz(arrays | {f"{part}_images": np.zeros((6, 5, 9, 8), np.uint8) for part in _PARTS})},
    }
    changed: dict[str, dict[str, Any]] = {
        "pickled": {"train_images": np.array([{}, []] * 3, dtype=object)},
        "pickled labels": {"train_labels": np.array([1, "two"] * 3, dtype=object)},
        "text": {"train_labels": np.array(["one", "two"] * 3)},
        "floats": {"train_images": arrays["train_images"].astype(np.float32)},
        "records": {"train_images": np.zeros(6, dtype=[("a", "u1"), ("b", "u1")])},
        "dates": {"train_labels": np.zeros((6, 1), "datetime64[s]")},
        "a number": {"train_images": np.uint8(3)},
        "five dimensions": {"train_images": np.zeros((6, 2, 2, 2, 2), np.uint8)},
        "too few labels": {"train_labels": arrays["train_labels"][:3]},
        "too many labels": {"train_labels": np.zeros((99, 1), np.int64)},
        "no labels": {"train_labels": np.zeros((6, 0), np.int64)},
        "label of 2^62": {"train_labels": np.array([[0], [2**62]] * 3)},
        "label of 2^64 - 1": {"train_labels": np.array([[0], [2**64 - 1]] * 3, np.uint64)},
        "label of a billion": {"train_labels": np.array([[0], [10**9]] * 3)},
        "label of -1": {"train_labels": np.array([[0], [-1]] * 3)},
        "labels of infinity": {"train_labels": np.full((6, 1), np.inf)},
        "no images": {"train_images": np.zeros((0, 8, 8), np.uint8), "train_labels": np.zeros((0, 1), np.int64)},
        "images of 0x0": {"train_images": np.zeros((6, 0, 0), np.uint8)},
        "images of 8x0": {"train_images": np.zeros((6, 8, 0, 3), np.uint8)},
        "volumes of 0 slices": {"train_images": np.zeros((6, 0, 8, 8), np.uint8)},
        "no test": {"test_images": np.zeros((0, 8, 8), np.uint8), "test_labels": np.zeros((0, 1), np.int64)},
        "other way round": {"train_images": np.asfortranarray(arrays["train_images"])},
    }
    made = {name: _npz(arrays | more) for name, more in changed.items()}
    members = {f"{name}.npy": _npy(each) for name, each in arrays.items()}
    raw = {
        "one missing": {name: each for name, each in members.items() if name != "val_labels.npy"},
        "not arrays": dict.fromkeys(members, b"no array"),
        "shape of 2^60": members | {"train_images.npy": _said((2**60, 8, 8))},
        "shape of 64 GiB": members | {"train_images.npy": _said((2**30, 8, 8))},
        "shape of -1": members | {"train_images.npy": _said((-1, 8, 8))},
        "shape of text": members | {"train_images.npy": _said("(8, 'x')")},
        "shape in many brackets": members | {"train_images.npy": _said("(" * 3000 + ")" * 3000)},
        "kind of nothing": members | {"train_images.npy": _said((6, 8, 8), "|Z9")},
        "header of 4 GiB": members | {"train_images.npy": b"\x93NUMPY\2\0\xff\xff\xff\xff{}"},
        "version 9": members | {"train_images.npy": b"\x93NUMPY\x09\0" + bytes(99)},
        "leaves": members | {"../../train_images.npy": members["train_images.npy"]},
    }
    made |= {name: _zip(each) for name, each in raw.items()}
    made["encrypted"] = _flagged(_zip(members), 1)
    made["bomb of 3 GiB"] = _array_bomb(members, 3 * GIB)
    made["an array alone"] = members["train_images.npy"]
    made["a pickle"] = b"\x80\x04}q\x00."
    return SetKind(wholes, {name: {"set.npz": each} for name, each in made.items()}, "set.npz", (".npz",))


_PARTS = ("train", "val", "test")


def _arrays() -> dict[str, Any]:
    images = {f"{part}_images": np.arange(6 * 8 * 8, dtype=np.uint8).reshape(6, 8, 8) for part in _PARTS}
    return images | {f"{part}_labels": np.array([[0], [1]] * 3) for part in _PARTS}


def _npz(arrays: Mapping[str, Any], save: Any = np.savez_compressed) -> bytes:
    out = BytesIO()
    save(out, **arrays)
    return out.getvalue()


def _npy(array: Any) -> bytes:
    out = BytesIO()
    np.save(out, array)
    return out.getvalue()


def _said(shape: object, kind: str = "|u1") -> bytes:
    """An array whose header says so, with few bytes behind it."""
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode() + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header + bytes(100)


def _zip(
    files: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED, links: Mapping[str, str] | None = None
) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, packing)
        for name, target in (links or {}).items():
            link = zipfile.ZipInfo(name)
            link.create_system, link.external_attr = 3, 0o120777 << 16
            archive.writestr(link, target)
    return out.getvalue()


def _twice() -> bytes:
    """Two members of one name."""
    other = {name.replace("/0.png", "/9.png"): content for name, content in _IMAGES.items()}
    return _zip(other).replace(b"/9.png", b"/1.png")


def _flagged(whole: bytes, flags: int) -> bytes:
    """The archive with flags of every member set."""
    return _overwritten(whole, 6, flags)


def _packed_as(whole: bytes, packing: int) -> bytes:
    """The archive whose members say that they are packed so."""
    return _overwritten(whole, 8, packing)


def _overwritten(whole: bytes, place: int, number: int) -> bytes:
    """Another number at this place of every member's own header, and two bytes later in the directory's."""
    found = bytearray(whole)
    for mark, at in ((b"PK\3\4", place), (b"PK\1\2", place + 2)):
        start = found.find(mark)
        while start >= 0:
            found[start + at : start + at + 2] = struct.pack("<H", number)
            start = found.find(mark, start + 4)
    return bytes(found)


def _says(whole: bytes, size: int) -> bytes:
    """The archive whose members say that they are so large."""
    found = bytearray(whole)
    start = found.find(b"PK\1\2")
    while start >= 0:
        found[start + 24 : start + 28] = struct.pack("<I", size)
        start = found.find(b"PK\1\2", start + 4)
    return bytes(found)


def _stream(start: bytes, zeros: int) -> tuple[bytes, int]:
    """A packed member and the sum of what comes out of it."""
    packer, block = zlib.compressobj(9, wbits=-zlib.MAX_WBITS), bytes(2**24)
    parts, total = [packer.compress(start)], zlib.crc32(start)
    for at in range(0, zeros, len(block)):
        piece = block[: min(len(block), zeros - at)]
        parts.append(packer.compress(piece))
        total = zlib.crc32(piece, total)
    return b"".join([*parts, packer.flush()]), total


def _member(name: str, packed: bytes, total: int, size: int) -> tuple[bytes, bytes]:
    """The local part of a member and its line in the directory, without where it lies."""
    plain = name.encode()
    numbers = struct.pack("<HHHHIII", 0, 8, 0, 33, total, len(packed), size)
    local = b"PK\3\4" + struct.pack("<H", 20) + numbers + struct.pack("<HH", len(plain), 0) + plain + packed
    return local, b"PK\1\2" + struct.pack("<HH", 20, 20) + numbers + struct.pack("<HHHHHI", len(plain), 0, 0, 0, 0, 0)


def _bomb(size: int, members: int) -> bytes:
    """An archive whose members are all the same bytes."""
    packed, total = _stream(b"", size)
    local, line = _member("set/one/0.png", packed, total, size)
    lines = [line + struct.pack("<I", 0) + f"set/one/{i}.png".encode().ljust(13, b"_")[:13] for i in range(members)]
    directory = b"".join(lines)
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, members, members, len(directory), len(local), 0)
    return local + directory + end


def _array_bomb(members: Mapping[str, bytes], size: int) -> bytes:
    """A MedMNIST file of which so many bytes come out."""
    start = _said((size // 64, 8, 8))[:-100]
    packed, total = _stream(start, size)
    local, line = _member("train_images.npy", packed, total, size + len(start))
    rest = _zip({name: each for name, each in members.items() if name != "train_images.npy"})
    at = struct.unpack("<I", rest[-6:-2])[0]
    count = struct.unpack("<H", rest[-12:-10])[0] + 1
    directory = rest[at:-22] + line + struct.pack("<I", at) + b"train_images.npy"
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), at + len(local), 0)
    return rest[:at] + local + directory + end


SOUND: Files = {name.removeprefix("set/"): content for name, content in _IMAGES.items()}
"""A folder of two classes."""
