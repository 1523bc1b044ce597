"""NIfTI volumes: those of nibabel's tests, and headers that say what no volume is."""

import gzip
import struct
from collections.abc import Callable
from io import BytesIO

import nibabel
import numpy as np

from damaged.corpora import shipped
from damaged.sets import FileKind

_WORDS = {  # NIfTI-1: where a field stands and how it is written
    "length": (0, "<i"), "dim": (40, "<8h"), "kind": (70, "<h"), "bits": (72, "<h"), "steps": (76, "<8f"),
    "begins": (108, "<f"), "slope": (112, "<f"), "intercept": (116, "<f"), "qform": (252, "<h"), "sform": (254, "<h"),
    "turn": (256, "<3f"), "rows": (280, "<12f"), "magic": (344, "4s"), "extension": (348, "<4B"),
}  # fmt: skip
_NAN, _INF = float("nan"), float("inf")


def nii() -> FileKind:
    """Files as they are."""
    return _kind(".nii", lambda content: content)


def nii_gz() -> FileKind:
    """Packed files; every second damage is of what is packed."""
    kind = _kind(".nii.gz", lambda content: gzip.compress(content, mtime=0))
    plain = _sound()
    packed = gzip.compress(plain, mtime=0)
    blown = bytearray(_with(dim=(3, 800, 800, 800, 1, 1, 1, 1), kind=2, bits=8))
    made = {
        "bomb of 512 MB": _long_gzip(bytes(blown[:352]), 800**3),
        "1 Gi voxels of nothing": gzip.compress(_with(dim=(3, 1024, 1024, 1024, 1, 1, 1, 1), kind=16)[:352], mtime=0),
        "packed twice": gzip.compress(packed, mtime=0),
        "in two members": gzip.compress(plain[:400], mtime=0) + gzip.compress(plain[400:], mtime=0),
        "something behind": packed + b"something",
        "not packed": plain,
        "wrong sum": packed[:-8] + bytes(8),
    }
    return FileKind(
        kind.wholes, {**kind.made, **{f"{name}.nii.gz": each for name, each in made.items()}}, kind.suffixes
    )


def _kind(suffix: str, pack: Callable[[bytes], bytes]) -> FileKind:
    wholes = {f"sound{suffix}": pack(_sound())}
    wholes |= shipped("nibabel", suffix)
    wholes[f"second{suffix}"] = pack(_sound(nibabel.Nifti2Image))
    wholes = {name: content for name, content in wholes.items() if not name.endswith(".dconn.nii")}
    made = {
        "32767^7": _with(dim=(7, *[32767] * 7)),
        "1024^3": _with(dim=(3, 1024, 1024, 1024, 1, 1, 1, 1)),
        "32767x32767x1": _with(dim=(3, 32767, 32767, 1, 1, 1, 1, 1)),
        "0 voxels": _with(dim=(3, 0, 0, 0, 0, 0, 0, 0)),
        "-1 voxels": _with(dim=(3, -1, -1, -1, 1, 1, 1, 1)),
        "0 dimensions": _with(dim=(0, 8, 8, 8, 1, 1, 1, 1)),
        "99 dimensions": _with(dim=(99, 8, 8, 8, 1, 1, 1, 1)),
        "1 dimension": _with(dim=(1, 8, 8, 8, 1, 1, 1, 1)),
        "kind 9999": _with(kind=9999),
        "kind 0": _with(kind=0),
        "complex": _with(kind=32),
        "colours": _with(kind=128),
        "128 bits": _with(kind=1536),
        "float": _with(kind=16),
        "begins beyond": _with(begins=1e30),
        "begins at nan": _with(begins=_NAN),
        "begins at -1": _with(begins=-1.0),
        "begins in the header": _with(begins=0.0),
        "slope nan": _with(slope=_NAN),
        "slope inf": _with(slope=_INF),
        "slope -1": _with(slope=-1.0),
        "slope 1e38": _with(slope=1e38, intercept=1e38),
        "intercept nan": _with(slope=1.0, intercept=_NAN),
        "steps nan": _with(steps=(_NAN,) * 8, qform=0, sform=0),
        "steps 0": _with(steps=(0.0,) * 8, qform=0, sform=0),
        "steps -1": _with(steps=(-1.0,) * 8, qform=0, sform=0),
        "steps 1e38": _with(steps=(1e38,) * 8, qform=0, sform=0),
        "steps of 1 to 1e30": _with(steps=(1.0, 1.0, 1e30, 1.0, 1, 1, 1, 1), qform=0, sform=0),
        "steps of 1e-5 to 1e5": _with(steps=(1.0, 1e-5, 1e5, 1.0, 1, 1, 1, 1), qform=0, sform=0),
        "turned by nothing": _with(qform=1, sform=0, turn=(9.0, 9.0, 9.0)),
        "turned by nan": _with(qform=1, sform=0, turn=(_NAN,) * 3),
        "rows nan": _with(sform=1, rows=(_NAN,) * 12),
        "rows 0": _with(sform=1, rows=(0.0,) * 12),
        "rows alike": _with(sform=1, rows=(1.0,) * 12),
        "rows 1e38": _with(sform=1, rows=(1e38, 0, 0, 0, 0, 1e38, 0, 0, 0, 0, 1e38, 0)),
        "rows 1e-30": _with(sform=1, rows=(1e-30, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)),
        "magic of nothing": _with(magic=b"nope"),
        "magic of two files": _with(magic=b"ni1\0"),
        "header of 4 GiB": _with(length=-1),
        "extension of 4 GiB": _with(extension=(1, 0, 0, 0))[:352] + struct.pack("<ii", 2**31 - 1, 6) + bytes(2000),
        "extension of -1": _with(extension=(1, 0, 0, 0), begins=368.0)[:352] + struct.pack("<ii", -1, 6) + bytes(2000),
        "extension of 0": _with(extension=(1, 0, 0, 0), begins=368.0)[:352] + struct.pack("<ii", 0, 6) + bytes(2000),
        "header alone": _sound()[:348],
    }
    return FileKind(wholes, {f"{name}{suffix}": pack(each) for name, each in made.items()}, (".png", ".dcm"))


def _sound(kind: type = nibabel.Nifti1Image) -> bytes:
    array = np.arange(8 * 9 * 7, dtype=np.int16).reshape(8, 9, 7)
    image = kind(array, np.diag([1.0, 1.0, 2.0, 1.0]))
    out = BytesIO()
    image.to_stream(out)
    return out.getvalue()


def _with(**fields: object) -> bytes:
    """A sound volume whose header says something else."""
    found = bytearray(_sound())
    for name, value in fields.items():
        at, kind = _WORDS[name]
        values = value if isinstance(value, tuple) else (value,)
        struct.pack_into(kind, found, at, *values)
    return bytes(found)


def _long_gzip(start: bytes, zeros: int) -> bytes:
    out, block = BytesIO(), bytes(2**24)
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0, compresslevel=6) as file:
        file.write(start)
        for at in range(0, zeros, len(block)):
            file.write(block[: min(len(block), zeros - at)])
    return out.getvalue()
