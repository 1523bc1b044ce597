"""PNG, JPEG, TIFF and BMP files: sound ones of every mode, and absurd ones made byte by byte."""

import struct
import zlib
from io import BytesIO

import numpy as np
from PIL import Image as Pillow

from damaged.corpora import pictures
from damaged.sets import FileKind

GREY = np.random.default_rng(0).integers(0, 256, (48, 40), dtype=np.uint8)
_RGB = Pillow.fromarray(np.stack([GREY, GREY.T.reshape(48, 40), 255 - GREY], axis=-1))
_MODES = {
    "grey": Pillow.fromarray(GREY),
    "rgb": _RGB,
    "palette": _RGB.quantize(16),
    "bits": Pillow.fromarray(GREY > 127),
}
_ALPHA = {"rgba": _RGB.convert("RGBA"), "deep": Pillow.fromarray(GREY.astype(np.uint16) * 257)}


def saved(picture: Pillow.Image, kind: str, **options: object) -> bytes:
    """The picture as a file."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png() -> FileKind:
    """PNG files."""
    wholes = {f"{name}.png": saved(each, "PNG") for name, each in {**_MODES, **_ALPHA}.items()}
    exif = Pillow.Exif()
    exif[0x0112] = 6
    wholes["turned.png"] = saved(_RGB, "PNG", exif=exif)
    black = bytes(10_000)
    made = {
        "60000x60000": _png(60000, 60000),
        "2147483647x1": _png(2**31 - 1, 1),
        "0x0": _png(0, 0),
        "99 megapixels without any": _png(9999, 9999, data=b""),
        "99 megapixels of 64 bits without any": _png(9999, 9999, bits=16, colour=6, data=b""),
        "bomb of 99 megapixels": _png(9999, 9999, data=_zeros(99_990_000)),
        "1x99999999": _png(1, 99_999_999, data=b""),
        "3 bits": _png(8, 8, bits=3),
        "colour 9": _png(8, 8, colour=9),
        "interlaced 7": _png(8, 8, interlaced=7),
        "two sizes": _png(8, 8, before=_chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0))),
        "no end": _png(8, 8)[:-12],
        "chunk of 4 GiB": _png(8, 8, before=struct.pack(">I", 0xFFFFFFFF) + b"tEXt"),
        "text bomb": _png(8, 8, before=_chunk(b"zTXt", b"a\0\0" + _zeros(200_000_000))),
        "profile bomb": _png(8, 8, before=_chunk(b"iCCP", b"a\0\0" + _zeros(200_000_000))),
        "international bomb": _png(8, 8, before=_chunk(b"iTXt", b"a\0\1\0\0\0" + _zeros(200_000_000))),
        "20000 texts": _png(8, 8, before=_chunk(b"tEXt", b"a\0b") * 20_000),
        "animated": _png(8, 8, before=_chunk(b"acTL", struct.pack(">II", 0x7FFFFFFF, 0))),
        "exif loop": _png(8, 8, after=_chunk(b"eXIf", _tiff_loop())),
        "exif of nothing": _png(8, 8, after=_chunk(b"eXIf", b"")),
        "palette of 4000": _png(8, 8, colour=3, before=_chunk(b"PLTE", black[:9999])),
        "palette missing": _png(8, 8, colour=3),
    }
    return FileKind(wholes | pictures(".png"), {f"{name}.png": each for name, each in made.items()}, (".tif", ".nii"))


def jpeg() -> FileKind:
    """JPEG files."""
    wholes = {
        "grey.jpg": saved(_MODES["grey"], "JPEG"),
        "rgb.jpg": saved(_RGB, "JPEG"),
        "cmyk.jpg": saved(_RGB.convert("CMYK"), "JPEG"),
        "progressive.jpg": saved(_RGB, "JPEG", progressive=True),
        "restarts.jpg": saved(_RGB, "JPEG", restart_marker_rows=1),
    }
    plain = wholes["grey.jpg"]
    made = {
        "65535x65535": _sized_jpeg(plain, 65535, 65535),
        "0x0": _sized_jpeg(plain, 0, 0),
        "9999x9999": _sized_jpeg(plain, 9999, 9999),
        "12 bits": _sized_jpeg(plain, 48, 40, bits=12),
        "255 components": _sized_jpeg(plain, 48, 40, components=255),
        "filling without end": b"\xff\xd8" + b"\xff" * 200_000,
        "only markers": b"\xff\xd8" + b"\xff\xd9" * 1000,
        "2000 scans": _many_scans(2000),
        "comments": plain[:2] + b"\xff\xfe\xff\xff" + bytes(65533) + plain[2:],
        "exif loop": plain[:2] + _segment(0xE1, b"Exif\0\0" + _tiff_loop()) + plain[2:],
        "exif of nothing": plain[:2] + _segment(0xE1, b"Exif\0\0") + plain[2:],
        "several pictures": plain[:2] + _segment(0xE2, b"MPF\0" + _tiff_loop()) + plain[2:],
        "arithmetic": plain.replace(b"\xff\xc0", b"\xff\xc9", 1),
        "lossless": plain.replace(b"\xff\xc0", b"\xff\xc3", 1),
    }
    made_named = {f"{name}.jpg": each for name, each in made.items()}
    return FileKind(wholes | pictures(".jpg", ".jpeg"), made_named, (".bmp", ".dcm"))


def tiff() -> FileKind:
    """TIFF files."""
    packed = ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits")
    wholes = {f"{name}-{how}.tif": saved(_MODES[name], "TIFF", compression=how) for name in _MODES for how in packed}
    wholes["jpeg.tif"] = saved(_RGB, "TIFF", compression="jpeg")
    wholes["fax.tif"] = saved(_MODES["bits"], "TIFF", compression="group4")
    wholes["deep.tif"] = saved(_ALPHA["deep"], "TIFF")
    wholes["float.tif"] = saved(Pillow.fromarray(GREY.astype(np.float32)), "TIFF", compression="tiff_lzw")
    size = {256: 60000, 257: 60000}
    made = {
        "60000x60000": _tiff(size),
        "9999x9999 packed": _tiff({256: 9999, 257: 9999, 259: 8}),
        "loop": _tiff({}, following=8),
        "loop of two": _tiff({}, following=8 + 2 + 12 * 9 + 4) + _directory({}, following=8),
        "100000 directories": _chain(100_000),
        "next beyond": _tiff({}, following=0xFFFFFFF0),
        "strips beyond": _tiff({273: 0xFFFFFFF0}),
        "strips of 4 GiB": _tiff({279: 0xFFFFFFFF}),
        "rows a strip 0": _tiff({278: 0}),
        "65535 samples": _tiff({277: 65535}),
        "64 bits": _tiff({258: 64}),
        "packing 9999": _tiff({259: 9999}),
        "meaning 9999": _tiff({262: 9999}),
        "4 Gi values": _tiff({}, count=0xFFFFFFFF),
        "directory beyond": b"II*\0" + struct.pack("<I", 0xFFFFFFF0),
        "directory in the header": b"II*\0" + struct.pack("<I", 0),
        "big, beyond": b"II+\0\x08\0\0\0" + struct.pack("<Q", 2**63),
        "big, many": b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 2**63) + bytes(100),
        "width 0": _tiff({256: 0}),
        "no tags": b"II*\0" + struct.pack("<IH", 8, 0) + bytes(4),
    }
    made_named = {f"{name}.tif": each for name, each in made.items()}
    return FileKind(wholes | pictures(".tif", ".tiff"), made_named, (".png", ".dcm"))


def bmp() -> FileKind:
    """BMP files."""
    wholes = {f"{name}.bmp": saved(each, "BMP") for name, each in _MODES.items()}
    runs = bytes((40, 7, 0, 0)) * 48 + b"\0\1"
    wholes["runs.bmp"] = _bmp(bits=8, packing=1, data=runs)
    made = {
        "60000x60000": _bmp(60000, 60000),
        "9999x9999": _bmp(9999, 9999),
        "9999x9999 in runs": _bmp(9999, 9999, packing=1, data=runs),
        "-2147483648 high": _bmp(40, -(2**31)),
        "0x0": _bmp(0, 0),
        "header of 4 GiB": _bmp(header=0xFFFFFFFF),
        "header of 0": _bmp(header=0),
        "0 bits": _bmp(bits=0),
        "packing 99": _bmp(packing=99),
        "palette of 4 Gi": _bmp(colours=0xFFFFFFFF),
        "pixels beyond": _bmp(begins=0xFFFFFFF0),
        "runs that leave": _bmp(packing=1, data=b"\0\2\xff\xff" * 500),
        "runs without end": _bmp(packing=1, data=b"\0\0" * 5000),
        "masks of 0": _bmp(bits=32, packing=3, data=bytes(12)),
    }
    return FileKind(
        wholes | pictures(".bmp"), {f"{name}.bmp": each for name, each in made.items()}, (".jpg", ".nii.gz")
    )


def _zeros(count: int) -> bytes:
    """So many zeros, packed."""
    packer, block = zlib.compressobj(9), bytes(2**22)
    whole = b"".join(packer.compress(block[: min(len(block), count - at)]) for at in range(0, count, len(block)))
    return whole + packer.flush()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png(
    width: int,
    height: int,
    *,
    bits: int = 8,
    colour: int = 0,
    interlaced: int = 0,
    data: bytes | None = None,
    before: bytes = b"",
    after: bytes = b"",
) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlaced)
    pixels = zlib.compress(bytes(9 * 8)) if data is None else data
    first, last = _chunk(b"IHDR", header), _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + first + before + _chunk(b"IDAT", pixels) + after + last


def _segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def _sized_jpeg(whole: bytes, height: int, width: int, bits: int = 8, components: int = 1) -> bytes:
    """The JPEG with another size in its header."""
    at = whole.index(b"\xff\xc0") + 4
    return whole[:at] + struct.pack(">BHHB", bits, height, width, components) + whole[at + 6 :]


def _many_scans(count: int) -> bytes:
    """A progressive JPEG of 6000x6000 pixels that goes over all of them in every scan, though nothing changes."""
    blank = saved(Pillow.new("L", (6000, 6000)), "JPEG", progressive=True)
    start = blank.rindex(b"\xff\xda")
    scan = blank[start:-2]
    return blank[:start] + scan[:12] * count + blank[-2:]


def _directory(tags: dict[int, int], following: int = 0, count: int = 1) -> bytes:
    """A TIFF directory of nine numbers."""
    plain = {256: 8, 257: 8, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: 8, 279: 64} | tags
    entries = b"".join(struct.pack("<HHII", tag, 4, count, value) for tag, value in sorted(plain.items()))
    return struct.pack("<H", len(plain)) + entries + struct.pack("<I", following)


def _tiff(tags: dict[int, int], following: int = 0, count: int = 1) -> bytes:
    return b"II*\0" + struct.pack("<I", 8) + _directory(tags, following, count)


def _tiff_loop() -> bytes:
    return _tiff({0x8769: 8, 0xA005: 8}, following=8)


def _chain(count: int) -> bytes:
    """A directory that another follows, and so on."""
    first = _tiff({}, following=8 + 2 + 12 * 9 + 4)
    small = b"".join(struct.pack("<HI", 0, len(first) + 6 * (i + 1)) for i in range(count - 1))
    return first + small + struct.pack("<HI", 0, 0)


def _bmp(
    width: int = 40,
    height: int = 48,
    *,
    bits: int = 8,
    packing: int = 0,
    colours: int = 256,
    header: int = 40,
    begins: int = 54 + 1024,
    data: bytes = bytes(40 * 48),
) -> bytes:
    info = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, packing, len(data), 0, 0, colours, 0)
    palette = bytes(level for grey in range(256) for level in (grey, grey, grey, 0))
    return b"BM" + struct.pack("<IHHI", 54 + 1024 + len(data), 0, 0, begins) + info + palette + data
