"""WebP, GIF and PNM files: sound ones of every mode, and absurd ones made byte by byte."""

import struct

import numpy as np
from PIL import Image as Pillow

from damaged.corpora import pictures
from damaged.rasters import GREY, saved
from damaged.sets import FileKind

_GREY = Pillow.fromarray(GREY)
_RGB = Pillow.merge("RGB", [_GREY, _GREY.rotate(180), _GREY])


def webp() -> FileKind:
    """WebP files."""
    wholes = {
        "lossy.webp": saved(_RGB, "WEBP"),
        "lossless.webp": saved(_RGB, "WEBP", lossless=True),
        "grey.webp": saved(_GREY, "WEBP", lossless=True),
        "alpha.webp": saved(_RGB.convert("RGBA"), "WEBP"),
    }
    lossless = wholes["lossless.webp"]
    made = {
        "16384x16384": lossless[:21] + struct.pack("<I", (16383 << 14) | 16383) + lossless[25:],
        "9999x9999": lossless[:21] + struct.pack("<I", (9998 << 14) | 9998) + lossless[25:],
        "canvas of 2^24": _riff(_chunk(b"VP8X", bytes((0, 0, 0, 0)) + b"\xff" * 6) + lossless[12:]),
        "chunk of 4 GiB": _riff(b"VP8L" + struct.pack("<I", 0xFFFFFFFF) + lossless[20:]),
        "animated": saved(_GREY, "WEBP", save_all=True, append_images=[_RGB]),
        "no picture": _riff(b""),
        "unknown chunks": _riff(_chunk(b"JUNK", b"ab") * 20_000 + lossless[12:]),
        "exif of nothing": _riff(_chunk(b"VP8X", bytes((8, 0, 0, 0, 39, 0, 0, 47, 0, 0))) + _chunk(b"EXIF", b"")),
    }
    return FileKind(wholes | pictures(".webp"), {f"{name}.webp": each for name, each in made.items()}, (".png", ".gif"))


def gif() -> FileKind:
    """GIF files."""
    wholes = {
        "grey.gif": saved(_GREY, "GIF"),
        "colours.gif": saved(_RGB.quantize(16), "GIF"),
        "bits.gif": saved(Pillow.fromarray(GREY > 127), "GIF"),
        "straight.gif": saved(_GREY, "GIF", interlace=0),
        "clear.gif": saved(_RGB.quantize(16), "GIF", transparency=3),
    }
    made = {
        "65535x65535": _gif(65535, 65535),
        "9999x9999": _gif(9999, 9999),
        "0x0": _gif(0, 0),
        "picture beyond": _gif(8, 8, left=60000),
        "picture of 65535": _gif(8, 8, own=65535),
        "codes of 0 bits": _gif(8, 8, bits=0),
        "codes of 255 bits": _gif(8, 8, bits=255),
        "no end": _gif(8, 8)[:-1],
        "no data": _gif(8, 8, data=b"\0"),
        "blocks without end": _gif(8, 8, data=b"\xff" + b"\x55" * 255) * 200,
        "comments": _gif(8, 8, before=(b"!\xfe\x01a\0") * 20_000),
        "two frames": saved(_GREY, "GIF", save_all=True, append_images=[_GREY.rotate(90)]),
        "frames in plenty": _gif(8, 8)[:-1] + _picture(8, 0, 8, b"\2\x84\x51\0") * 20_000 + b";",
    }
    return FileKind(wholes | pictures(".gif"), {f"{name}.gif": each for name, each in made.items()}, (".bmp", ".webp"))


def pnm() -> FileKind:
    """PBM, PGM and PPM files, in bytes and in words."""
    wholes = {
        "grey.pgm": saved(_GREY, "PPM"),
        "colours.ppm": saved(_RGB, "PPM"),
        "bits.pbm": saved(Pillow.fromarray(GREY > 127), "PPM"),
        "deep.pgm": b"P5 40 48 65535\n" + (GREY.astype(">u2") * 257).tobytes(),
        "words.pgm": b"P2\n# a comment\n40 48\n255\n" + _words(GREY),
        "words.pbm": b"P1\n40 48\n" + _words(GREY > 127),
        "words.ppm": b"P3 40 16 255 " + _words(GREY),
    }
    made = {
        "99999999x99999999": b"P5 99999999 99999999 255\n",
        "9999x9999 without any": b"P5 9999 9999 255\n",
        "9999x9999 in words": b"P2 9999 9999 255\n1 2 3",
        "0x0": b"P5 0 0 255\n",
        "negative": b"P5 -8 8 255\n" + bytes(64),
        "brightest 0": b"P5 8 8 0\n" + bytes(64),
        "brightest 65536": b"P5 8 8 65536\n" + bytes(128),
        "brightest 1": b"P5 8 8 1\n" + bytes(range(64)),
        "beyond the brightest": b"P2 2 2 9 1 2 3 99",
        "a long number": b"P5 " + b"9" * 100_000 + b" 8 255\n",
        "a long comment": b"P5 #" + b"c" * 10_000_000,
        "letters": b"P2 2 2 255 a b c d",
        "kind 9": b"P9 8 8 255\n" + bytes(64),
        "floats": b"Pf 8 8 -1.0\n" + np.full(64, np.nan, "<f4").tobytes(),
    }
    named = {f"{name}.pgm": each for name, each in made.items()}
    return FileKind(wholes | pictures(".pgm", ".ppm", ".pbm", ".pnm"), named, (".png", ".jpg"))


def _riff(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _picture(own: int, left: int, bits: int, data: bytes) -> bytes:
    return b"," + struct.pack("<HHHHBB", left, 0, own, own, 0, bits) + data


def _gif(
    width: int,
    height: int,
    *,
    own: int = 8,
    left: int = 0,
    bits: int = 2,
    data: bytes = b"\2\x84\x51\0",
    before: bytes = b"",
) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes((0, 0, 0, 255, 255, 255))
    return head + before + _picture(own, left, bits, data) + b";"


def _words(values: np.ndarray) -> bytes:
    return b" ".join(b"%d" % value for value in values.reshape(-1).astype(int))
